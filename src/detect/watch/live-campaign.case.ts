import type { CampaignMarks } from "./likelihood.ts";
import type { LiveCampaign, LiveMember } from "./live-campaign.ts";

/** A member that two looks have convicted. */
export const liveMember = (change: Partial<LiveMember> = {}): LiveMember => ({
  joined: "convicted",
  alone: true,
  looks: 2,
  missed: 0,
  tasks: 40,
  harvest: { tasks: 30, share: 0.75 },
  score: 0.9,
  seenMs: null,
  own: null,
  ...change,
});

/** All members use its one template and hold a trace of each other, and no stranger does either. */
export const campaignMarks = ({ members, others }: Pick<CampaignMarks, "members" | "others">): CampaignMarks => ({
  members,
  others,
  membersByTemplates: [members, members],
  othersByTemplates: [others, 0],
  membersResumed: 0,
  othersResumed: 0,
  membersTraced: members,
  othersTraced: 0,
});

/** As sure as can be, of members that two looks have convicted. */
export const liveCampaign = (accounts: readonly string[], marks: CampaignMarks | null): LiveCampaign => ({
  id: "hydra",
  case: {
    confidence: 1,
    verdicts: { coordinated: 1, extractive: 1, unauthorised: 1 },
    capabilities: [],
    leads: [],
    restricted: false,
    families: {},
    evidence: [],
  },
  members: new Map(accounts.map((account) => [account, liveMember()])),
  marks,
});
