import { isConfirmed } from "../../detect/watch/live-campaign.ts";
import type { LiveCampaign } from "../../detect/watch/live-campaign.ts";
import type { Watch } from "../../detect/watch/watch.ts";
import type { CountQuestion } from "../../share/circle/count-messages.ts";
import { isTold } from "../../share/circle/own-word.ts";
import { capabilityOf } from "../../share/stix/extensions.ts";
import type { State } from "../../store/state/state.ts";

interface CountableOptions {
  readonly state: Pick<State, "outbox">;
  readonly watch: Pick<Watch, "campaigns">;
}

/**
 * What other members may ask a count of: confirmed members of live campaigns, each account once. Only of campaigns that a person has let out
 * to the circle, as for queries.
 */
export async function countAccounts({ state, watch }: CountableOptions, question: CountQuestion): Promise<number> {
  const accounts = new Set<string>();
  for (const campaign of watch.campaigns) {
    if (!isAsked(campaign, question) || !(await isTold(state.outbox, campaign.id))) continue;
    for (const [account, member] of campaign.members) if (isConfirmed(member)) accounts.add(account);
  }
  return accounts.size;
}

function isAsked({ case: found }: LiveCampaign, { capability, evidence }: CountQuestion): boolean {
  const takes = capability === null || found.capabilities.some((word) => capabilityOf(word) === capability);
  return takes && (evidence === null || found.evidence.some(({ signal, against }) => signal === evidence && !against));
}
