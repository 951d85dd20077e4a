import { grouped } from "../../kit/grouped.ts";
import { dayMs, hourMs } from "../../kit/time-units.ts";
import { averageLogE, hedgedLogE } from "../../math/e-value.ts";
import { firstFrom } from "../../math/first-from.ts";
import { isOneCustomer } from "../observation/observation.ts";
import type { Member } from "../observation/observation.ts";

/*
 * Inheritance. Whoever loses an account to a ban gives its work to a new one within hours.
 *
 * Null: an account that begins after the work began does so at its hour of the day on any day of the same kind (workday
 * or weekend, UTC) before its own end, whoever fell silent. Alternative: the chance of a day falls with the time since
 * another account fell silent, by a factor e in 1, 6 or 24 hours, averaged; half of each bet stays at home. Accounts
 * that begin on one day may have a common reason, such as a lesson, a launch or a new contract: they are one bet, the
 * mean of theirs.
 *
 * Who goes by the name of the account that fell silent is the same customer, who changes his accounts openly.
 */

const lagsMs = [hourMs, 6 * hourMs, 24 * hourMs];
/** What follows within this is told as prompt. */
const promptMs = 6 * hourMs;
/** Whoever works for less, or seldom, falls silent by chance. */
const tasksMin = 8;
/** From here on silence is no pause. */
const silenceMs = 2 * dayMs;
/** What began with the log did not begin there. */
const marginMs = dayMs;
/** Of so many beginnings the first are looked at, and days of so long before an account's end. */
const beginningsMax = 500;
const daysMax = 60;

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
  const fromMs = Math.min(...members.map((member) => member.firstMs)) + marginMs;
  const untilMs = Math.max(...members.map((member) => member.lastMs)) - silenceMs;
  const steady = members.filter(({ harvestTasks: [forming, judging] }) => forming + judging >= tasksMin);
  const ended = steady.filter(({ lastMs }) => lastMs < untilMs).sort((a, b) => a.lastMs - b.lastMs);
  const begun = steady
    .filter(({ firstMs, lastMs }) => firstMs > Math.max(fromMs, lastMs - daysMax * dayMs))
    .sort((a, b) => a.firstMs - b.firstMs)
    .slice(0, beginningsMax);
  if (begun.length === 0 || ended.length === 0) return null;
  const beginnings = begun.map((member) => beginningOf(member, ended, fromMs));
  const logs = lagsMs.map((_, i) => {
    const days = grouped(beginnings, ({ day }) => day);
    return [...days.values()].reduce((sum, bets) => sum + averageLogE(bets.map(({ logsByLag }) => logsByLag[i]!)), 0);
  });
  const prompt = beginnings.filter(({ isPrompt }) => isPrompt).length;
  return { logE: averageLogE(logs), prompt, beginnings: begun.length };
}

/** What one beginning says: log10 e-values by lag. */
function beginningOf(member: Tenure, ended: readonly Tenure[], fromMs: number) {
  const ends = ended.filter((other) => other !== member && !isOneCustomer(other, member)).map(({ lastMs }) => lastMs);
  const sinceMs = alikeDays(member, fromMs).map((atMs) => sinceLast(ends, atMs));
  const logsByLag = lagsMs.map((lag) => {
    const weights = sinceMs.map((gap) => Math.exp(-gap / lag));
    const all = weights.reduce((a, b) => a + b, 0);
    return all > 0 ? hedgedLogE(Math.log10((weights[0]! * weights.length) / all)) : 0;
  });
  return { day: Math.floor(member.firstMs / dayMs), isPrompt: sinceMs[0]! <= promptMs, logsByLag };
}

/** When the member could have begun (epoch milliseconds): as it did first, then at that hour of other days of the kind. */
function alikeDays({ firstMs, lastMs }: Tenure, fromMs: number): number[] {
  const days = [firstMs];
  const isWeekend = isOfWeekend(firstMs);
  const earliestMs = Math.max(fromMs, lastMs - daysMax * dayMs);
  for (let atMs = firstMs - Math.floor((firstMs - earliestMs) / dayMs) * dayMs; atMs < lastMs; atMs += dayMs)
    if (atMs !== firstMs && isOfWeekend(atMs) === isWeekend) days.push(atMs);
  return days;
}

const isOfWeekend = (atMs: number): boolean => [0, 6].includes(new Date(atMs).getUTCDay());

/** How long before a time the last of the ascending times was; infinite where there is none. */
function sinceLast(timesMs: readonly number[], atMs: number): number {
  const later = firstFrom(timesMs, atMs);
  return later === 0 ? Number.POSITIVE_INFINITY : atMs - timesMs[later - 1]!;
}
