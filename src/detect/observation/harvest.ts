import { integer, sql } from "../../store/sql.ts";
import type { Store } from "../../store/engine.ts";
import { commonWords } from "../words.ts";
import { Portion } from "./portion.ts";
import type { CountContext } from "./portion.ts";

/** Tasks that travel together: columns as arrays are read many times faster than rows. */
const tasksPerRow = 1024;
/** A hash cut to 32 bits still tells templates, models and parameters apart. */
const cut = sql`4294967291`;

/**
 * What the tasks of all harvests are like, each once however many candidates look at it: arrays by the task's index, which are in the order
 * in which tasks began.
 */
export interface Tasks {
  readonly account: Uint32Array;
  readonly half: Uint8Array;
  readonly model: Uint32Array;
  readonly params: Uint32Array;
  readonly exchanges: Uint32Array;
  readonly messages: Uint32Array;
  readonly userTurns: Uint32Array;
  readonly startedMs: Float64Array;
  readonly endedMs: Float64Array;
  /** Mean tokens returned; -1 if unknown. */
  readonly outputTokens: Float64Array;
  /** Bit mask; -1 where nobody looked. */
  readonly intents: Float64Array;
  /** Whether its answers can be recognised. */
  readonly answered: Uint8Array;
  /** When it was refused first; -1 if it was not. */
  readonly refusedMs: Float64Array;
  /** Its first message: a hash of 52 bits, which a number holds. */
  readonly root: Float64Array;
  /** The words of each that not everybody uses: those of task i stand in `words` from `wordsStart[i]` to `wordsEnd[i]`. */
  readonly words: Uint16Array;
  readonly wordsStart: Uint32Array;
  readonly wordsEnd: Uint32Array;
}

const columns = [
  "account",
  "half",
  "model",
  "params",
  "exchanges",
  "messages",
  "userTurns",
  "startedMs",
  "endedMs",
  "outputTokens",
  "intents",
  "answered",
  "refusedMs",
  "root",
] as const;

type TaskRow = Readonly<Record<(typeof columns)[number] | "indices" | "sizes" | "words", readonly number[]>>;

/**
 * Reads the tasks that stand in any harvest. A task stands in the harvests of up to dozens of candidates: to count its words for each
 * of them, the engine spreads every word of every one out into a row and hashes it, where here it is one step in an array.
 */
export async function loadTasks(store: Store): Promise<Tasks> {
  const [size] = await store.rows<{ tasks: number; words: number }>(sql`
    SELECT (SELECT max(arrayMax(tasks)) + 1 FROM detect_harvest) AS tasks, sum(length(words)) AS words
    FROM detect_sketch WHERE account_index IN (SELECT account_index FROM detect_member)`);
  const count = size?.tasks ?? 0;
  const tasks: Tasks = {
    account: new Uint32Array(count),
    half: new Uint8Array(count),
    model: new Uint32Array(count),
    params: new Uint32Array(count),
    exchanges: new Uint32Array(count),
    messages: new Uint32Array(count),
    userTurns: new Uint32Array(count),
    startedMs: new Float64Array(count),
    endedMs: new Float64Array(count),
    outputTokens: new Float64Array(count),
    intents: new Float64Array(count),
    answered: new Uint8Array(count),
    refusedMs: new Float64Array(count),
    root: new Float64Array(count),
    words: new Uint16Array(size?.words ?? 0),
    wordsStart: new Uint32Array(count),
    wordsEnd: new Uint32Array(count),
  };
  const rows = store.stream<TaskRow>(sql`
    SELECT groupArray(task_index) AS indices, groupArray(account_index) AS account, groupArray(half) AS half, groupArray(toUInt32(sipHash64(model) % ${cut})) AS model,
      groupArray(toUInt32(params % ${cut})) AS params, groupArray(exchanges) AS exchanges, groupArray(messages_max) AS messages,
      groupArray(user_turns_max) AS userTurns, groupArray(toUnixTimestamp64Milli(started)) AS startedMs,
      groupArray(toUnixTimestamp64Milli(ended)) AS endedMs, groupArray(ifNull(output_tokens, -1)) AS outputTokens,
      groupArray(ifNull(toInt64(intent), -1)) AS intents, groupArray(answered) AS answered,
      groupArray(if(at_ms = 0, -1, at_ms)) AS refusedMs, groupArray(bitShiftRight(tasks.root, 12)) AS root,
      groupArray(length(rare)) AS sizes, groupArrayArray(rare) AS words
    FROM (
      SELECT account_index, task, arrayFilter(word -> word NOT IN (${commonWords}), words) AS rare FROM detect_sketch
      WHERE account_index IN (SELECT account_index FROM detect_member)
    ) AS sketched
    INNER JOIN (SELECT * FROM detect_task WHERE task_index IN (SELECT arrayJoin(tasks) FROM detect_harvest)) AS tasks
    USING (account_index, task)
    LEFT JOIN (SELECT account_index, task, min(at_ms) AS at_ms FROM detect_refused GROUP BY account_index, task) AS refused
    USING (account_index, task)
    GROUP BY intDiv(task_index, ${integer(tasksPerRow)})`);
  let end = 0;
  for await (const row of rows) {
    tasks.words.set(row.words, end);
    for (const [i, task] of row.indices.entries()) {
      tasks.wordsStart[task] = end;
      end += row.sizes[i]!;
      tasks.wordsEnd[task] = end;
    }
    for (const column of columns) {
      const [to, from] = [tasks[column], row[column]];
      for (const [i, task] of row.indices.entries()) to[task] = from[i]!;
    }
  }
  return tasks;
}

/** A member's tasks that carry one of a candidate's templates, or are of one shape. */
export interface Share {
  readonly stream: number;
  readonly portion: Portion;
}

/**
 * Each candidate's harvest, by member in the order of their indices. Candidates lie within each other, so that the same tasks of an
 * account are a portion of several: it is counted once.
 */
export async function loadShares(store: Store, context: CountContext): Promise<Map<number, Share[]>> {
  const rows = store.stream<{
    readonly account_index: number;
    readonly tasks: readonly number[];
    readonly candidates: readonly number[];
    readonly streams: readonly number[];
  }>(sql`
    SELECT account_index, tasks, groupArray(candidate) AS candidates, groupArray(toUInt32(stream % ${cut})) AS streams FROM detect_harvest
    GROUP BY account_index, tasks ORDER BY account_index`);
  const byCandidate = new Map<number, Share[]>();
  for await (const row of rows) {
    const portion = new Portion(row.account_index, row.tasks, context);
    for (const [i, candidate] of row.candidates.entries()) {
      const share = { stream: row.streams[i]!, portion };
      const list = byCandidate.get(candidate);
      if (list) list.push(share);
      else byCandidate.set(candidate, [share]);
    }
  }
  return byCandidate;
}
