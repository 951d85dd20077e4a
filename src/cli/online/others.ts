import type { Leads } from "../../detect/leads/lead.ts";
import { isOpen } from "../../detect/watch/live-campaign.ts";
import type { CampaignCase, LiveCampaign } from "../../detect/watch/live-campaign.ts";
import type { Proposals } from "../../share/circle/proposals.ts";
import { proposeRenewals } from "../../share/circle/renewals.ts";
import type { RenewalParts } from "../../share/circle/renewals.ts";
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

export interface Others extends RenewalParts {
  readonly watch: {
    readonly campaigns: readonly (Pick<LiveCampaign, "id" | "members"> & {
      readonly case: Pick<CampaignCase, "leads">;
    })[];
  };
  readonly intelligence: Pick<Intelligence, "record" | "settle">;
  readonly proposals: Pick<Proposals, "react" | "campaign">;
}

/** What was done because of others. */
export interface Heeded {
  readonly settlements: readonly Settlement[];
  /** Campaigns that wait to be told anew. */
  readonly renewed: readonly string[];
}

/**
 * After a step of the watch: notes which campaigns stand on leads, undoes what followed from those that were taken back, and proposes to tell
 * their origins, and to tell anew what others could not look for any more. A person sees that before it leaves, as all that does.
 */
export async function heedOthers(others: Others, nowMs: number): Promise<Heeded> {
  const { watch, intelligence, proposals } = others;
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
  const live = watch.campaigns.filter(isOpen).map(({ id }) => id);
  return { settlements, renewed: await proposeRenewals(others, live, nowMs) };
}
