import { integer, sql } from "../../store/sql.ts";
import type { Store } from "../../store/engine.ts";
import { isToldByLines } from "../candidates/candidate.ts";
import type { Candidate } from "../candidates/candidate.ts";
import { commonWords } from "../words.ts";
import { emptyHalves } from "./count-table.ts";
import type { CountTable } from "./count-table.ts";
import type { Member } from "./observation.ts";
import { harvestOf, totalOf } from "./observation.ts";
import { topicBins } from "./topics.ts";

/** Of a group's traffic, so much must be other work for its topics to be looked at. */
const besidesShareMin = 0.2;
/** Share of the shared work in which nobody answers back. Where people do, nothing hangs on what they do besides. */
const unattendedShareMin = 0.9;

/**
 * Topics of what the members do besides the shared work, each task counting once for each: by member and half. Null where that is little
 * of what they do, where people stand behind the work, and where it is not told by lines: by words, a part of it is not told from the
 * rest. Reads the harvest that was written last.
 */
export async function loadBesides(
  store: Store,
  { id, source }: Pick<Candidate, "id" | "source">,
  members: readonly Pick<Member, "index" | "tasks" | "harvestTasks" | "unattendedTasks">[],
): Promise<CountTable | null> {
  const all = totalOf(members, ({ tasks }) => tasks);
  const shared = totalOf(members, harvestOf);
  if (!isToldByLines(source) || all - shared < besidesShareMin * all) return null;
  if (totalOf(members, ({ unattendedTasks }) => unattendedTasks) < unattendedShareMin * shared) return null;
  const account = sql`SELECT account_index FROM detect_member WHERE candidate = ${integer(id)}`;
  const rows = await store.rows<{ account_index: number; half: 0 | 1; bin: number; uses: number }>(sql`
    SELECT account_index, half, bin, toUInt32(count()) AS uses
    FROM (
      SELECT account_index, half, arrayJoin(arrayDistinct(arrayMap(
        word -> word % ${integer(topicBins)}, arrayFilter(word -> word NOT IN (${commonWords}), words)))) AS bin
      FROM detect_sketch INNER JOIN (
        SELECT account_index, task FROM detect_task
        WHERE account_index IN (${account})
          AND task_index NOT IN (SELECT arrayJoin(tasks) FROM detect_harvest WHERE candidate = ${integer(id)})
      ) AS besides USING (account_index, task)
      WHERE account_index IN (${account})
    ) GROUP BY account_index, half, bin`);
  const position = new Map(members.map(({ index }, i) => [index, i]));
  const halves = emptyHalves(members.length, topicBins);
  for (const { account_index, half, bin, uses } of rows) {
    const member = position.get(account_index);
    if (member !== undefined) halves[half][member]![bin] = uses;
  }
  return { columns: topicBins, halves };
}
