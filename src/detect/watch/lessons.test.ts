import { describe, expect, it } from "vitest";
import type { Lesson } from "../../model/appeal.ts";
import { withLog } from "../../ingest/world/scratch.case.ts";
import { heed, isNewEvidence, letGo, readTaught } from "./lessons.ts";
import type { Taught, TasksSince } from "./lessons.ts";
import { liveMember } from "./live-campaign.case.ts";
import type { FoundCampaign, LiveCampaign } from "./live-campaign.ts";

const at = "2026-01-05T12:00:00.000Z";
const lesson = (account: string, families: Lesson["families"] = { partition: 6, twins: 3 }): Lesson => ({
  appeal: `appeal of ${account}`,
  account,
  campaign: "C-1",
  families,
  at,
});
const taught = (lessons: readonly Lesson[], tasks: Readonly<Record<string, TasksSince>> = {}): Taught => ({
  byAccount: new Map(lessons.map((one) => [one.account, one])),
  tasks: new Map(Object.entries(tasks)),
});
const member = liveMember({ looks: 1, harvest: { tasks: 40, share: 1 } });
const accounts = Array.from({ length: 20 }, (_, i) => `a${i}`);
const found = (coordinated: number, families: FoundCampaign["case"]["families"] = { partition: 6, twins: 3 }) => ({
  case: {
    confidence: Math.min(coordinated, 0.95),
    verdicts: { coordinated, extractive: 0.95, unauthorised: 0.99 },
    families,
    capabilities: [],
    evidence: [],
    leads: [],
    restricted: false,
  },
  members: new Map(accounts.map((account) => [account, member])),
});
const convictedIn = (campaigns: readonly FoundCampaign[]): string[] =>
  campaigns.flatMap(({ members }) => [...members.keys()]);

describe("an account that an appeal has cleared", () => {
  it("is not convicted again on the same evidence; the others are", () => {
    const heeded = heed([found(0.999)], [], taught([lesson("a3")], { a3: { tasks: 40, since: 0 } }));
    expect(convictedIn(heeded)).toEqual(accounts.filter((account) => account !== "a3"));
  });

  it.each<[string, TasksSince, Lesson["families"], boolean]>([
    ["on what it did after", { tasks: 10, since: 6 }, { partition: 6, twins: 3 }, true],
    ["not on a little of it", { tasks: 4, since: 4 }, { partition: 6, twins: 3 }, false],
    ["not where most came before", { tasks: 40, since: 6 }, { partition: 6, twins: 3 }, false],
    ["on another family", { tasks: 40, since: 0 }, { twins: 3, regularity: 2 }, true],
    ["on a family that had said nothing", { tasks: 40, since: 0 }, { partition: 0.4, twins: 3 }, true],
    ["not where nothing is known of it", { tasks: 0, since: 0 }, { partition: 6, twins: 3, regularity: 2 }, false],
  ])("is convicted again %s: %j", (_what, tasks, families, expected) => {
    const lessons = taught([lesson("a3", families)], { a3: tasks });
    expect(isNewEvidence("a3", { partition: 6, twins: 3, intent: 9 }, lessons)).toBe(expected);
    expect(isNewEvidence("a4", {}, lessons)).toBe(true);
  });

  it("is let go from the campaign that it was in, unless something has come since", () => {
    const known: LiveCampaign = { id: "C-1", ...found(0.999), marks: null };
    const lessons = taught([lesson("a3"), lesson("a4"), lesson("b")], { a4: { tasks: 200, since: 5 } });
    const { campaigns, cleared } = letGo([known], lessons);
    expect(cleared).toEqual([{ account: "a3", campaign: known }]);
    expect([...campaigns[0]!.members.keys()]).toEqual(accounts.filter((account) => account !== "a3"));
    expect(letGo([{ ...known, case: { ...known.case, families: { regularity: 2 } } }], lessons).cleared).toEqual([]);
  });

  it("is counted from the log: what it began after the answer", async () => {
    const line = (hour: number, prompt: string, account = "a"): string =>
      JSON.stringify({
        time: new Date(Date.UTC(2026, 0, 5, hour)).toISOString(),
        id: `${account}-${hour}`,
        account,
        model: "m",
        messages: [{ role: "user", content: prompt }],
      });
    // The task of ten o'clock goes on at two; one is out of the window.
    const lines = [
      line(1, "out"),
      line(10, "one"),
      line(11, "two"),
      line(14, "one"),
      line(15, "new"),
      line(15, "x", "b"),
    ];
    await withLog({ "exchanges-0.ndjson": `${lines.join("\n")}\n` }, async ({ store }) => {
      const window = { sinceMs: Date.UTC(2026, 0, 5, 5), untilMs: Date.UTC(2026, 0, 6) };
      const older = { ...lesson("a"), at: "2026-01-04T00:00:00.000Z" };
      const { tasks, byAccount } = await readTaught(store, [older, lesson("a")], window);
      expect(byAccount.get("a")?.at).toBe(at);
      expect([...tasks]).toEqual([["a", { tasks: 3, since: 1 }]]);
    });
  });
});

describe("a group in which appeals have cleared many", () => {
  const cleared = (count: number): Taught => taught(accounts.slice(0, count).map((account) => lesson(account)));
  const coordinatedAfter = (count: number, before: number): number | undefined =>
    heed([found(before)], [], cleared(count))[0]?.case.verdicts.coordinated;

  it("is as it was where no more were cleared than may be swept along", () => {
    expect(coordinatedAfter(2, 0.999)).toBe(0.999);
  });

  it("needs evidence ten times as strong for each beyond", () => {
    expect(coordinatedAfter(3, 0.999)).toBeCloseTo(0.99, 3);
    expect(coordinatedAfter(4, 0.999)).toBeCloseTo(0.909, 3);
    expect(coordinatedAfter(6, 0.999)).toBeUndefined();
  });

  it("is not cleared as a whole by appeals where it is beyond doubt", () => {
    const [left] = heed([found(1 - 1e-6)], [], cleared(18));
    expect(left?.case.verdicts.coordinated).toBeGreaterThan(0.9);
    expect(left?.case.confidence).toBe(left?.case.verdicts.coordinated);
    expect([...(left?.members.keys() ?? [])]).toEqual(["a18", "a19"]);
  });

  it("is told by the accounts that were in it, also where they are in no more", () => {
    const rest = { ...found(0.999), members: new Map(accounts.slice(6).map((account) => [account, member])) };
    const known: LiveCampaign = { id: "C-1", case: rest.case, members: rest.members, marks: null };
    expect(heed([rest], [known], cleared(6))).toEqual([]);
    expect(heed([rest], [{ ...known, id: "C-2" }], cleared(6))).toEqual([rest]);
  });
});
