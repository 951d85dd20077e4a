import { readPages } from "../../decide/desk/pages.ts";
import { dayMs } from "../../kit/time-units.ts";
import type { Outbox } from "../../store/state/outbox.ts";
import type { Said } from "../intelligence/said.ts";
import { admit } from "../stix/admit.ts";
import { isPublished } from "./dispatch.ts";
import { unsealed } from "./origin.ts";

// Limits.
/** What we said longer ago is not compared with what others say; as with theirs. */
const daysMax = 90;

/** What we have told others and not taken back, to be compared with what they say. */
export async function readOwnWord(outbox: Outbox, self: string, nowMs: number): Promise<Said[]> {
  const sent = await readPages((page) => outbox.inState("sent", page));
  const latest = new Map<string, Said>();
  for (const { id, sent: time, decided } of sent) {
    const saidMs = Date.parse(time ?? decided ?? "");
    if (!(saidMs > nowMs - daysMax * dayMs)) continue;
    const item = await outbox.find(id);
    for (const left of item?.objects ?? []) {
      const object = admit(unsealed(left)?.object ?? left);
      if (isPublished(object)) continue;
      const firstMs = latest.get(object.id)?.firstMs ?? saidMs;
      if ("revoked" in object && object.revoked === true) latest.delete(object.id);
      else latest.set(object.id, { member: self, object, firstMs, saidMs });
    }
  }
  return [...latest.values()];
}

/** Whether a campaign was told to the circle, and not taken back since. */
export async function isTold(outbox: Outbox, campaign: string): Promise<boolean> {
  return (await outbox.standing(campaign, 1)).length > 0;
}
