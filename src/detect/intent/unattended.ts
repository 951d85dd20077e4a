import { median } from "../../math/median.ts";
import { betaBinomialLogRatio } from "../../math/special.ts";
import { isOfTraces, isToldByLines } from "../candidates/candidate.ts";
import { clampLogE } from "../family.ts";
import type { Nulls } from "../calibration/nulls.ts";
import { likenessLogE } from "../twins/twins.ts";
import { mayBeAskedAgain } from "./asked-again.ts";
import { isLeftToWords } from "./pool.ts";
import { askedFor, customersOf, harvestOf, inCommon, isKnown, totalOf } from "../observation/observation.ts";
import type { Member, Observation } from "../observation/observation.ts";

/*
 * Unattended work: accounts of whom it is known who they claim to be ask for different things by one template or in one bare shape,
 * each brings in a lot of text, and nobody ever answers back or asks again. That is a harvest of something, in whatever words it is
 * written: the capability-narrow and output-heavy mix that needs no pattern.
 *
 * Null: customers who each go their own way, half of them programs that nobody answers back to, the other half people who do in
 * about half of their tasks, Beta(2, 2). Alternative: Beta(30, 0.5), nearly never. Members independent, so that each adds two to one at
 * most. It is no e-value against users of one program, who are all programs or none: what keeps honest groups of that kind out are the
 * conditions. People answer back (the customers of a relay, the staff of a firm) or ask again (for a text that did not please), answers
 * of most products are short (translators), and of whom nobody knows may be one firm. Users of one plugin meet them all, so it is no
 * second family beside twins.
 */

const nearlyNever = { alpha: 30, beta: 0.5 };
const people = { alpha: 2, beta: 2 };
/** Share of all customers' work that is done by programs. */
const programsShare = 0.5;
/** Share of the shared tasks in which nobody answers back. */
const unattendedShareMin = 0.95;
/** Share of the members' whole traffic that a shared template must make up: of a relay's customers some use one program. */
const templateShareMin = 0.3;
/** And that work which is told by its words must. As much other traffic as work is the most that a campaign is known to hide among. */
const wordsShareMin = 0.45;
/** Mean tokens that a typical member's task brings in, by all its exchanges. Unknown lengths establish nothing. */
const taskTokensMin = 350;
/** Share of the items of an average member that stand at another as well, and are no samples dealt out. */
const sharedItemsMax = 0.1;
/** Share of the log's tasks in which somebody answers back: in one without any, only the last message was written down. */
const answeredBackMin = 0.02;
/** Work that products ask for, if so much of it shows such an intent. */
const ordinaryShareMax = 0.3;
/** Members who mix templates or topics in ways of their own, or have answers of other lengths than the others, are customers of somebody. */
const ownWayLogEMax = -1;
/** Tasks that must have been looked through for what they ask for, which is done for some of each account's. */
const lookedTasksMin = 20;
/** Where one customer openly has a larger share of the accounts, his users may be behind them, and behind those who share his work. */
const customerShareMax = 0.25;
/** Of so many members it must be known who they claim to be, and how long their answers are. */
const knownShareMin = 0.5;

/** log10 e-value that nobody stands behind the members' requests; 0 where the work is not of the kind. */
export function unattendedLogE(
  observation: Observation,
  intents: readonly { readonly ordinary: boolean }[],
  nulls: Nulls,
): number {
  // Accounts that traces have brought together are looked at in all they do.
  if (isOfTraces(observation.candidate.source) || isLeftToWords(observation)) return 0;
  const members = observation.members;
  const shared = totalOf(members, harvestOf);
  const shareMin = isToldByLines(observation.candidate.source) ? templateShareMin : wordsShareMin;
  if (shared < shareMin * totalOf(members, ({ tasks }) => tasks)) return 0;
  if (members.filter(isKnown).length < knownShareMin * members.length) return 0;
  const largest = Math.max(0, ...customersOf(observation.tokens).map((customer) => customer.members.length));
  if (largest > customerShareMax * members.length) return 0;
  if (totalOf(members, ({ unattendedTasks }) => unattendedTasks) < unattendedShareMin * shared) return 0;
  if (observation.world.answeredBack < answeredBackMin || mayBeAskedAgain(observation)) return 0;
  if (inCommon(observation.fillings) > sharedItemsMax * observation.fillings.items) return 0;
  const measured = members.filter(({ outputTokens }) => outputTokens !== null);
  if (measured.length < knownShareMin * members.length || typicalTokens(measured) < taskTokensMin) return 0;
  const looked = totalOf(members, ({ lookedTasks }) => lookedTasks);
  const products = intents.map(({ ordinary }, bit) => (ordinary ? askedFor(members, bit) : 0));
  if (looked < lookedTasksMin || Math.max(0, ...products) > ordinaryShareMax * looked) return 0;
  const likeness = (["topic", "stream", "output"] as const).map((kind) => likenessLogE(observation, nulls, kind) ?? 0);
  if (Math.min(...likeness) <= ownWayLogEMax) return 0;
  return clampLogE(totalOf(members, memberLogRatio) / Math.LN10);
}

/** Mean tokens that a task of a typical member brings in: a few who write a lot lend nothing to the others. */
const typicalTokens = (measured: readonly Member[]): number =>
  median(measured.map((member) => (member.outputTokens! * member.harvestExchanges) / Math.max(harvestOf(member), 1)));

/** Natural log. */
function memberLogRatio(member: Member): number {
  const ratio = betaBinomialLogRatio(member.unattendedTasks, harvestOf(member), nearlyNever, people);
  return -Math.log(programsShare + (1 - programsShare) * Math.exp(-ratio));
}
