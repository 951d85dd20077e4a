import { hourMs } from "../../kit/time-units.ts";
import { integer, sql } from "../../store/sql.ts";
import type { Store } from "../../store/engine.ts";
import { commonWords } from "../words.ts";
import { Codes, cut } from "./codes.ts";
import type { FeatureKind } from "./count-table.ts";
import { ageOfModel, loadReleases, modelCode } from "./releases.ts";

/** An answer of unknown length, beyond every power of two. */
const unknownOutput = 255;
/** Before any answer stand a user's message and perhaps the system's. */
const openingMessagesMax = 2;
export const hoursOfDay = 24;

/** What is counted of a task whichever candidate looks at it. */
export type TaskFeature = Exclude<FeatureKind, "stream" | "topic">;

/**
 * What the tasks of all harvests are like, each once however many candidates look at it: arrays in which an account's tasks stand one
 * behind another, as they are mostly looked at.
 */
export interface Tasks {
  /** A task's index in the log, in which all tasks stand in the order in which they began. */
  readonly index: Uint32Array;
  /** Where the task of an index stands in the other arrays. */
  readonly placeOf: Uint32Array;
  readonly account: Uint32Array;
  readonly half: Uint8Array;
  readonly exchanges: Uint32Array;
  /** Those of its exchanges that were answered: who was turned away, or met an error, and comes again has not asked again. */
  readonly served: Uint32Array;
  readonly messages: Uint32Array;
  /** Whether it was asked from its beginning, and not only from the midst of its conversation on. */
  readonly begun: Uint8Array;
  readonly replied: Uint8Array;
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
  /** Its first message. */
  readonly items: Codes;
  readonly features: Readonly<Record<TaskFeature, Codes>>;
  /** The words of each that not everybody uses: those of task i stand in `words` from `wordsStart[i]` to `wordsEnd[i]`. */
  readonly words: Uint16Array;
  readonly wordsStart: Uint32Array;
  readonly wordsEnd: Uint32Array;
}

const columns = [
  "half",
  "exchanges",
  "served",
  "messages",
  "begun",
  "replied",
  "startedMs",
  "endedMs",
  "outputTokens",
  "intents",
  "answered",
  "refusedMs",
] as const;

type AccountRow = { readonly account_index: number } & Readonly<
  Record<(typeof columns)[number] | "index" | "model" | "item" | "params" | "sizes" | "words", readonly number[]>
>;

/**
 * Reads the tasks that stand in any harvest. A task stands in the harvests of up to dozens of candidates: to count its words for each
 * of them, the engine spreads every word of every one out into a row and hashes it, where here it is one step in an array. And it stands
 * in those of one round of candidates after the other: what was read stays.
 */
export class TaskReader {
  readonly #store: Store;
  readonly #telling: number;
  #tasks: Tasks = emptyTasks(0);
  #releases: ReadonlyMap<number, number> = new Map();
  #end = 0;
  #wordsEnd = 0;

  /** @param telling bit mask of the intents that products do not ask for as well */
  constructor(store: Store, telling: number) {
    this.#store = store;
    this.#telling = telling;
  }

  /** Finds which tasks of the present harvests are still to be read. */
  async findUnread(): Promise<void> {
    await this.#begin();
    await this.#store.run(sql`
      CREATE OR REPLACE TABLE detect_unread ENGINE = Memory AS
      SELECT DISTINCT account_index, task_index FROM detect_harvest ARRAY JOIN tasks AS task_index
      WHERE task_index NOT IN (SELECT task_index FROM detect_read)`);
  }

  /** The tasks of all harvests so far, with those that were found unread. The first thing that it asks of the engine takes long to read. */
  async read(): Promise<Tasks> {
    for await (const row of this.#store.stream<AccountRow>(unread)) this.#take(row);
    await this.#store.run(sql`INSERT INTO detect_read SELECT task_index FROM detect_unread`);
    return this.#tasks;
  }

  async #begin(): Promise<void> {
    if (this.#tasks.account.length > 0) return;
    await this.#store.run(sql`CREATE OR REPLACE TABLE detect_read (task_index UInt32) ENGINE = Memory`);
    const [size] = await this.#store.rows<{ tasks: number }>(sql`SELECT count() AS tasks FROM detect_task`);
    this.#tasks = emptyTasks(size?.tasks ?? 0);
    this.#releases = await loadReleases(this.#store);
  }

  #take(row: AccountRow): void {
    this.#makeRoom(row.words.length);
    const { index, placeOf, account, wordsStart, wordsEnd, words, items, features, ...rest } = this.#tasks;
    let from = this.#wordsEnd;
    words.set(row.words, from);
    const place = this.#end;
    for (const [i, size] of row.sizes.entries()) {
      account[place + i] = row.account_index;
      placeOf[row.index[i]!] = place + i;
      wordsStart[place + i] = from;
      from += size;
      wordsEnd[place + i] = from;
      const [tokens, intents] = [row.outputTokens[i]!, row.intents[i]!];
      items.set(place + i, row.item[i]!);
      features.model.set(place + i, row.model[i]!);
      features.params.set(place + i, row.params[i]!);
      features.output.set(place + i, tokens < 0 ? unknownOutput : Math.floor(Math.log2(1 + tokens)));
      features.hour.set(place + i, Math.floor(row.startedMs[i]! / hourMs) % hoursOfDay);
      const age = ageOfModel(this.#releases.get(row.model[i]!), row.startedMs[i]!);
      if (age !== null) features.release.set(place + i, age);
      if (intents > 0 && (intents & this.#telling) !== 0) features.intent.set(place + i, intents);
    }
    index.set(row.index, place);
    for (const column of columns) rest[column].set(row[column], place);
    this.#wordsEnd = from;
    this.#end += row.index.length;
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
  SELECT account_index, groupArray(task_index) AS index, groupArray(half) AS half, groupArray(${modelCode}) AS model,
    groupArray(toUInt32(params % ${cut})) AS params, groupArray(exchanges) AS exchanges, groupArray(served) AS served, groupArray(messages_max) AS messages,
    groupArray(messages_min <= ${integer(openingMessagesMax)}) AS begun, groupArray(replied) AS replied, groupArray(toUnixTimestamp64Milli(started)) AS startedMs,
    groupArray(toUnixTimestamp64Milli(ended)) AS endedMs, groupArray(ifNull(output_tokens, -1)) AS outputTokens,
    groupArray(ifNull(toInt64(intent), -1)) AS intents, groupArray(answered) AS answered,
    groupArray(if(at_ms = 0, -1, at_ms)) AS refusedMs, groupArray(bitShiftRight(tasks.item, 12)) AS item,
    groupArray(length(rare)) AS sizes, groupArrayArray(rare) AS words
  FROM (
    SELECT account_index, task, arrayFilter(word -> word NOT IN (${commonWords}), words) AS rare FROM detect_sketch
    WHERE account_index IN (SELECT account_index FROM detect_unread)
  ) AS sketched
  INNER JOIN (SELECT * FROM detect_task WHERE task_index IN (SELECT task_index FROM detect_unread)) AS tasks
  USING (account_index, task)
  LEFT JOIN (SELECT account_index, task, min(at_ms) AS at_ms FROM detect_refused GROUP BY account_index, task) AS refused
  USING (account_index, task)
  GROUP BY account_index`;

function emptyTasks(count: number): Tasks {
  return {
    index: new Uint32Array(count),
    placeOf: new Uint32Array(count),
    account: new Uint32Array(count),
    half: new Uint8Array(count),
    exchanges: new Uint32Array(count),
    served: new Uint32Array(count),
    messages: new Uint32Array(count),
    begun: new Uint8Array(count),
    replied: new Uint8Array(count),
    startedMs: new Float64Array(count),
    endedMs: new Float64Array(count),
    outputTokens: new Float64Array(count),
    intents: new Float64Array(count),
    answered: new Uint8Array(count),
    refusedMs: new Float64Array(count),
    items: new Codes(count),
    features: {
      model: new Codes(count),
      params: new Codes(count),
      output: new Codes(count),
      hour: new Codes(
        count,
        Array.from({ length: hoursOfDay }, (_, hour) => hour),
      ),
      intent: new Codes(count),
      release: new Codes(count),
    },
    words: new Uint16Array(0),
    wordsStart: new Uint32Array(count),
    wordsEnd: new Uint32Array(count),
  };
}
