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
