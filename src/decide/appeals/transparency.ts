import { dayMs } from "../../kit/time-units.ts";
import type { AccountFacts } from "../../model/account.ts";
import { APPEAL_STATES } from "../../model/appeal.ts";
import type { Appeal, AppealState } from "../../model/appeal.ts";
import { DECISION_ACTIONS, REASON_CATEGORIES } from "../../model/decision.ts";
import type { Decision, DecisionAction, ReasonCategory } from "../../model/decision.ts";
import type { Page, PageRequest } from "../../store/state/page.ts";
import type { Repositories } from "../../store/state/state.ts";
import { tenureDaysOf } from "../policy/situation.ts";

// Limits.
/** Counts are told in steps of this, and not at all below it: behind a small count there are persons. */
const countStep = 10;
const plansMax = 20;
/** An answer that took longer counts as this. */
const answerDaysCounted = 90;

/** A multiple of ten; null: fewer than ten, but some. */
export type PublicCount = number | null;

export interface CohortCounts {
  readonly decisions: PublicCount;
  readonly appeals: PublicCount;
  readonly upheld: PublicCount;
}

/** What can be published: for each number the nearest multiple of ten, so that no difference of two tells of a person. */
export interface TransparencyReport {
  readonly from: string;
  readonly to: string;
  /** Decisions that were enforced, until the kill switch was thrown or their end; a decision whose end was put off counts once. */
  readonly decisions: PublicCount;
  readonly byAction: Readonly<Partial<Record<DecisionAction, PublicCount>>>;
  readonly byCategory: Readonly<Partial<Record<ReasonCategory, PublicCount>>>;
  readonly appeals: Readonly<Partial<Record<AppealState, PublicCount>>>;
  /** Whole days from an appeal to its answer; null where fewer than ten were answered. */
  readonly daysToAnswer: { readonly median: number; readonly ninetiethPercentile: number } | null;
  /** By plan, by whether the identity was verified, by how long the customer has been one. */
  readonly cohorts: Readonly<Record<"plan" | "verified" | "tenure", Readonly<Record<string, CohortCounts>>>>;
}

export interface Tally {
  /** One that took effect. */
  decision(decision: Decision, facts: AccountFacts | null): void;
  appeal(appeal: Appeal, facts: AccountFacts | null): void;
  report(): TransparencyReport;
}

/** Of all that took effect, or was appealed, from `fromMs` to `toMs`. */
export async function readTransparencyReport(
  state: Repositories,
  fromMs: number,
  toMs: number,
): Promise<TransparencyReport> {
  const tally = createTally(fromMs, toMs);
  const visit = async <Row extends { readonly account: string }>(
    read: (page: PageRequest) => Promise<Page<Row>>,
    count: (row: Row, facts: AccountFacts | null) => void,
  ): Promise<void> => {
    let next: string | null | undefined;
    while (next !== null) {
      const page: Page<Row> = await read(next === undefined ? {} : { after: next });
      const facts = await state.accounts.get(page.rows.map(({ account }) => account));
      const known = new Map(facts.map((one) => [one.account, one]));
      for (const row of page.rows) count(row, known.get(row.account) ?? null);
      next = page.next;
    }
  };
  await visit((page) => state.decisions.effectiveBetween(fromMs, toMs, page), tally.decision);
  await visit((page) => state.appeals.openedBetween(fromMs, toMs, page), tally.appeal);
  return tally.report();
}

/** Counts one by one what was decided and appealed; its memory does not grow with how much that is. */
export function createTally(fromMs: number, toMs: number): Tally {
  const decisions = createCounter();
  const appeals = createCounter();
  const cohorts = {
    plan: new Map<string, Cohort>(),
    verified: new Map<string, Cohort>(),
    tenure: new Map<string, Cohort>(),
  };
  const answered = Array.from({ length: answerDaysCounted + 1 }, () => 0);

  const cohortsOf = (facts: AccountFacts | null, atMs: number): Cohort[] => {
    const plan = facts?.plan ?? "unknown";
    return [
      // The names of plans come from outside: beyond so many they are counted together.
      cohortIn(cohorts.plan, cohorts.plan.size < plansMax || cohorts.plan.has(plan) ? plan : "others"),
      cohortIn(cohorts.verified, facts?.verified === undefined ? "unknown" : facts.verified ? "yes" : "no"),
      cohortIn(cohorts.tenure, tenureOf(facts, atMs)),
    ];
  };
  const within = (atMs: number): boolean => atMs >= fromMs && atMs < toMs;

  return {
    decision(decision, facts) {
      const atMs = Date.parse(decision.created);
      if (!within(atMs)) return;
      for (const name of ["all", decision.action, decision.category]) decisions.add(name);
      for (const cohort of cohortsOf(facts, atMs)) cohort.decisions++;
    },
    appeal(appeal, facts) {
      const openedMs = Date.parse(appeal.opened);
      if (!within(openedMs)) return;
      appeals.add(appeal.state);
      for (const cohort of cohortsOf(facts, openedMs)) {
        cohort.appeals++;
        if (appeal.state === "upheld") cohort.upheld++;
      }
      if (appeal.state !== "upheld" && appeal.state !== "rejected") return;
      const days = Math.max(0, Math.ceil((Date.parse(appeal.changed) - openedMs) / dayMs));
      const bin = Math.min(days, answerDaysCounted);
      answered[bin] = (answered[bin] ?? 0) + 1;
    },
    report: () => ({
      from: new Date(fromMs).toISOString(),
      to: new Date(toMs).toISOString(),
      decisions: publicCount(decisions.of("all")),
      byAction: countEach(DECISION_ACTIONS, decisions),
      byCategory: countEach(REASON_CATEGORIES, decisions),
      appeals: countEach(APPEAL_STATES, appeals),
      daysToAnswer: quantilesOf(answered),
      cohorts: {
        plan: publicCohorts(cohorts.plan),
        verified: publicCohorts(cohorts.verified),
        tenure: publicCohorts(cohorts.tenure),
      },
    }),
  };
}

interface Cohort {
  decisions: number;
  appeals: number;
  upheld: number;
}

function cohortIn(cohorts: Map<string, Cohort>, name: string): Cohort {
  const cohort = cohorts.get(name) ?? { decisions: 0, appeals: 0, upheld: 0 };
  cohorts.set(name, cohort);
  return cohort;
}

function tenureOf(facts: AccountFacts | null, atMs: number): string {
  const days = tenureDaysOf(facts, atMs);
  if (days === undefined) return "unknown";
  if (days < 30) return "under 30 days";
  return days < 180 ? "30 to 179 days" : "180 days or more";
}

interface Counter {
  add(name: string): void;
  of(name: string): number;
}

function createCounter(): Counter {
  const counts = new Map<string, number>();
  const of = (name: string): number => counts.get(name) ?? 0;
  return { add: (name) => void counts.set(name, of(name) + 1), of };
}

function publicCount(count: number): PublicCount {
  if (count === 0) return 0;
  return count < countStep ? null : Math.round(count / countStep) * countStep;
}

function countEach<Name extends string>(names: readonly Name[], counter: Counter): Partial<Record<Name, PublicCount>> {
  const counts: Partial<Record<Name, PublicCount>> = {};
  for (const name of names) counts[name] = publicCount(counter.of(name));
  return counts;
}

function publicCohorts(cohorts: ReadonlyMap<string, Cohort>): Record<string, CohortCounts> {
  return Object.fromEntries(
    [...cohorts].map(([name, { decisions, appeals, upheld }]) => [
      name,
      { decisions: publicCount(decisions), appeals: publicCount(appeals), upheld: publicCount(upheld) },
    ]),
  );
}

/** `answered[n]`: how many were answered within n days and no sooner. */
function quantilesOf(answered: readonly number[]): TransparencyReport["daysToAnswer"] {
  const all = answered.reduce((sum, count) => sum + count, 0);
  if (all < countStep) return null;
  const quantile = (part: number): number => {
    let seen = 0;
    return answered.findIndex((count) => (seen += count) >= part * all);
  };
  return { median: quantile(0.5), ninetiethPercentile: quantile(0.9) };
}
