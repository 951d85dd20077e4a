import { z } from "zod";

/** A campaign that the detector keeps watching. */
export const liveCampaignSchema = z.object({
  id: z.string().min(1),
  state: z.enum(["live", "closed"]),
  first_seen: z.iso.datetime(),
  last_seen: z.iso.datetime(),
  /** What was last found out about it, for people and policies. */
  verdict: z.json(),
  /** What the detector needs to go on with it after a restart, its members apart; nobody else reads it. */
  memory: z.json(),
});

/** What the detector keeps of one member of a campaign. */
export const campaignMemberSchema = z.object({ account: z.string().min(1), memory: z.json() });

export type CampaignMember = z.infer<typeof campaignMemberSchema>;
export type LiveCampaign = z.infer<typeof liveCampaignSchema>;
