import { canonicalJson } from "../../kit/canonical-json.ts";
import { grouped } from "../../kit/grouped.ts";
import type { Dossier, SharedEntry } from "../../model/dossier.ts";
import type { Repositories } from "../../store/state/state.ts";
import { counted } from "../report/words.ts";
import { readLedger } from "./ledger.ts";

/**
 * Compares what a dossier says was shared with the ledger, and the commitments with what they are to: a proof for another object of the
 * same log proves as well by itself. What the ledger has besides may be later than the dossier.
 */
export async function ledgerFaults(
  state: Pick<Repositories, "ledger" | "outbox">,
  { campaign, shared }: Dossier,
): Promise<{ readonly faults: string[]; readonly unchecked: string[] }> {
  const faults: string[] = [];
  let unopened = 0;
  const rows = grouped(await readLedger(state, campaign.id), ({ entry }) => keyOf(entry));
  for (const entry of shared ?? []) {
    const row = rows.get(keyOf(entry))?.shift();
    if (row === undefined) faults.push(`the ledger does not say that ${entry.object.id} was shared like this`);
    else if (entry.logged !== null && row.commitment === null) unopened++;
    else if (entry.logged !== null && row.commitment !== entry.logged.commitment)
      faults.push(`the commitment that stands with ${entry.object.id} is to something else`);
  }
  const said = `whether ${counted(unopened, "commitment is", "commitments are")} to what was shared: it was taken back or told anew, and is not kept any more`;
  return { faults, unchecked: unopened === 0 ? [] : [said] };
}

function keyOf({ logged: _logged, ...entry }: SharedEntry): string {
  return canonicalJson(entry);
}
