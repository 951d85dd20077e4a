import type { Standing } from "../../model/decision.ts";
import { isConfirmed } from "./live-campaign.ts";
import type { LiveCampaign } from "./live-campaign.ts";
import { noTraffic } from "./traffic.ts";
import type { Traffic } from "./traffic.ts";

const reasonsMax = 3;
/** Beside the reasons, which are this provider's own. */
const drawnByLeads = "attention was drawn to these accounts by another provider; the evidence is this provider's own";

/** A standing without how the account's requests arrive, which is read for all of a step together. */
export type StandingCase = Omit<Standing, "exchanges_per_day" | "carriers">;

export const withTraffic = (standing: StandingCase, { exchangesPerDay, carriers }: Traffic = noTraffic): Standing => ({
  ...standing,
  exchanges_per_day: exchangesPerDay,
  carriers: [...carriers],
});

/** Where a member stands. @returns an empty list for an account that is none, or not for certain. */
export function memberStanding(campaign: LiveCampaign, account: string, timeMs: number): StandingCase[] {
  const member = campaign.members.get(account);
  if (member === undefined || !isConfirmed(member)) return [];
  const { families, evidence } = member.own ?? campaign.case;
  return [
    {
      account,
      time: new Date(timeMs).toISOString(),
      status: "member",
      campaign: describe(campaign, families),
      score: member.score,
      harvest: member.harvest,
      joined: member.joined,
      reasons: [
        ...evidence.flatMap((item) => (item.against ? [] : item.summary)).slice(0, reasonsMax),
        ...(campaign.case.leads.length > 0 ? [drawnByLeads] : []),
      ],
      evidence: [...evidence],
    },
  ];
}

/** Where an account stands that is a member no more. */
export function releasedStanding(campaign: LiveCampaign, account: string, timeMs: number): StandingCase {
  return {
    account,
    time: new Date(timeMs).toISOString(),
    status: "released",
    campaign: describe(campaign),
    score: 0,
    harvest: { tasks: 0, share: 0 },
    joined: "later",
    reasons: ["a look at twice as much of its traffic does not count it in"],
    evidence: [],
  };
}

function describe(campaign: LiveCampaign, families = campaign.case.families): Standing["campaign"] {
  const { confidence, verdicts, capabilities, restricted } = campaign.case;
  return {
    id: campaign.id,
    accounts: campaign.members.size,
    confidence,
    verdicts,
    families: { ...families },
    capabilities: [...capabilities],
    restricted,
  };
}
