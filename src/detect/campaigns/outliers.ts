import { median } from "../../math/median.ts";
import { betaBinomialLogRatio, logDirichletMultinomial } from "../../math/special.ts";
import { fitConcentration } from "../calibration/nulls.ts";
import type { Nulls } from "../calibration/nulls.ts";
import { isOfLines, isToldByLines } from "../candidates/candidate.ts";
import type { Candidate } from "../candidates/candidate.ts";
import { ordinarySampling } from "../intent/intent.ts";
import { tasksMin } from "../tasks/tasks.ts";
import { harvestOf } from "../observation/observation.ts";
import type { Observation } from "../observation/observation.ts";
import type { CountTable, FeatureKind } from "../observation/count-table.ts";
import { openMembers } from "./open-members.ts";
import { isTied } from "./tied.ts";

/*
 * Who stands in a group by accident: a customer who uses one of a campaign's published templates, and that one only, or who
 * does one of its kinds of work. A member stays if its own mix is not a hundred times likelier for a customer of its own than
 * for a sample of the others' queue. Templates tell, and topics where each account words its templates in its own way.
 */

const ratioMin = -2;
/**
 * Who has to be shown to belong is, at two to one. Who uses some of the lines besides is in a group of lines, too: there all have to, if
 * more can be than a few who are by chance. And so has who did too little to be told from others otherwise, unless leads drew
 * attention to the group: of a campaign that works elsewhere a provider sees little.
 */
const shownRatioMin = Math.log10(2);
const shownShareMin = 0.05;
/** Who was of a group of words when it was convicted has passed once, by the forming half: it takes ten thousand to one to let him go. */
const coreRatioMin = -4;
const kindsOfLines: readonly FeatureKind[] = ["stream"];
const kindsOfWords: readonly FeatureKind[] = ["stream", "topic", "output", "intent"];
/** A member needs this much of the work: tasks, or a share of its tasks. Fewer show nothing of who did them: two of two templates are any student's. */
const workTasksMin = 4;
const workShareMin = 0.5;
/** And more than one task of it, however little else it did: whoever came once can have come by chance. */
const workTasksLeast = 2;
/** The share of the members, nearest to the middle first, that the others are measured by. */
const centralShare = 0.6;
/** Of a typical member's single-turn tasks so many are sampled where sampling is the group's way to work. */
const sampledShareMin = 0.5;
/** How alike the members of one queue are in it: the concentration of a Beta around the typical member. */
const samplingConcentration = 4;
/** So that nothing is impossible. */
const smoothing = 0.002;
/** Fewer members say nothing about each other. */
const membersMin = 4;

/**
 * Positions in `observation.members` of those who do not belong to a convicted group, by all their tasks. Who is tied to another
 * member by a rare trace or by a resumed request stays.
 *
 * @param core the group as it was convicted, before others joined
 */
export function outliersOf(
  observation: Observation,
  nulls: Nulls,
  core: Pick<Candidate, "source" | "accounts">,
): number[] {
  const passed = new Set(isToldByLines(core.source) ? [] : core.accounts);
  const ratios = ratiosOf(observation, nulls, bothHalves);
  const bySampling = samplingRatios(observation.members);
  const shown = ratios.filter((ratio) => ratio > shownRatioMin).length;
  const mustShow = isOfLines(observation.candidate.source) && shown > shownShareMin * ratios.length;
  const least = mustShow ? shownRatioMin : ratioMin;
  const byParams = ratiosBy(bothHalves(observation.features.params), nulls.concentration.params);
  const unlike = observation.members.flatMap(({ index, tasks }, i) => {
    const byOthers = ratios[i]! + bySampling[i]!;
    if (tasks < tasksMin && observation.candidate.whole !== true) return byOthers <= shownRatioMin ? [i] : [];
    if (!passed.has(index)) return byOthers <= least ? [i] : [];
    // Accounts of a campaign may be given parameters of their own: these let go for whom nothing else speaks, and weigh no more.
    return byOthers + Math.max(byParams[i] ?? 0, coreRatioMin) <= coreRatioMin ? [i] : [];
  });
  const leaving = new Set([...unlike, ...idleMembers(observation)]);
  for (const i of openMembers(observation, leaving)) leaving.add(i);
  // Whoever stays may tie others: until nobody more does.
  for (;;) {
    const staying = [...leaving].filter((i) => isTied(observation, i, leaving));
    if (staying.length === 0) return [...leaving].sort((a, b) => a - b);
    for (const i of staying) leaving.delete(i);
  }
}

/**
 * Of accounts that may belong to a group those who do: they do little else, and their own mix of work is likelier for a sample of the others'
 * queue. Nobody, where all the work is of one template: topics alone don't tell a campaign's coding from anybody's with the same client.
 *
 * @param possible accounts by their index, all of them among the observed
 * @returns their indices
 */
export function shownMembers(observation: Observation, nulls: Nulls, possible: ReadonlySet<number>): number[] {
  const { members } = observation;
  const isSure = (i: number): boolean => !possible.has(members[i]!.index);
  const byKind = ratiosByKind(observation, nulls, bothHalves, isSure);
  if (byKind[0]?.length === 0) return [];
  const ratios = summed(byKind, observation);
  const isShown = (i: number): boolean =>
    harvestOf(members[i]!) >= Math.max(workTasksMin, workShareMin * members[i]!.tasks) && ratios[i]! > shownRatioMin;
  const leaving = new Set(members.flatMap((_, i) => (isSure(i) || isShown(i) ? [] : i)));
  for (const i of openMembers(observation, leaving)) leaving.add(i);
  return members.flatMap(({ index }, i) => (isSure(i) || leaving.has(i) ? [] : index));
}

/** Positions of those who do not belong to a candidate, by the half of the tasks that it was formed on. */
export function formingOutliersOf(observation: Observation, nulls: Nulls): number[] {
  return ratiosOf(observation, nulls, (table) => table.halves[0]).flatMap((ratio, i) => (ratio <= ratioMin ? [i] : []));
}

/** Who did next to nothing of the work. */
function idleMembers({ members }: Observation): number[] {
  return members.flatMap((member, i) => {
    const work = harvestOf(member);
    return work < workTasksLeast || (work < workTasksMin && work < workShareMin * member.tasks) ? i : [];
  });
}

type RowsOf = (table: CountTable) => readonly (readonly number[])[];

const bothHalves: RowsOf = (table) => table.halves[0].map((row, i) => plus(row, table.halves[1][i]!));

/** By member: log10 of how much likelier its mix is for a sample of the others' queue than for a customer of its own. */
function ratiosOf(observation: Observation, nulls: Nulls, rowsOf: RowsOf): number[] {
  return summed(
    ratiosByKind(observation, nulls, rowsOf, () => true),
    observation,
  );
}

/**
 * The same, one list for each kind of feature, templates first; empty where a kind tells nothing.
 *
 * @param isSure whether the queue is read off the member at a position as well
 */
function ratiosByKind(
  { candidate, features }: Observation,
  nulls: Nulls,
  rowsOf: RowsOf,
  isSure: (position: number) => boolean,
): number[][] {
  const kinds = isToldByLines(candidate.source) ? kindsOfLines : kindsOfWords;
  return kinds.map((kind) => ratiosBy(rowsOf(features[kind]), nulls.concentration[kind], isSure));
}

const summed = (byKind: readonly (readonly number[])[], { members }: Observation): number[] =>
  members.map((_, i) => byKind.reduce((sum, byMember) => sum + (byMember[i] ?? 0), 0));

/** The same by the counts of one feature. */
function ratiosBy(
  rows: readonly (readonly number[])[],
  ordinary: number,
  isSure: (position: number) => boolean = () => true,
): number[] {
  const columns = rows[0]?.length ?? 0;
  const sure = rows.filter((_, i) => isSure(i));
  if (columns < 2 || sure.length < membersMin) return [];
  const centre = centreOf(sure);
  // The strangers would pull the group's likeness down to their own: it is read off those nearest to the middle.
  const near = sure
    .map((row) => ({ row, distance: distanceOf(share(row), centre) }))
    .sort((a, b) => a.distance - b.distance)
    .slice(0, Math.max(membersMin, Math.ceil(centralShare * sure.length)))
    .map(({ row }) => row);
  const middle = centreOf(near);
  const likeness = fitConcentration(near, middle);
  if (likeness === null || likeness <= ordinary) return [];
  const ofQueue = logDirichletMultinomial(middle, likeness);
  const ofItself = logDirichletMultinomial(middle, ordinary);
  return rows.map((row) => (ofQueue(row) - ofItself(row)) / Math.LN10);
}

/**
 * By member: log10 of how much less likely it is, by its sampling, where that is how the queue is worked off than for a customer. Whoever samples
 * may be a researcher: it speaks for nobody.
 */
function samplingRatios(members: Observation["members"]): number[] {
  const shares = members.flatMap(({ sampledTasks, singleTasks }) =>
    singleTasks > 0 ? sampledTasks / singleTasks : [],
  );
  const typical = Math.min(shares.length === 0 ? 0 : median(shares), 1 - smoothing);
  if (typical < sampledShareMin) return members.map(() => 0);
  const queue = { alpha: samplingConcentration * typical, beta: samplingConcentration * (1 - typical) };
  return members.map(({ sampledTasks, singleTasks }) =>
    Math.min(betaBinomialLogRatio(sampledTasks, singleTasks, queue, ordinarySampling) / Math.LN10, 0),
  );
}

/** The mean of the rows' shares, a member counting once however much it works. */
function centreOf(rows: readonly (readonly number[])[]): number[] {
  const totals = (rows[0] ?? []).map(() => smoothing * rows.length);
  for (const row of rows) share(row).forEach((value, column) => (totals[column]! += value));
  const sum = totals.reduce((a, b) => a + b, 0);
  return totals.map((total) => total / sum);
}

/** Hellinger distance, squared and doubled. */
function distanceOf(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, column) => sum + (Math.sqrt(value) - Math.sqrt(b[column]!)) ** 2, 0);
}

const plus = (a: readonly number[], b: readonly number[]): number[] => a.map((count, column) => count + b[column]!);

function share(row: readonly number[]): number[] {
  const size = row.reduce((sum, count) => sum + count, 0);
  return row.map((count) => (size > 0 ? count / size : 0));
}
