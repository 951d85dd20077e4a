import { dayMs } from "../../kit/time-units.ts";
import { UserError } from "../../kit/user-error.ts";
import type { OutboxItem } from "../../model/sharing.ts";
import type { Ledger } from "../../store/state/ledger.ts";
import type { Outbox } from "../../store/state/outbox.ts";
import { admit } from "../stix/admit.ts";
import { earlierIn } from "../stix/earlier.ts";
import type { Earlier } from "../stix/earlier.ts";
import type { StixObject } from "../stix/objects.ts";
import { unsealed } from "./origin.ts";

// Limits.
/** An observable that was told longer ago is told as a new one: others forget what is not said again for 90 days. */
const observableDays = 60;

/** An item's objects, as they were before they were signed. */
export function saidIn({ objects }: Pick<OutboxItem, "objects">): StixObject[] {
  return objects.map((object) => admit(unsealed(object)?.object ?? object));
}

/** What was told in items under ids that still serve, the oldest first. */
function servingIn(items: readonly OutboxItem[], nowMs: number): StixObject[] {
  return items.flatMap((item) => {
    const isFresh = Date.parse(item.sent ?? "") > nowMs - observableDays * dayMs;
    return saidIn(item).filter((object) => isFresh || "modified" in object);
  });
}

/** Whether something was told under the circle's key of a month. */
export function isToldUnder(epoch: string, standing: readonly OutboxItem[]): boolean {
  return standing.some((item) => saidIn(item).some((object) => "key_epoch" in object && object.key_epoch === epoch));
}

/**
 * Under which ids a campaign is told anew. An incident may name a campaign that was taken back since: that id serves nobody any more.
 *
 * @param standing what was told of it and holds, the oldest first.
 */
export async function earlierOf(ledger: Ledger, standing: readonly OutboxItem[], nowMs: number): Promise<Earlier> {
  const earlier = earlierIn(servingIn(standing, nowMs));
  const campaign = earlier("campaign", "");
  const isTakenBack = campaign?.created === null && (await ledger.after(0, campaign.id)).length > 0;
  return isTakenBack ? (type, what) => (type === "campaign" ? null : earlier(type, what)) : earlier;
}

/** Of several at once nobody could say which was the later. Throws a `UserError` where something about the campaign is under way. */
export async function refuseWhileWaiting(
  outbox: Outbox,
  campaign: string,
  standing: readonly OutboxItem[],
): Promise<void> {
  const waiting = await outbox.waiting(campaign);
  if (waiting !== null) {
    throw new UserError(
      `campaign ${campaign} is in the outbox already, as ${waiting.id}`,
      "release or refuse that one",
    );
  }
  for (const { id } of standing) {
    const retraction = await outbox.retractionOf(id);
    if (retraction === null) continue;
    throw new UserError(
      `what was told of campaign ${campaign} is being taken back, by ${retraction.id}`,
      "release or refuse that first",
    );
  }
}

/** Throws a `UserError` where it is not this item that what holds would be taken back by. */
export async function refuseUnlessLast(outbox: Outbox, { id, about, flow }: OutboxItem): Promise<void> {
  const last = (await outbox.standing(about)).findLast((item) => item.flow === flow);
  if (last === undefined) throw new UserError(`what was told as ${id} was taken back`);
  if (last.id !== id) throw new UserError(`it was told anew since, as ${last.id}`, "take that back: it takes all back");
  const waiting = await outbox.waiting(about);
  if (waiting?.flow === flow) {
    throw new UserError(`it is about to be told anew, as ${waiting.id}`, "refuse that first");
  }
}
