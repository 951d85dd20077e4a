import { afterAll, beforeAll, expect, it } from "vitest";
import { liveMember } from "../../detect/watch/live-campaign.case.ts";
import type { LiveCampaign, LiveMember } from "../../detect/watch/live-campaign.ts";
import { emptyState } from "../../store/state/empty-state.case.ts";
import type { State } from "../../store/state/state.ts";
import { createCampaignKeeper, readLiveCampaigns } from "./campaigns.ts";

const nowMs = Date.UTC(2026, 0, 5);
let state: State;

beforeAll(async () => {
  state = await emptyState();
});
afterAll(() => state.close());

const campaignOf = (id: string, members: ReadonlyMap<string, LiveMember>): LiveCampaign => ({
  id,
  case: {
    confidence: 0.98,
    verdicts: { coordinated: 0.99, extractive: 0.98, unauthorised: 0.99 },
    capabilities: ["code"],
    families: { partition: 6, twins: 3 },
    evidence: [],
    leads: [],
    restricted: false,
  },
  members,
  marks: null,
});

it("keeps a campaign of 25,000 accounts, writes what changes, and closes what is over", async () => {
  const keeper = createCampaignKeeper(state);
  const accounts = Array.from({ length: 25_000 }, (_, i) => `acct-${String(i).padStart(5, "0")}`);
  const members = new Map(accounts.map((account) => [account, liveMember()]));
  const first = campaignOf("C-large", members);
  expect(await keeper.keep([first, campaignOf("C-small", new Map([["a", liveMember()]]))], nowMs)).toBe(0);
  expect(await readLiveCampaigns(state)).toEqual([first, campaignOf("C-small", new Map([["a", liveMember()]]))]);

  // After a restart, from what was kept.
  const again = createCampaignKeeper(state, await readLiveCampaigns(state));
  const later = new Map(members)
    .set("acct-00001", liveMember({ looks: 3 }))
    .set("new", liveMember({ joined: "later" }));
  later.delete("acct-00000");
  await again.keep([campaignOf("C-large", later)], nowMs + 60_000);
  const [kept, ...others] = await readLiveCampaigns(state);
  expect(others).toEqual([]);
  expect(kept?.members).toEqual(later);
  // A person closes it, and it comes up again.
  await state.campaigns.close("C-large");
  await again.keep([campaignOf("C-large", later)], nowMs + 90_000);
  expect((await readLiveCampaigns(state))[0]?.members).toEqual(later);
  await again.keep([], nowMs + 120_000);
  expect(await readLiveCampaigns(state)).toEqual([]);
}, 120_000);

it("keeps those of whom most is known where there are too many, and says how many it leaves", async () => {
  const keeper = createCampaignKeeper(state, [], 2);
  const members = new Map([
    ["unconfirmed", liveMember({ looks: 1, score: 1 })],
    ["mild", liveMember({ score: 0.5 })],
    ["sure", liveMember({ score: 0.9 })],
  ]);
  expect(await keeper.keep([campaignOf("C-many", members)], nowMs)).toBe(1);
  const [kept] = await readLiveCampaigns(state);
  expect([...(kept?.members.keys() ?? [])]).toEqual(["mild", "sure"]);
  await keeper.keep([], nowMs);
});
