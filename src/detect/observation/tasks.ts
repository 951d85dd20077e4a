import { integer, sql } from "../../store/sql.ts";
import type { Store } from "../../store/engine.ts";
import { commonWords } from "../words.ts";

/** Tasks that travel together: columns as arrays are read many times faster than rows. */
const tasksPerRow = 1024;
/** A hash cut to 32 bits still tells templates, models and parameters apart. */
export const cut = sql`4294967291`;

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
 * of them, the engine spreads every word of every one out into a row and hashes it, where here it is one step in an array. And it stands
 * in those of one round of candidates after the other: what was read stays.
 */
export class TaskReader {
  readonly #store: Store;
  #tasks: Tasks = emptyTasks(0);
  #wordsEnd = 0;

  constructor(store: Store) {
    this.#store = store;
  }

  /** The tasks of all harvests so far, those of the present ones among them. */
  async read(): Promise<Tasks> {
    await this.#begin();
    await this.#store.run(sql`
      CREATE OR REPLACE TABLE detect_unread ENGINE = Memory AS
      SELECT DISTINCT account_index, task_index FROM detect_harvest ARRAY JOIN tasks AS task_index
      WHERE task_index NOT IN (SELECT task_index FROM detect_read)`);
    for await (const row of this.#store.stream<TaskRow>(unread)) this.#take(row);
    await this.#store.run(sql`INSERT INTO detect_read SELECT task_index FROM detect_unread`);
    return this.#tasks;
  }

  async #begin(): Promise<void> {
    if (this.#tasks.account.length > 0) return;
    await this.#store.run(sql`CREATE OR REPLACE TABLE detect_read (task_index UInt32) ENGINE = Memory`);
    const [size] = await this.#store.rows<{ tasks: number }>(sql`SELECT count() AS tasks FROM detect_task`);
    this.#tasks = emptyTasks(size?.tasks ?? 0);
  }

  #take(row: TaskRow): void {
    this.#makeRoom(row.words.length);
    const tasks = this.#tasks;
    tasks.words.set(row.words, this.#wordsEnd);
    for (const [i, task] of row.indices.entries()) {
      tasks.wordsStart[task] = this.#wordsEnd;
      this.#wordsEnd += row.sizes[i]!;
      tasks.wordsEnd[task] = this.#wordsEnd;
    }
    for (const column of columns) {
      const [to, from] = [tasks[column], row[column]];
      for (const [i, task] of row.indices.entries()) to[task] = from[i]!;
    }
  }

  #makeRoom(words: number): void {
    const { length } = this.#tasks.words;
    if (this.#wordsEnd + words <= length) return;
    const longer = new Uint16Array(Math.max(2 * length, this.#wordsEnd + words));
    longer.set(this.#tasks.words);
    this.#tasks = { ...this.#tasks, words: longer };
  }
}

const unread = sql`
  SELECT groupArray(task_index) AS indices, groupArray(account_index) AS account, groupArray(half) AS half, groupArray(toUInt32(sipHash64(model) % ${cut})) AS model,
    groupArray(toUInt32(params % ${cut})) AS params, groupArray(exchanges) AS exchanges, groupArray(messages_max) AS messages,
    groupArray(user_turns_max) AS userTurns, groupArray(toUnixTimestamp64Milli(started)) AS startedMs,
    groupArray(toUnixTimestamp64Milli(ended)) AS endedMs, groupArray(ifNull(output_tokens, -1)) AS outputTokens,
    groupArray(ifNull(toInt64(intent), -1)) AS intents, groupArray(answered) AS answered,
    groupArray(if(at_ms = 0, -1, at_ms)) AS refusedMs, groupArray(bitShiftRight(tasks.root, 12)) AS root,
    groupArray(length(rare)) AS sizes, groupArrayArray(rare) AS words
  FROM (
    SELECT account_index, task, arrayFilter(word -> word NOT IN (${commonWords}), words) AS rare FROM detect_sketch
    WHERE account_index IN (SELECT account_index FROM detect_unread)
  ) AS sketched
  INNER JOIN (SELECT * FROM detect_task WHERE task_index IN (SELECT task_index FROM detect_unread)) AS tasks
  USING (account_index, task)
  LEFT JOIN (SELECT account_index, task, min(at_ms) AS at_ms FROM detect_refused GROUP BY account_index, task) AS refused
  USING (account_index, task)
  GROUP BY intDiv(task_index, ${integer(tasksPerRow)})`;

function emptyTasks(count: number): Tasks {
  return {
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
    words: new Uint16Array(0),
    wordsStart: new Uint32Array(count),
    wordsEnd: new Uint32Array(count),
  };
}
