import type { OutboxItem } from "../../model/sharing.ts";
import type { State } from "../../store/state/state.ts";
import { PERMITTED_ACTIONS, iepMarking } from "../stix/iep.ts";
import type { CircleKey } from "../stix/keyed.ts";
import { tlpMarking } from "../stix/tlp.ts";
import { circleKeyAt } from "./own-keys.ts";
import { CIRCLE_LEVELS } from "./proposals.ts";
import type { FoundCampaign, Proposals, Terms } from "./proposals.ts";
import { saidIn } from "./told.ts";

// Limits.
/** Campaigns of one call: what each is known by is looked up in the log. */
const renewedMax = 10;

export interface RenewalParts {
  readonly state: Pick<State, "outbox">;
  readonly proposals: Pick<Proposals, "campaign">;
  readonly circleKeys: readonly CircleKey[];
  readonly findCampaign: (id: string, nowMs: number) => Promise<FoundCampaign | null>;
}

/**
 * Proposes to tell campaigns anew that are still live, and that were told under another key than the circle has now: otherwise they lapse, and
 * are not joined with what others tell from now on. On the terms on which they were told last; a person decides, as of all that leaves, and
 * what is refused is not proposed again under this key. Resolves with those campaigns; the rest waits for the next call.
 */
export async function proposeRenewals(
  { state: { outbox }, proposals, circleKeys, findCampaign }: RenewalParts,
  live: readonly string[],
  nowMs: number,
): Promise<string[]> {
  const { epoch } = circleKeyAt(circleKeys, nowMs);
  const renewed: string[] = [];
  for (const id of await outbox.notToldSince(live, "intelligence", Date.parse(`${epoch}-01`))) {
    if (renewed.length === renewedMax) break;
    const standing = await outbox.standing(id);
    const last = standing.findLast(({ flow }) => flow === "intelligence");
    const terms = last === undefined ? null : termsOf(last);
    // Of several at once nobody could say which was the later; and what is being taken back is not told again.
    if (terms === null || (await outbox.waiting(id)) !== null || (await isAnyTakenBack(outbox, standing))) continue;
    const found = await findCampaign(id, nowMs);
    if (found === null) continue;
    const how = { ...terms, flows: ["intelligence"], actor: null, isLater: true } as const;
    await proposals.campaign(found, how, { person: "intelligence", nowMs });
    renewed.push(id);
  }
  return renewed;
}

async function isAnyTakenBack(outbox: State["outbox"], items: readonly OutboxItem[]): Promise<boolean> {
  for (const { id } of items) if ((await outbox.retractionOf(id)) !== null) return true;
  return false;
}

/** Null: it has told no campaign. */
function termsOf(item: OutboxItem): Terms | null {
  const told = saidIn(item).find((object) => object.type === "campaign");
  if (told === undefined) return null;
  const isMarked = ({ id }: { readonly id: string }): boolean =>
    told.object_marking_refs.some((marking) => marking === id);
  const tlp = CIRCLE_LEVELS.find((level) => isMarked(tlpMarking(level)));
  const permitted = PERMITTED_ACTIONS.find((actions) => isMarked(iepMarking(actions)));
  return tlp === undefined ? null : { tlp, permitted: permitted ?? null };
}
