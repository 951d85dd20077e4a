import { decimal, integer, join, sql, text } from "../../store/sql.ts";
import type { Sql } from "../../store/sql.ts";
import type { Store } from "../../store/engine.ts";
import { isOfTraces, isToldByLines } from "../candidates/candidate.ts";
import type { Candidate, Source } from "../candidates/candidate.ts";
import { writeLeadSignature } from "../leads/signature.ts";
import { sumOfShares } from "../words.ts";

// Limits and defaults.
/** A signature token stands at this share of the members at least, and at this many. */
const memberShareMin = 0.2;
const membersMin = 3;
/** And is this many times as common among them as among everybody else, or mostly theirs. */
const liftMin = 30;
const ownShareMin = 0.5;
/** A signature word is this many times as likely in a member's task as in anybody's. */
const wordLiftMin = 8;
/** A task belongs to the work if it carries this many of them, and together they make it this much likelier (natural log). */
const taskWordsMin = 2;
const taskLogRatioMin = 6;

/**
 * Writes each candidate's *signature*, the tokens that tell its shared work from its members' other traffic, and its
 * *harvest*, the tasks of its members that carry it. A member that mixes its harvest with a stranger's traffic is thus
 * judged by the part that belongs to the queue, not by its average.
 *
 * Where accounts were brought together by lines of templates, a task belongs to the work if it carries one of the lines. Where
 * each may word its templates in its own way, the words that are far likelier at the members than elsewhere decide (a naive
 * Bayes rule, learnt on half 0), and tasks are sorted by their shape instead of their template: tools and replies. Where
 * another provider told of the lines, they are what it told. Where there is no text, nothing tells the work from other traffic, and all
 * that a member does is of it.
 *
 * @param candidates one at least
 */
export async function writeHarvest(store: Store, candidates: readonly Candidate[]): Promise<void> {
  await store.run(sql`
    CREATE OR REPLACE TABLE detect_member (candidate UInt32, account_index UInt32, told_by String, whole Bool) ENGINE = Memory`);
  const rows = candidates.flatMap(({ id, accounts, source, whole = false }) =>
    accounts.map((index) => ({ candidate: id, account_index: index, told_by: toldBy(source), whole })),
  );
  await store.insert("detect_member", rows);
  const ways = new Set(candidates.map(({ source }) => toldBy(source)));
  if (ways.has("lines")) {
    await writeLineSignature(store);
    await writeLeadSignature(store, candidates);
  }
  if (ways.has("words")) await writeWordSignature(store);
  // To plan a part that no candidate needs takes as long as to read what one needs.
  const parts = [...ways].map((way) => workBy[way]);
  await store.run(sql`
    CREATE OR REPLACE TABLE detect_harvest ENGINE = MergeTree ORDER BY (candidate, account_index) AS
    SELECT candidate, account_index, stream, arraySort(groupArrayArray(alike)) AS tasks FROM (${join(parts, sql` UNION ALL `)})
    GROUP BY candidate, account_index, stream`);
}

type ToldBy = "lines" | "words" | "nothing";

const toldBy = (source: Source): ToldBy => (isToldByLines(source) ? "lines" : isOfTraces(source) ? "nothing" : "words");

/** A line or a word of one candidate as one number: tokens are hashes of 64 bits, so that no two keys are likely to agree. */
const lineKey = sql`bitXor(token, intHash64(candidate))`;
const wordKey = sql`bitShiftLeft(toUInt64(candidate), 16) + word`;

/**
 * What of a task no rewording changes: whether it brings tools, and whether somebody answers back. A prompt's length is not of it: one
 * account's wording is some words longer than another's, which puts the same work on two sides of whatever bound.
 */
const shape = sql`cityHash64(tools > 0, replied)`;

const membersBy = (way: ToldBy): Sql => sql`SELECT account_index FROM detect_member WHERE told_by = ${text(way)}`;
const tasksOfMembers = (way: ToldBy): Sql => sql`
  SELECT account_index, task, task_index, ${shape} AS shape FROM detect_task WHERE account_index IN (${membersBy(way)})`;

/**
 * The work of the candidates whose work is told in each way. Signatures are looked up by arrays of keys: to spread each task's lines
 * and words out to be joined and gathered again takes ten times as long. An account has many tasks of few templates, so lines are
 * looked up once for all tasks that have the same.
 */
const workBy: Readonly<Record<ToldBy, Sql>> = {
  lines: sql`
    SELECT candidate, account_index, alike, best_line.2 AS stream
    FROM (
      WITH (SELECT (groupArray(${lineKey}), groupArray(members)) FROM detect_signature) AS signature_lines
      SELECT candidate, account_index, alike, arrayReduce('max', arrayMap(
        token -> (transform(${lineKey}, signature_lines.1, signature_lines.2, toUInt32(0)), token), lines)) AS best_line
      FROM (
        SELECT account_index, lines, groupArray(task_index) AS alike
        FROM (
          SELECT account_index, task, arrayFilter(token -> token IN (SELECT token FROM detect_signature), template) AS lines
          FROM detect_sketch WHERE account_index IN (${membersBy("lines")}) AND notEmpty(lines)
        ) AS sketched INNER JOIN (${tasksOfMembers("lines")}) AS tasks USING (account_index, task)
        GROUP BY account_index, lines
      ) AS grouped INNER JOIN detect_member USING account_index
      WHERE told_by = 'lines' AND best_line.1 > 0
    )`,
  words: sql`
    SELECT candidate, account_index, [task_index] AS alike, shape AS stream
    FROM (
      SELECT candidate, account_index, task
      FROM (
        WITH (SELECT (groupArray(${wordKey}), groupArray(weight)) FROM detect_signature_word) AS signature_words
        SELECT candidate, account_index, task, arrayMap(word -> transform(${wordKey}, signature_words.1, signature_words.2, 0.), all_words) AS weights
        FROM detect_sketch INNER JOIN detect_member USING account_index
        WHERE account_index IN (${membersBy("words")}) AND told_by = 'words'
      )
      WHERE arrayCount(weight -> weight > 0, weights) >= ${integer(taskWordsMin)} AND arraySum(weights) >= ${decimal(taskLogRatioMin)}
    ) AS carried INNER JOIN (${tasksOfMembers("words")}) AS tasks USING (account_index, task)`,
  nothing: sql`
    SELECT candidate, account_index, [task_index] AS alike, shape AS stream
    FROM (SELECT candidate, account_index FROM detect_member WHERE told_by = 'nothing') AS visitors
    INNER JOIN (${tasksOfMembers("nothing")}) AS tasks USING account_index`,
};

/** Words that a member's task holds far more often than anybody's, by candidate. */
async function writeWordSignature(store: Store): Promise<void> {
  await store.run(sql`
    CREATE OR REPLACE TABLE detect_signature_word ENGINE = Memory AS
    SELECT candidate, word,
      log((inside / size) / ((greatest(mass - inside, 0) + 0.5) / greatest(world - size, 1))) AS weight
    FROM (
      SELECT candidate, word, ${sumOfShares} AS inside, count() AS members
      FROM detect_word_use INNER JOIN detect_member USING account_index
      WHERE account_index IN (${membersBy("words")}) AND told_by = 'words'
      GROUP BY candidate, word
    ) AS used
    INNER JOIN detect_word USING word
    INNER JOIN (SELECT candidate, count() AS size FROM detect_member GROUP BY candidate) AS sizes USING candidate
    CROSS JOIN (SELECT count() AS world FROM detect_worker) AS totals
    WHERE members >= greatest(${decimal(membersMin)}, ${decimal(memberShareMin)} * size) AND weight >= log(${decimal(wordLiftMin)})`);
}

/** Lines of templates that the members have in common and others don't, by candidate. */
async function writeLineSignature(store: Store): Promise<void> {
  await store.run(sql`
    CREATE OR REPLACE TABLE detect_signature ENGINE = Memory AS
    SELECT candidate, token, members, accounts, members / greatest(accounts, 1) AS own_share
    FROM (
      SELECT candidate, token, toUInt32(uniqExact(account_index)) AS members
      FROM detect_token_use INNER JOIN detect_member USING account_index
      WHERE account_index IN (${membersBy("lines")}) AND told_by = 'lines' AND NOT whole
      GROUP BY candidate, token
    ) AS inside
    INNER JOIN detect_token USING token
    INNER JOIN (SELECT candidate, count() AS size FROM detect_member GROUP BY candidate) AS sizes USING candidate
    CROSS JOIN (SELECT count() AS world FROM detect_account) AS totals
    WHERE members >= greatest(${decimal(membersMin)}, ${decimal(memberShareMin)} * size)
      AND (own_share >= ${decimal(ownShareMin)}
        OR members / size >= ${decimal(liftMin)} * (accounts - members) / greatest(world - size, 1))`);
}
