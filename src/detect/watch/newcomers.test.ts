import { expect, it } from "vitest";
import { goodLine, ndjson, withLog } from "../../ingest/world/scratch.case.ts";
import { sql } from "../../store/sql.ts";
import { campaignMarks, liveCampaign } from "./live-campaign.case.ts";
import { createWatchTables, writeMembers } from "./marks.ts";
import { findNewcomers } from "./newcomers.ts";
import type { Fresh } from "./newcomers.ts";

const atMs = (time: string): number => Date.parse(`2026-01-05T${time}:00.000Z`);

/** A prompt made from the campaign's template. */
const asks = (account: string, time: string, item: string): object => ({
  ...goodLine,
  id: `${account} ${time}`,
  account,
  time: `2026-01-05T${time}:00.000Z`,
  messages: [
    {
      role: "user",
      content: `Think through the exercise below step by step before you give the final answer.\n${item}\nWrite every intermediate conclusion on a line of its own and number these lines.`,
    },
  ],
});

const campaign = liveCampaign(["member"], campaignMarks({ members: 20, others: 1_000 }));

it("finds who carries a campaign's work, by exchanges that are new or came late, and not by what it has seen", async () => {
  const work = (account: string, times: readonly string[]): object[] =>
    times.map((time, index) => asks(account, time, `How many tiles does a floor of ${index + 3} by 7 feet need?`));
  const files = {
    "exchanges-0.ndjson": ndjson([...work("member", ["08:00", "08:10"]), ...work("early", ["08:30", "08:51"])]),
    "exchanges-1.ndjson": ndjson(work("late", ["08:52", "08:55"])),
    "accounts.ndjson": ndjson(["member", "early", "late"].map((account) => ({ account, device: "dev-1" }))),
  };
  await withLog(files, async ({ store }) => {
    await createWatchTables(store);
    await writeMembers(store, [campaign]);
    await store.run(sql`
      INSERT INTO watch_line SELECT DISTINCT 'hydra', arrayJoin(template), 0 FROM exchange WHERE account = 'member'`);
    await store.insert("watch_trace", [{ campaign: "hydra", kind: "device", token: "dev-1" }]);
    const newcomersIn = async (fresh: Fresh): Promise<string[]> => {
      const found = await findNewcomers(store, fresh, { sinceMs: atMs("00:00"), untilMs: fresh.untilMs }, [campaign]);
      return found.map(({ account }) => account).toSorted();
    };
    const step = { sinceMs: atMs("09:00"), untilMs: atMs("09:01"), lateMs: 10 * 60_000, afterFile: 1 };
    expect(await newcomersIn({ ...step, sinceMs: atMs("00:00"), afterFile: 2 })).toEqual(["early", "late"]);
    expect(await newcomersIn(step)).toEqual(["late"]);
    expect(await newcomersIn({ ...step, afterFile: 0 })).toEqual(["early", "late"]);
    // Nothing came.
    expect(await newcomersIn({ ...step, afterFile: 2 })).toEqual([]);
    // Too late.
    expect(await newcomersIn({ ...step, lateMs: 4 * 60_000 })).toEqual([]);
  });
});
