import type { Leads } from "../../detect/leads/lead.ts";
import type { CampaignCase } from "../../detect/watch/live-campaign.ts";
import type { Proposals } from "../../share/circle/proposals.ts";
import type { Intelligence } from "../../share/intelligence/intelligence.ts";
import { remarkOn } from "../../share/intelligence/retractions.ts";
import type { Settlement } from "../../share/intelligence/retractions.ts";
import { digestsFor } from "../../share/stix/behaviour.ts";
import type { CircleKey } from "../../share/stix/keyed.ts";

/** What the watch is to look for besides, because of what others say. Null: nothing. */
export async function leadsOfOthers(
  intelligence: Pick<Intelligence, "leadsAt">,
  keys: readonly CircleKey[],
  nowMs: number,
): Promise<Leads | null> {
  const list = await intelligence.leadsAt(nowMs);
  return list.length === 0 ? null : { list, ...digestsFor(list, keys) };
}

export interface Others {
  readonly watch: {
    readonly campaigns: readonly { readonly id: string; readonly case: Pick<CampaignCase, "leads"> }[];
  };
  readonly intelligence: Pick<Intelligence, "record" | "settle">;
  readonly proposals: Pick<Proposals, "react">;
}

/**
 * After a step of the watch: notes which campaigns stand on leads, undoes what followed from those that were taken back, and proposes to tell
 * their origins. A person sees that before it leaves, as all that does.
 */
export async function heedOthers(
  { watch, intelligence, proposals }: Others,
  nowMs: number,
): Promise<readonly Settlement[]> {
  for (const { id, case: found } of watch.campaigns) {
    if (found.leads.length > 0) await intelligence.record(id, found.leads, nowMs);
  }
  const settlements = await intelligence.settle(nowMs);
  for (const settlement of settlements) {
    const remark = remarkOn(settlement);
    if (remark === null) continue;
    const about = settlement.leads.map(({ id }) => id);
    const terms = { tlp: "amber+strict", permitted: null } as const;
    await proposals.react(about, { kind: "note", remark }, terms, { person: "intelligence", nowMs });
  }
  return settlements;
}
