import { isTurnOver, nextTurn } from "../../kit/turns.ts";
import { noCode } from "./codes.ts";
import type { Codes } from "./codes.ts";
import type { Share } from "./harvest.ts";
import { emptyHalves } from "./count-table.ts";
import type { CountTable, FeatureKind } from "./count-table.ts";
import { hoursOfDay } from "./tasks.ts";
import type { TaskFeature, Tasks } from "./tasks.ts";
import { topicBins } from "./topics.ts";
import type { TopicCounter } from "./topics.ts";

/** A value that a single task has is nobody's habit: many of them would look like a habit of never repeating one. */
const usesMin = 2;
/** Values beyond the most frequent are counted together. */
const columnsMax = 256;

/**
 * What a candidate's tasks are like, counted by member.
 *
 * @param position of a member by its account's index
 */
export async function countFeatures(
  shares: readonly Share[],
  position: ReadonlyMap<number, number>,
  { tasks, topics }: { tasks: Tasks; topics: TopicCounter },
): Promise<Record<FeatureKind, CountTable>> {
  const by = (kind: TaskFeature, columnsMin = 0): Promise<CountTable> =>
    tabulate(shares, position, { codes: tasks.features[kind], half: tasks.half, columnsMin });
  return {
    stream: tabulateStreams(shares, position),
    model: await by("model"),
    params: await by("params"),
    output: await by("output"),
    hour: await by("hour", hoursOfDay),
    topic: tabulateTopics(await topics.count(shares), position),
    intent: await by("intent"),
    release: await by("release"),
  };
}

interface Coded {
  readonly codes: Codes;
  readonly half: Uint8Array;
  /** The first so many codes are columns even where no task has them. */
  readonly columnsMin: number;
}

async function tabulate(
  shares: readonly Share[],
  position: ReadonlyMap<number, number>,
  { codes: { of, values }, half, columnsMin }: Coded,
): Promise<CountTable> {
  const uses = new Uint32Array(values.length);
  for (const { portion } of shares) {
    if (isTurnOver()) await nextTurn();
    for (const task of portion.tasks) if (of[task] !== noCode) uses[of[task]!]! += 1;
  }
  // In order of the values, whichever thread of the engine came first: sums over columns differ in their last digits otherwise.
  const found = values
    .flatMap((value, code) => (uses[code]! >= usesMin || code < columnsMin ? { value, code } : []))
    .sort((x, y) => uses[y.code]! - uses[x.code]! || x.value - y.value)
    .slice(0, Math.max(columnsMax, columnsMin))
    .sort((x, y) => x.value - y.value);
  // What is left is one column more, the last, if there is any.
  const columns = new Uint32Array(values.length).fill(found.length);
  for (const [column, { code }] of found.entries()) columns[code] = column;
  const hasRest = uses.some((count, code) => count > 0 && columns[code] === found.length);
  const columnCount = found.length + (hasRest ? 1 : 0);
  const halves = emptyHalves(position.size, columnCount);
  for (const { portion } of shares) {
    if (isTurnOver()) await nextTurn();
    const member = position.get(portion.account)!;
    const [forming, judging] = [halves[0][member]!, halves[1][member]!];
    for (const task of portion.tasks) {
      if (of[task] === noCode) continue;
      const row = half[task] === 1 ? judging : forming;
      row[columns[of[task]!]!]! += 1;
    }
  }
  return { columns: columnCount, halves };
}

function tabulateStreams(shares: readonly Share[], position: ReadonlyMap<number, number>): CountTable {
  const streams = [...new Set(shares.map(({ stream }) => stream))].sort((a, b) => a - b);
  const columns = new Map(streams.map((stream, column) => [stream, column]));
  const halves = emptyHalves(position.size, columns.size);
  for (const { portion, stream } of shares) {
    const [member, column] = [position.get(portion.account)!, columns.get(stream)!];
    halves[0][member]![column]! += portion.work.halves[0];
    halves[1][member]![column]! += portion.work.halves[1];
  }
  return { columns: columns.size, halves };
}

function tabulateTopics(topics: ReadonlyMap<number, Uint32Array>, position: ReadonlyMap<number, number>): CountTable {
  const halves = emptyHalves(position.size, topicBins);
  for (const [account, counts] of topics) {
    const member = position.get(account)!;
    const [forming, judging] = [halves[0][member]!, halves[1][member]!];
    for (let bin = 0; bin < topicBins; bin++) {
      forming[bin] = counts[bin]!;
      judging[bin] = counts[topicBins + bin]!;
    }
  }
  return { columns: topicBins, halves };
}
