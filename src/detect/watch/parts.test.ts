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

const templates: Readonly<Record<string, string>> = {
  settled: "Explain to a careful reader why the recipe below fails, and mend it.",
  growing: "Solve the following exercise aloud before you commit to any answer.",
  coming: "Grade this essay against our rubric, giving one mark for each criterion.",
  tiny: "Translate that letter into plain modern German without losing its humour.",
};

/** Of each account of a part eight prompts, made from one template of the part. */
const work = (part: string, accounts: number, hour: number): object[] =>
  namesOf(part, accounts).flatMap((account) =>
    Array.from({ length: 8 }, (_, i) => ({
      ...goodLine,
      id: `${account} ${i}`,
      account,
      time: new Date(startMs + hour * hourMs + i * 60_000).toISOString(),
      messages: [
        {
          role: "user",
          content: `${templates[part]}\n${account} ${i}`,
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

it("shows whole parts of the graph that accounts have come to since the last look, the newest ones first", async () => {
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
