import { expect, test } from "vitest";
import { campaignMarks } from "./live-campaign.case.ts";
import type { LiveCampaign } from "./live-campaign.ts";
import { fromMemory, memberMemoryOf, memoryOf } from "./memory.ts";

const campaign: LiveCampaign = {
  id: "C-2026-01-05-abcdef",
  case: {
    confidence: 0.9,
    verdicts: { coordinated: 1, extractive: 0.9, unauthorised: 0.95 },
    families: { twins: 3.2, regularity: -0.4 },
    capabilities: ["reasoning"],
    leads: [{ id: "indicator--1", source: "identity--2" }],
    restricted: false,
    evidence: [{ signal: "twins", summary: "alike", strength: 3.2, accounts: 2, against: false }],
  },
  members: new Map([
    [
      "a",
      {
        joined: "convicted",
        alone: false,
        looks: 2,
        missed: 1,
        tasks: 12,
        harvest: { tasks: 10, share: 0.8 },
        score: 0.9,
        seenMs: 1_767_225_600_000,
        own: null,
      },
    ],
    [
      "b",
      {
        joined: "later",
        alone: true,
        looks: 0,
        missed: 0,
        tasks: 3,
        harvest: { tasks: 3, share: 1 },
        score: 0.99,
        seenMs: null,
        own: { families: { continuation: 4 }, evidence: [] },
      },
    ],
  ]),
  marks: campaignMarks({ members: 1, others: 500 }),
};

test("a campaign comes back from its memory, by way of JSON, as it was", () => {
  const kept: unknown = JSON.parse(JSON.stringify(memoryOf(campaign)));
  const members = [...campaign.members].map(([account, member]) => {
    const memory: unknown = JSON.parse(JSON.stringify(memberMemoryOf(member)));
    return { account, memory };
  });
  expect(fromMemory(campaign.id, kept, members)).toEqual(campaign);
});

test("a memory of before there were leads has none", () => {
  const { leads: _, ...before } = memoryOf(campaign).case;
  expect(fromMemory(campaign.id, { ...memoryOf(campaign), case: before }, []).case.leads).toEqual([]);
});

test("what is no memory is refused", () => {
  expect(() => fromMemory("C", { marks: null }, [])).toThrow("case");
  expect(() => fromMemory("C", memoryOf(campaign), [{ account: "a", memory: {} }])).toThrow("joined");
  expect(() => fromMemory("C", null, [])).toThrow("expected object");
});
