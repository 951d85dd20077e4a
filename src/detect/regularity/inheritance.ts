import { averageLogE } from "../../math/e-value.ts";
import { isOneCustomer } from "../observation/observation.ts";
import type { Member } from "../observation/observation.ts";

/*
 * Inheritance. Whoever loses an account to a ban gives its work to a new one within hours.
 *
 * Null: an account that begins after the work began does so at its hour of the day on any day of the same kind (workday or
 * weekend, UTC) before its own end, whoever fell silent. Alternative: the chance of a day falls with the time since another
 * account fell silent, by a factor e in 1, 6 or 24 hours, averaged; every beginning is a bet of one half. Accounts that begin within an hour of each other have a common
 * reason, such as a lesson, and are one beginning.
 *
 * Who goes by the name of the account that fell silent is the same customer, who changes his accounts openly.
 */

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const lagsMs = [hourMs, 6 * hourMs, 24 * hourMs];
/** Whoever works for less, or seldom, falls silent by chance. */
const tasksMin = 8;
/** And silence is told from a pause where it is so many times the time between two tasks. */
const silencePauses = 8;
/** What began, or ended, with the log did not begin or end there. */
const marginMs = dayMs;

/** What is looked at of a member. */
export type Tenure = Pick<Member, "firstMs" | "lastMs" | "harvestTasks" | "facts">;

export interface Inheritance {
  readonly logE: number;
  /** Beginnings within six hours after another account fell silent, of so many. */
  readonly prompt: number;
  readonly beginnings: number;
}

/** log10 e-value that new accounts took the place of such as fell silent; null where none began, or none fell silent. */
export function judgeInheritance(members: readonly Tenure[]): Inheritance | null {
  const fromMs = Math.min(...members.map((member) => member.firstMs));
  const untilMs = Math.max(...members.map((member) => member.lastMs));
  const steady = members.filter(({ harvestTasks: [forming, judging] }) => forming + judging >= tasksMin);
  const ended = steady
    .filter((member) => untilMs - member.lastMs > silenceMs(member))
    .sort((a, b) => a.lastMs - b.lastMs);
  const begun = apart(steady.filter((member) => member.firstMs - fromMs > marginMs));
  if (begun.length === 0 || ended.length === 0) return null;
  const logs = lagsMs.map(() => 0);
  let prompt = 0;
  for (const member of begun) {
    const endsMs = ended
      .filter((other) => other !== member && !isOneCustomer(other, member))
      .map((other) => other.lastMs);
    const days = alikeDays(member, fromMs);
    const sinceMs = days.map((atMs) => sinceLast(endsMs, atMs));
    if (sinceMs[0]! <= lagsMs[1]!) prompt += 1;
    for (const [i, lag] of lagsMs.entries()) {
      const weights = sinceMs.map((gap) => Math.exp(-gap / lag));
      const all = weights.reduce((a, b) => a + b, 0);
      if (all > 0) logs[i]! += Math.log10(0.5 + (0.5 * weights[0]! * days.length) / all);
    }
  }
  return { logE: averageLogE(logs), prompt, beginnings: begun.length };
}

function silenceMs({ firstMs, lastMs, harvestTasks: [forming, judging] }: Tenure): number {
  return Math.max(marginMs, (silencePauses * (lastMs - firstMs)) / (forming + judging));
}

/** Without those who begin within an hour of the one before. */
function apart(members: readonly Tenure[]): Tenure[] {
  const sorted = members.toSorted((a, b) => a.firstMs - b.firstMs);
  return sorted.filter((member, i) => i === 0 || member.firstMs - sorted[i - 1]!.firstMs > hourMs);
}

/** When the member could have begun, epoch milliseconds: as it did first, then at that hour of other days of the kind, while the work went on and before its own end. */
function alikeDays({ firstMs, lastMs }: Tenure, fromMs: number): number[] {
  const days = [firstMs];
  const isWeekend = isOfWeekend(firstMs);
  for (let atMs = firstMs - Math.floor((firstMs - fromMs - marginMs) / dayMs) * dayMs; atMs < lastMs; atMs += dayMs)
    if (atMs !== firstMs && isOfWeekend(atMs) === isWeekend) days.push(atMs);
  return days;
}

const isOfWeekend = (atMs: number): boolean => [0, 6].includes(new Date(atMs).getUTCDay());

/** How long before a time the last of the ascending times was; infinite where there is none. */
function sinceLast(timesMs: readonly number[], atMs: number): number {
  const last = timesMs.findLast((time) => time < atMs);
  return last === undefined ? Number.POSITIVE_INFINITY : atMs - last;
}
