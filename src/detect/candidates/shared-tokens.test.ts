import { expect, test } from "vitest";
import { integers, sql } from "../../store/sql.ts";
import { withDetectLog } from "../log.case.ts";
import { loadSharedTokens } from "./shared-tokens.ts";

const asked = ["one", "two", "three"].map((account) => ({ account, text: "Which way is north?" }));

/** Token t, at index 9 - t, is used t times by each account; the engine comes upon them in the order that is given. */
const loaded = (order: readonly number[]) =>
  withDetectLog({ asked }, async ({ store }) => {
    await store.run(sql`
      CREATE OR REPLACE TABLE uses ENGINE = MergeTree ORDER BY tuple() AS
      SELECT token, account_index, token AS tasks FROM (SELECT arrayJoin(${integers(order)}) AS token) AS given CROSS JOIN detect_account`);
    await store.run(sql`
      CREATE OR REPLACE TABLE tokens ENGINE = MergeTree ORDER BY tuple() AS
      SELECT DISTINCT token, 3 AS accounts, 9 - token AS token_index FROM uses`);
    return loadSharedTokens(store, { uses: "uses", tokens: "tokens" });
  });

test("each account's tokens come in order, whatever the engine came upon first", async () => {
  const { account, token, tasks } = await loaded([4, 1, 3, 9]);
  expect([...account]).toEqual([0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2]);
  expect(token.slice(0, 4)).toEqual(Uint32Array.of(0, 5, 6, 8));
  expect(tasks.slice(4, 8)).toEqual(Uint32Array.of(9, 4, 3, 1));
  expect([...(await loaded([9, 3, 1, 4])).token]).toEqual([...token]);
});
