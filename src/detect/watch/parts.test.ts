import { expect, it } from "vitest";
import { goodLine, ndjson, withLog } from "../../ingest/world/scratch.case.ts";
import { sql } from "../../store/sql.ts";
import { liveCampaign } from "./live-campaign.case.ts";
import { createWatchTables, writeMembers } from "./marks.ts";
import { changedParts, partsOf } from "./parts.ts";
import type { Change } from "./parts.ts";

const startMs = Date.parse(goodLine.time);
const hourMs = 3_600_000;
const namesOf = (part: string, count: number): string[] => Array.from({ length: count }, (_, i) => `${part}-${i}`);

const subjects = ["rivers", "bridges", "orchards", "violins", "glaciers", "harbours", "lanterns", "meadows"];
const templates: Readonly<Record<string, string>> = {
  settled: "Explain to a careful reader why the recipe below fails, and mend it.",
  growing: "Solve the following exercise aloud before you commit to any answer.",
  coming: "Grade this essay against our rubric, giving one mark for each criterion.",
  tiny: "Translate that letter into plain modern German without losing its humour.",
};

/** Of each account of a part eight prompts, made from one template of the part: the first ones in one hour, the rest in another. */
const work = (part: string, accounts: number, hour: number, { until = 8, later = hour } = {}): object[] =>
  namesOf(part, accounts).flatMap((account) =>
    Array.from({ length: 8 }, (_, i) => ({
      ...goodLine,
      id: `${account} ${i}`,
      account,
      time: new Date(startMs + (i < until ? hour : later) * hourMs + i * 60_000).toISOString(),
      messages: [
        {
          role: "user",
          content: `${templates[part] ?? `Tell a ${part} story, at some length, that a child would like.`}\n${account} ${i}`,
        },
      ],
    })),
  );

const files = {
  "exchanges-0.ndjson": ndjson([
    ...work("settled", 6, 0),
    ...work("growing", 5, 0),
    ...work("growing", 10, 4).slice(5 * 8),
    ...work("coming", 6, 4),
    ...work("tiny", 4, 4),
  ]),
};
const window = { sinceMs: startMs - 1, untilMs: startMs + 6 * hourMs };
const change: Change = { sinceMs: startMs + 3 * hourMs, oneIn: 1, turn: 7, exchangesMax: 1_000 };

it("shows whole parts of the graph in which something has come since the last look", async () => {
  await withLog(files, async ({ store }) => {
    const partsIn = async (changed: Partial<Change>): Promise<string[]> => [
      ...new Set(
        (await changedParts(store, window, { ...change, ...changed })).map((account) => account.split("-")[0]!),
      ),
    ];
    expect(await changedParts(store, window, change)).toEqual([...namesOf("coming", 6), ...namesOf("growing", 10)]);
    expect(await partsIn({ sinceMs: startMs - hourMs })).toEqual(["coming", "growing", "settled"]);
    expect(await partsIn({ sinceMs: startMs + 5 * hourMs })).toEqual([]);
    // Six accounts with eight exchanges are a quarter of this; two lines of them are no more than half.
    expect(await partsIn({ exchangesMax: 6 * 8 * 4 })).toEqual(["coming"]);
    expect(await partsIn({ exchangesMax: 6 * 8 * 4 - 1 })).toEqual([]);
  });
});

it("asks for some of the lines at a time, and in the end for all", async () => {
  await withLog(files, async ({ store }) => {
    const times = new Map<string, number>();
    for (let turn = 0; turn < 30; turn++)
      for (const account of await changedParts(store, window, { ...change, oneIn: 32, turn }))
        times.set(account, (times.get(account) ?? 0) + 1);
    expect([...times.keys()].toSorted()).toEqual([...namesOf("coming", 6), ...namesOf("growing", 10)]);
    expect(Math.max(...times.values())).toBeLessThan(25);
    for (const part of ["coming", "growing"])
      expect(new Set(namesOf(part, 6).map((account) => times.get(account))).size).toBe(1);
  });
});

it("draws a part the more often the more of its use is new", async () => {
  const steady = subjects.flatMap((subject) => work(`long-known-${subject}`, 5, 0, { until: 6, later: 4 }));
  const coming = subjects.flatMap((subject) => work(`unheard-of-${subject}`, 5, 4));
  await withLog({ "exchanges-0.ndjson": ndjson([...steady, ...coming]) }, async ({ store }) => {
    const drawn = { steady: 0, coming: 0 };
    for (let turn = 0; turn < 12; turn++)
      for (const account of await changedParts(store, window, { ...change, turn, exchangesMax: 4 * 5 * 8 }))
        drawn[account.startsWith("long-known") ? "steady" : "coming"] += 1;
    expect(drawn.steady).toBeGreaterThan(0);
    expect(drawn.coming).toBeGreaterThan(2 * drawn.steady);
  });
});

it("shows all who carry a campaign's lines, its members first where there are too many", async () => {
  await withLog(files, async ({ store }) => {
    await createWatchTables(store);
    await writeMembers(store, [liveCampaign(["growing-7", "tiny-0"], null)]);
    await store.run(sql`
      INSERT INTO watch_line SELECT DISTINCT 'hydra', arrayJoin(template), 0 FROM exchange WHERE account = 'growing-7'`);
    const all = [...namesOf("growing", 10), "tiny-0"];
    expect(await partsOf(store, window, ["hydra"], 1_000)).toEqual(all);
    const some = await partsOf(store, window, ["hydra"], 5 * 8);
    expect(some.length).toBe(5);
    expect(all).toEqual(expect.arrayContaining(some));
    expect(some).toEqual(expect.arrayContaining(["growing-7", "tiny-0"]));
    expect(await partsOf(store, window, ["other"], 1_000)).toEqual([]);
  });
});
