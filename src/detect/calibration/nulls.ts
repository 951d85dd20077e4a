import { mapInTurns } from "../../kit/turns.ts";
import { median } from "../../math/median.ts";
import { logDirichletMultinomial } from "../../math/special.ts";
import { FEATURE_KINDS } from "../observation/count-table.ts";
import type { CountTable, FeatureKind } from "../observation/count-table.ts";
import type { Observation } from "../observation/observation.ts";

/** What honest groups look like in this log: learnt on half 0 of the candidates, in such a way that a few campaigns among them do not move it. */
export interface Nulls {
  /** How alike the members of an ordinary group are, by feature: the concentration of a Dirichlet around the group's mean. */
  readonly concentration: Readonly<Record<FeatureKind, number>>;
  /** Standard deviation of the natural log of the members' loads in an ordinary group. */
  readonly loadSpread: number;
}

/**
 * They rule while a log has few groups to learn from: honest accounts are idiosyncratic (DESIGN), and loads of customers are
 * log-normal with a spread of about one (ServeGen, arXiv:2505.09999).
 */
const priors: Nulls = {
  concentration: { stream: 4, model: 2, params: 1, output: 12, hour: 8, topic: 100, intent: 2, release: 2 },
  loadSpread: 0.9,
};
/** The prior counts as much as this many groups. */
const priorGroups = 6;
/** And is this wide: a concentration four times as large is one standard deviation away. */
const priorSpread = Math.log(4);
/** No group, however large, says more against a value than this (natural log): one attacker can't bend what is normal. */
const groupLogMax = 3;
/** Smaller groups tell too little about likeness. */
const membersMin = 5;
/** The learnt null stays within this factor of the prior: a log full of one attacker must not make him normal. */
const priorFactorMax = 8;
const loadSpreadMin = 0.5;
const loadSpreadMax = 1.5;

/** Concentrations that are tried: a quarter to 65,536, each about three times the one before; likelihoods are flat in between. */
const grid = Array.from({ length: 12 }, (_, i) => 0.25 * 2 ** (i * (18 / 11)));

/** How close to flat a machine's hours are: some have a mild curve still. */
const steadyConcentrations = grid.filter((value) => value >= 64);

/**
 * Learns from groups that nothing but their likeness could make suspect: whom other evidence ties together is no stranger.
 *
 * @param assumed while they are few
 */
export async function learnNulls(observations: readonly Observation[], assumed = priors): Promise<Nulls> {
  const groups = observations.filter((observation) => observation.members.length >= membersMin);
  const concentration = { ...assumed.concentration };
  for (const kind of FEATURE_KINDS) {
    const prior = priors.concentration[kind];
    const allowed = grid.filter((value) => value >= prior / priorFactorMax && value <= prior * priorFactorMax);
    const tables = groups.map((group) => group.features[kind]);
    concentration[kind] = await ordinaryConcentration(tables, allowed, assumed.concentration[kind]);
  }
  const spreads = groups.map((group) =>
    standardDeviation(group.members.map((member) => Math.log(1 + member.harvestTasks[0]))),
  );
  const loadSpread = Math.min(Math.max(medianWithPrior(spreads, assumed.loadSpread), loadSpreadMin), loadSpreadMax);
  return { concentration, loadSpread };
}

/**
 * The concentration that most groups agree on: the one with the least total loss, where a group's loss is how much likelier its
 * counts are under its own best value, up to a limit. Groups with little data are indifferent, and so have little say.
 */
async function ordinaryConcentration(
  tables: readonly CountTable[],
  allowed: readonly number[],
  prior: number,
): Promise<number> {
  const losses = allowed.map(
    (value) => priorGroups * Math.min((Math.log(value / prior) / priorSpread) ** 2 / 2, groupLogMax),
  );
  for (const table of tables) {
    const rows = informativeRows(table.halves[0]);
    if (table.columns < 2 || rows.length < membersMin) continue;
    const shares = meanShares(table, 0);
    // Against the best of the allowed: groups beyond all of them speak for the nearest.
    const logs = await mapInTurns(allowed, (value) => logLikelihood(rows, shares, value));
    const best = Math.max(...logs);
    logs.forEach((log, i) => (losses[i]! += Math.min(best - log, groupLogMax)));
  }
  return allowed[losses.indexOf(Math.min(...losses))] ?? prior;
}

/** Rows that can tell anything about likeness. */
const informativeRows = (rows: readonly (readonly number[])[]): readonly (readonly number[])[] =>
  rows.filter((row) => row.reduce((sum, count) => sum + count, 0) >= 2);

/** Concentrations that are clearly above an ordinary one: what the members of one queue may show. */
export function concentrationsAbove(ordinary: number): number[] {
  return grid.filter((value) => value >= 2 * ordinary);
}

/** And such as are clearly below it. */
export function concentrationsBelow(ordinary: number): number[] {
  return grid.filter((value) => value <= ordinary / 2);
}

/** The group's mean distribution on one half, smoothed so that nothing is impossible. */
export function meanShares(table: CountTable, half: 0 | 1): number[] {
  const totals = Array.from({ length: table.columns }, () => 0.5);
  for (const row of table.halves[half]) {
    const size = row.reduce((sum, count) => sum + count, 0);
    // A root: a heavy member weighs more than a light one, but does not become the group.
    if (size === 0) continue;
    const root = Math.sqrt(size);
    for (let column = 0; column < row.length; column++) if (row[column]! > 0) totals[column]! += row[column]! / root;
  }
  const sum = totals.reduce((a, b) => a + b, 0);
  return totals.map((total) => total / sum);
}

/** Log-likelihood of the members' counts around `shares`, by concentration. Natural log. */
export function logLikelihood(
  rows: readonly (readonly number[])[],
  shares: readonly number[],
  concentration: number,
): number {
  const logOf = logDirichletMultinomial(shares, concentration);
  return rows.reduce((sum, row) => sum + logOf(row), 0);
}

/**
 * The same of hours of the day, by the better explanation of each member: one that keeps hours of its own, or a machine that
 * runs around the clock, as many honest ones do. What is alike by being flat tells nothing of who runs it. Natural log.
 */
export function logOrdinaryHours(
  rows: readonly (readonly number[])[],
  shares: readonly number[],
  concentration: number,
): number {
  const flat = shares.map(() => 1 / shares.length);
  const explanations = [
    logDirichletMultinomial(shares, concentration),
    ...steadyConcentrations.map((steady) => logDirichletMultinomial(flat, steady)),
  ];
  return rows.reduce((sum, row) => sum + Math.max(...explanations.map((logOf) => logOf(row))), 0);
}

/** Maximum-likelihood concentration on a grid; null where the counts cannot tell (one value only, or nobody has two). */
export function fitConcentration(rows: readonly (readonly number[])[], shares: readonly number[]): number | null {
  const informative = informativeRows(rows);
  if (shares.length < 2 || informative.length < 3) return null;
  let best = grid[0]!;
  let bestLog = Number.NEGATIVE_INFINITY;
  for (const concentration of grid) {
    const log = logLikelihood(informative, shares, concentration);
    if (log > bestLog) {
      bestLog = log;
      best = concentration;
    }
  }
  return best;
}

function medianWithPrior(values: readonly number[], prior: number): number {
  return median([...values, ...Array.from({ length: priorGroups }, () => prior)]);
}

/** With n - 1 in the denominator; 0 of a single value. */
export function standardDeviation(values: readonly number[]): number {
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / Math.max(values.length - 1, 1));
}
