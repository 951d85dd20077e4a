import type { CampaignMarks } from "./likelihood.ts";
import type { LiveMember } from "./live-campaign.ts";

/** A member that two looks have convicted. */
export const liveMember = (change: Partial<LiveMember> = {}): LiveMember => ({
  joined: "convicted",
  alone: true,
  looks: 2,
  missed: 0,
  tasks: 40,
  harvest: { tasks: 30, share: 0.75 },
  score: 0.9,
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
