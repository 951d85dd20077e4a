import { decimal, integer, sql } from "../../store/sql.ts";
import type { Sql } from "../../store/sql.ts";
import type { Store } from "../../store/engine.ts";
import { nameOfAccount } from "../refusals.ts";
import { commonWords } from "../words.ts";
import { isJudged } from "./signature.ts";

// Limits and defaults.
/** An item may wait at its next account; most don't, and a shorter time holds fewer likenesses by chance. */
const handoverMsMax = 6 * 3_600_000;
const promptMsMax = 3_600_000;
/** Refused tasks that are followed, per candidate. */
const refusedMax = 2000;
/** A task with fewer rare words can't be recognised in other words. */
const rareWordsMin = 4;
/** A refused task is told by another account's only if it shares this much more of its rare words than the best one on the other side of time does. */
const marginMin = 0.2;

/** Refused tasks of one candidate that have a likeness at another member on one side of time only. */
export interface Handovers {
  /** Within the hour, and within six. */
  readonly prompt: SidesOfTime;
  readonly late: SidesOfTime;
}

export interface SidesOfTime {
  /** The likeness came after the refusal, as when a queue's item goes on elsewhere. */
  readonly after: number;
  /** It came before: chance, since nobody hands over what was not refused yet. */
  readonly before: number;
}

export const noHandovers: Handovers = { prompt: { after: 0, before: 0 }, late: { after: 0, before: 0 } };

/**
 * Follows refused tasks to other members by what they ask for, not by how it is put: the share of a refused task's rare words
 * that the nearest task of another member holds, soon after the refusal and as long before it. Tasks of the
 * judged halves only; a task that was itself refused does not count as one before, since an item may be refused twice in a row.
 */
export async function loadHandovers(store: Store): Promise<Map<number, Handovers>> {
  await store.run(sql`
    CREATE OR REPLACE TABLE detect_rare_task ENGINE = MergeTree ORDER BY (candidate, span) AS
    SELECT candidate, account_index, organization, task, toUnixTimestamp64Milli(started) AS at_ms,
      intDiv(at_ms, ${integer(handoverMsMax)}) AS span,
      (account_index, task) IN (SELECT account_index, task FROM detect_refused) AS is_refused, arrayFilter(word -> word NOT IN (${commonWords}), words) AS rare
    FROM detect_harvest LEFT JOIN (${nameOfAccount}) AS names USING account_index
    WHERE ${isJudged} AND length(rare) >= ${integer(rareWordsMin)}`);
  const rows = await store.rows<{ candidate: number; prompt: [number, number]; late: [number, number] }>(sql`
    SELECT candidate, ${sides(sql`prompt_after`, sql`prompt_before`)} AS prompt, ${sides(sql`late_after`, sql`late_before`)} AS late
    FROM (
      SELECT candidate, task, refused_ms,
        maxIf(likeness, is_after AND is_prompt) AS prompt_after, maxIf(likeness, NOT is_after AND is_prompt) AS prompt_before,
        maxIf(likeness, is_after) AS late_after, maxIf(likeness, NOT is_after) AS late_before
      FROM (
        SELECT candidate, refused.task AS task, refused_ms, other.at_ms > refused_ms AS is_after,
          abs(other.at_ms - refused_ms) <= ${integer(promptMsMax)} AS is_prompt,
          length(arrayIntersect(refused.rare, other.rare)) / length(refused.rare) AS likeness
        FROM (
          SELECT *, arrayJoin([span - 1, span, span + 1]) AS near
          FROM (
            SELECT candidate, account_index, organization, rare_task.task AS task, rare, refused_ms,
              intDiv(refused_ms, ${integer(handoverMsMax)}) AS span
            FROM detect_rare_task AS rare_task INNER JOIN (
              SELECT account_index, task, min(at_ms) AS refused_ms FROM detect_refused GROUP BY account_index, task
            ) AS refused_task USING (account_index, task)
            ORDER BY candidate, refused_ms, task LIMIT ${integer(refusedMax)} BY candidate
          )
        ) AS refused
        INNER JOIN detect_rare_task AS other ON other.candidate = refused.candidate AND other.span = refused.near
        WHERE other.account_index != refused.account_index
          AND (other.organization = '' OR other.organization != refused.organization)
          AND abs(other.at_ms - refused_ms) <= ${integer(handoverMsMax)}
          AND (other.at_ms > refused_ms OR NOT other.is_refused)
      )
      GROUP BY candidate, task, refused_ms
    )
    GROUP BY candidate`);
  const named = ([after, before]: [number, number]): SidesOfTime => ({ after, before });
  return new Map(rows.map(({ candidate, prompt, late }) => [candidate, { prompt: named(prompt), late: named(late) }]));
}

const sides = (after: Sql, before: Sql): Sql => sql`
  [toUInt32(countIf(${after} >= ${before} + ${decimal(marginMin)})), toUInt32(countIf(${before} >= ${after} + ${decimal(marginMin)}))]`;
