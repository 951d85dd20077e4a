import { expect, it } from "vitest";
import { ndjson, withLog } from "../../ingest/world/scratch.case.ts";
import type { Exchange } from "../../model/exchange.ts";
import { sql } from "../../store/sql.ts";
import type { Store } from "../../store/engine.ts";
import { buildTasks } from "./tasks.ts";

interface Sent extends Partial<Omit<Exchange, "time">> {
  readonly account: string;
  readonly minute: number;
}

const log = (sent: readonly Sent[]): Record<string, string> => ({
  "exchanges-0.ndjson": ndjson(
    sent.map(({ minute, ...rest }, i) => ({
      time: new Date(Date.UTC(2026, 0, 5) + minute * 60_000).toISOString(),
      id: `req_${i}`,
      model: "aster-3-mini",
      ...rest,
    })),
  ),
});

const visitsOf = (store: Store) =>
  store.rows<{
    account: string;
    minute: number;
    exchanges: number;
    minutes: number;
    model: string;
    tokens: number;
  }>(sql`
    SELECT account, toUInt32(toMinute(started) + 60 * toHour(started)) AS minute, task.exchanges AS exchanges, toUInt32(dateDiff('minute', started, ended)) AS minutes, model,
      output_tokens AS tokens
    FROM detect_task AS task INNER JOIN detect_account USING account_index ORDER BY task_index`);

it("takes what an account does without a pause for one visit, where there is no text", async () => {
  const sent: Sent[] = [
    { account: "ada", minute: 0, usage: { output: 100 } },
    { account: "ada", minute: 9, usage: { output: 300 } },
    // Whoever else comes meanwhile.
    { account: "bob", minute: 4, model: "aster-code-2", usage: { output: 5 } },
    { account: "ada", minute: 18, model: "aster-code-2", usage: { output: 200 } },
    // Ten minutes are not more than ten minutes.
    { account: "bob", minute: 14, usage: { output: 5 } },
    { account: "ada", minute: 29, usage: { output: 7 } },
  ];
  await withLog(log(sent.toReversed()), async ({ store }) => {
    expect(await buildTasks(store)).toBe(true);
    expect(await visitsOf(store)).toEqual([
      { account: "ada", minute: 0, exchanges: 3, minutes: 18, model: "aster-3-mini", tokens: 200 },
      { account: "bob", minute: 4, exchanges: 2, minutes: 10, model: "aster-code-2", tokens: 5 },
      { account: "ada", minute: 29, exchanges: 1, minutes: 0, model: "aster-3-mini", tokens: 7 },
    ]);
  });
});

it("tells tasks by what they ask as soon as anything is asked, and leaves out what asks nothing", async () => {
  const sent: Sent[] = [
    { account: "ada", minute: 0, messages: [{ role: "user", content: "What is a still?" }] },
    { account: "ada", minute: 1, messages: [{ role: "user", content: "What is a watch?" }] },
    { account: "bob", minute: 2 },
  ];
  await withLog(log(sent), async ({ store }) => {
    expect(await buildTasks(store)).toBe(false);
    expect((await visitsOf(store)).map(({ account, minute }) => [account, minute])).toEqual([
      ["ada", 0],
      ["ada", 1],
    ]);
  });
});
