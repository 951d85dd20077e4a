import { customersOf, isInTheOpen } from "../observation/observation.ts";
import type { Observation } from "../observation/observation.ts";
import { isTied } from "./tied.ts";

/** Up to this share of the members may leave for the name that they carry, or up to the other one if besides they are untied. */
const openShareMax = 0.25;
const untiedShareMax = 0.5;
/** They are untied if it is so much less likely of those who are tied as the others are than of strangers, some of whom are by chance (log10). */
const untiedRatioMax = -2;
const strangersTiedShare = 0.05;
/** Fewer of the others do not tell how many of them are tied. */
const othersMin = 4;

/**
 * Who does the same kind of work in the open, under a name of which no check is known to have failed, in a group whose accounts
 * mostly don't, or of which half don't, and are tied to each other where he is not. Where more of those who are left do, each under its own, the
 * names are the campaign's disguise, and nobody is let go for one; several accounts under one name are a customer with several accounts, who is no part of that.
 */
export function openMembers(observation: Observation, leaving: ReadonlySet<number>): number[] {
  const { members, tokens } = observation;
  const open = members.flatMap((member, i) => (isInTheOpen(member) ? i : []));
  const customers = customersOf(tokens);
  const ofCustomers = new Set(open.filter((i) => customers.some((token) => token.members.includes(i))));
  const left = members.flatMap((_, i) => (leaving.has(i) || ofCustomers.has(i) ? [] : i));
  const openLeft = left.filter((i) => open.includes(i));
  const others = left.filter((i) => !open.includes(i));
  const share = openLeft.length / Math.max(left.length, 1);
  const areFew =
    share <= openShareMax ||
    (share <= untiedShareMax && areUntied(observation, openLeft, others, new Set([...leaving, ...ofCustomers])));
  return areFew ? open : [...ofCustomers];
}

/** Whether members are so seldom tied to anybody that they are strangers rather than some of those who are. */
function areUntied(
  observation: Observation,
  positions: readonly number[],
  others: readonly number[],
  strangers: ReadonlySet<number>,
): boolean {
  if (others.length < othersMin) return false;
  const tiedOf = (of: readonly number[]): number => of.filter((i) => isTied(observation, i, strangers)).length;
  const othersShare = (tiedOf(others) + 0.5) / (others.length + 1);
  if (othersShare <= strangersTiedShare) return false;
  const tied = tiedOf(positions);
  const log =
    tied * Math.log10(othersShare / strangersTiedShare) +
    (positions.length - tied) * Math.log10((1 - othersShare) / (1 - strangersTiedShare));
  return log <= untiedRatioMax;
}
