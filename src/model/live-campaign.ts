import { z } from "zod";

/** A campaign that the detector keeps watching. */
export const liveCampaignSchema = z.object({
  id: z.string().min(1),
  state: z.enum(["live", "closed"]),
  first_seen: z.iso.datetime(),
  last_seen: z.iso.datetime(),
  /** What was last found out about it, for people and policies. */
  verdict: z.json(),
  /** What the detector needs to go on with it after a restart; nobody else reads it. */
  memory: z.json(),
});

export type LiveCampaign = z.infer<typeof liveCampaignSchema>;
