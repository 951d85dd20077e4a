import { isTurnOver, nextTurn } from "../../kit/turns.ts";
import type { Share } from "./harvest.ts";
import type { CountTable, FeatureKind } from "./observation.ts";
import { topicBins } from "./topics.ts";
import type { TopicCounter } from "./topics.ts";

const hoursOfDay = 24;

type Halves = [number[][], number[][]];

/**
 * What a candidate's tasks are like, counted by member.
 *
 * @param position of a member by its account's index
 */
export async function countFeatures(
  shares: readonly Share[],
  position: ReadonlyMap<number, number>,
  topics: TopicCounter,
): Promise<Record<FeatureKind, CountTable>> {
  const by = (kind: Exclude<FeatureKind, "topic">, bins = 0): Promise<CountTable> =>
    tabulate(shares, position, kind, bins);
  return {
    stream: await by("stream"),
    model: await by("model"),
    params: await by("params"),
    output: await by("output"),
    hour: await by("hour", hoursOfDay),
    topic: tabulateTopics(await topics.count(shares), position),
    intent: await by("intent"),
  };
}

/** @param bins values below are columns even where no task has them */
async function tabulate(
  shares: readonly Share[],
  position: ReadonlyMap<number, number>,
  kind: Exclude<FeatureKind, "topic">,
  bins: number,
): Promise<CountTable> {
  const found = new Set(Array.from({ length: bins }, (_, bin) => bin));
  for (const { portion, stream } of shares) {
    if (isTurnOver()) await nextTurn();
    const { values } = portion.tally(kind, stream);
    for (let i = 0; i < values.length; i++) found.add(values[i]!);
  }
  // In order, whichever thread of the engine came first: sums over columns differ in their last digits otherwise.
  const columns = new Map([...found].sort((a, b) => a - b).map((value, column) => [value, column]));
  const halves = emptyHalves(position.size, columns.size);
  for (const { portion, stream } of shares) {
    if (isTurnOver()) await nextTurn();
    const member = position.get(portion.account)!;
    const [forming, judging] = [halves[0][member]!, halves[1][member]!];
    const { values, counts } = portion.tally(kind, stream);
    for (let i = 0; i < values.length; i++) {
      const column = columns.get(values[i]!)!;
      forming[column]! += counts[2 * i]!;
      judging[column]! += counts[2 * i + 1]!;
    }
  }
  return { columns: columns.size, halves };
}

function tabulateTopics(topics: ReadonlyMap<number, Uint32Array>, position: ReadonlyMap<number, number>): CountTable {
  const halves = emptyHalves(position.size, topicBins);
  for (const [account, counts] of topics) {
    const member = position.get(account)!;
    halves[0][member] = [...counts.subarray(0, topicBins)];
    halves[1][member] = [...counts.subarray(topicBins)];
  }
  return { columns: topicBins, halves };
}

function emptyHalves(members: number, columns: number): Halves {
  const empty = (): number[][] => Array.from({ length: members }, () => Array<number>(columns).fill(0));
  return [empty(), empty()];
}
