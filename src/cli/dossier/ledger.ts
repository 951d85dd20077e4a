import { canonicalJson } from "../../kit/canonical-json.ts";
import type { SharedEntry } from "../../model/dossier.ts";
import type { OutboxItem } from "../../model/sharing.ts";
import { unsealed } from "../../share/circle/origin.ts";
import { saltedCommitment } from "../../share/log/commitments.ts";
import type { Repositories } from "../../store/state/state.ts";

/** An entry of the ledger, and what it opens. */
export interface LedgerRow {
  readonly entry: SharedEntry;
  /** To the object as it left, in base64; `null` where that is not kept any more: taken back, or told anew, long ago. */
  readonly commitment: string | null;
}

/** All that left because of a campaign, in order. */
export async function readLedger(
  state: Pick<Repositories, "ledger" | "outbox">,
  campaign: string,
): Promise<LedgerRow[]> {
  const rows: LedgerRow[] = [];
  // Entries of one item stand together.
  let item: OutboxItem | null = null;
  let sequence: number | undefined = 0;
  while (sequence !== undefined) {
    const page = await state.ledger.ofCampaign(campaign, sequence);
    for (const { at, object: id, type, version, flow, recipients, log_index, salt, item: from } of page) {
      if (item?.id !== from) item = await state.outbox.find(from);
      const object = item?.objects.find((left) => left["id"] === id);
      rows.push({
        entry: { at, object: { id, type, version }, flow, recipients, log_index, logged: null },
        commitment: object === undefined ? null : commitmentTo(object, salt),
      });
    }
    sequence = page.at(-1)?.sequence;
  }
  return rows;
}

/** What is committed to is the object without what it says of its origin. */
function commitmentTo(left: OutboxItem["objects"][number], salt: string): string | null {
  const object = unsealed(left)?.object;
  if (object === undefined) return null;
  return Buffer.from(saltedCommitment(Buffer.from(salt, "base64"), Buffer.from(canonicalJson(object)))).toString(
    "base64",
  );
}
