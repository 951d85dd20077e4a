import { decimal, sql } from "../../store/sql.ts";
import type { Store } from "../../store/engine.ts";
import type { Candidate } from "../candidates/candidates.ts";

// Limits and defaults.
/** A signature token stands at this share of the members at least, and at this many. */
const memberShareMin = 0.2;
const membersMin = 3;
/** And is this many times as common among them as among everybody else, or mostly theirs. */
const liftMin = 30;
const ownShareMin = 0.5;

/**
 * Writes each candidate's *signature*, the tokens that tell its shared work from its members' other traffic, and its
 * *harvest*, the tasks of its members that carry one. A member that mixes its harvest with a stranger's traffic is thus
 * judged by the part that belongs to the queue, not by its average.
 */
export async function writeHarvest(store: Store, candidates: readonly Candidate[]): Promise<void> {
  await store.run(
    sql`CREATE OR REPLACE TABLE detect_member (candidate UInt32, account_index UInt32) ENGINE = MergeTree ORDER BY account_index`,
  );
  const rows = candidates.flatMap(({ id, accounts }) =>
    accounts.map((index) => ({ candidate: id, account_index: index })),
  );
  if (rows.length > 0) await store.insert("detect_member", rows);
  await store.run(sql`
    CREATE OR REPLACE TABLE detect_signature ENGINE = MergeTree ORDER BY (candidate, token) AS
    SELECT candidate, token, members, accounts, members / greatest(accounts, 1) AS own_share
    FROM (
      SELECT candidate, token, toUInt32(uniqExact(account_index)) AS members
      FROM detect_token_account INNER JOIN detect_member USING account_index
      WHERE token IN (SELECT token FROM detect_token) GROUP BY candidate, token
    ) AS inside
    INNER JOIN detect_token USING token
    INNER JOIN (SELECT candidate, count() AS size FROM detect_member GROUP BY candidate) AS sizes USING candidate
    CROSS JOIN (SELECT count() AS world FROM detect_account) AS totals
    WHERE members >= greatest(${decimal(membersMin)}, ${decimal(memberShareMin)} * size)
      AND (own_share >= ${decimal(ownShareMin)}
        OR members / size >= ${decimal(liftMin)} * (accounts - members) / greatest(world - size, 1))`);
  await store.run(sql`
    CREATE OR REPLACE TABLE detect_harvest ENGINE = MergeTree ORDER BY (candidate, account_index) AS
    SELECT candidate, account_index, task, stream, half, root, words, params, intent, model, exchanges, messages_max,
      user_turns_max, output_tokens, started, ended
    FROM (
      SELECT candidate, account_index, task, argMax(token, (detect_signature.members, token)) AS stream, any(words) AS words
      FROM (
        SELECT candidate, account_index, task, words, arrayJoin(template) AS token
        FROM detect_sketch INNER JOIN detect_member USING account_index
      ) AS spread
      INNER JOIN detect_signature USING (candidate, token)
      GROUP BY candidate, account_index, task
    ) AS carried
    INNER JOIN (
      SELECT * FROM detect_task WHERE account_index IN (SELECT account_index FROM detect_member)
    ) AS tasks USING (account_index, task)`);
}
