import { assertNever, invariant } from "../../kit/assert.ts";
import { median } from "../../math/median.ts";
import { eBenjaminiHochbergBar } from "../../math/e-value.ts";
import type { Family, Verdicts } from "../../model/report.ts";
import { isOfLines, isOfTraces, isToldByLines } from "../candidates/candidate.ts";
import type { Candidate, Source } from "../candidates/candidate.ts";
import type { Finding } from "../family.ts";
import { harvestOf, isInTheOpen } from "../observation/observation.ts";
import type { Observation } from "../observation/observation.ts";
import { tasksMin } from "../tasks/tasks.ts";
import { judgeAuthorisation } from "./authorisation.ts";
import type { Authorisation } from "./authorisation.ts";

// The operating point.
/** Bound on the expected share of false campaigns among the reported ones (e-BH). */
export const falseCampaignRate = 0.01;
/** Of that bound, what groups of users of the same lines may use up. */
const linesRateShare = 0.2;
/** And so many tasks of the work its median member does: who uses a public line once or twice is a stranger, and of those there are many. */
const linesTasksMin = 6;
/** Where so many of them have resumed, or had resumed, a request of another's, they need not be shown to be alike. */
const linesTiedShareMin = 0.5;
/** A family speaks for a campaign from ten to one. */
const familyLogEMin = 1;
/** For one that was convicted, and some have left since, from three to one: a single account more or less does not undo it. */
export const standingFamilyLogEMin = 0.5;
/** One family alone never convicts. */
export const familiesRequired = 2;
/** And one of them must be about the work itself: an event or a class shares a network and a start, but not a queue. */
const workFamilies: ReadonlySet<Family> = new Set(["continuation", "partition", "twins"]);
/** What strangers of one trade do not have in common: where so many members are firms by name, one of these must speak. */
const tyingFamilies: ReadonlySet<Family> = new Set(["continuation", "partition", "infrastructure"]);
const industryShareMin = 0.5;
/** Names are known in a log of which this share of the accounts have one. */
const namedShareMin = 0.01;
/** Strangers of one trade work at like hours and loads now and then; for accounts without known names regularity must be this sure. */
const rhythmLogEMin = 3;
/** A rotation is about the work as well, where it is this sure and rare traces tie the accounts: who comes by the clock comes in turn, too. */
const rotationLogEMin = 5;
/** What all families come to must be this sure before intent counts as the second. */
const workAloneLogE = 4;
/** And it takes this many accounts: a public pipeline has few users in a log, and a campaign that has shed all else has many accounts. */
const aloneAccountsMin = 6;
/** Accounts that ask each other's items are fed from no one queue, whatever else they have in common: ten to one is enough. */
const sharedItemsLogE = -1;
/** Intent is taken as shown from a hundred to one. */
const intentLogEMin = 2;
/** A verdict from here on is a yes; one that is none, however likely by its evidence, is told as this at most. */
const verdictMin = 0.5;
const refusedMax = 0.49;

/** A candidate with everything that was found out about it. */
export interface Verdict {
  readonly observation: Observation;
  readonly findings: readonly Finding[];
  readonly authorisation: Authorisation;
  /** log10 e-value that one hand runs the accounts: the product over the independent families. */
  readonly logE: number;
  /** From which on it is coordinated within the bound. */
  readonly bar: number;
  /** log10 e-value from which on a family speaks for it. */
  readonly familyBar: number;
  readonly verdicts: Verdicts;
  /** Coordinated within the bound, by two families at least, one of them about the work. */
  readonly coordinated: boolean;
  /** Coordinated, extractive and unauthorised: the accounts may be acted on. */
  readonly convicted: boolean;
  readonly confidence: number;
}

/**
 * The log10 e-value from which on a group is coordinated within the bound (e-BH, Wang and Ramdas 2022).
 *
 * @param rate bound on the expected share of false ones among those that are found, 0 to 1
 */
export function barOf(cases: readonly { findings: readonly Finding[] }[], rate: number): number {
  return eBenjaminiHochbergBar(
    cases.map(({ findings }) => coordinationLogE(findings)),
    rate,
  );
}

/** The log10 e-value from which on a group is coordinated: what this log's groups are measured by, and those of each member's leads. */
export interface Bars {
  readonly own: number;
  readonly lines: number;
  readonly traces: number;
  readonly bySource: ReadonlyMap<string, number>;
}

/**
 * The bars of a log's own groups, without those of leads. Users of the same lines have one of their own: many such groups hold the same campaign among
 * strangers, and each would lower the bar of all others, since the bound is on the share of false ones among those found. So have groups that traces have
 * brought together, which are told as coordinated and never more: what bounds campaigns does not depend on them.
 */
export function ownBars(cases: readonly Pick<Verdict, "observation" | "findings">[], rate: number): Bars {
  const from = (isOne: (source: Source) => boolean) =>
    cases.filter(({ observation }) => isOne(observation.candidate.source));
  const ownRate = (1 - linesRateShare) * rate;
  return {
    own: barOf(
      from((source) => !isOfLines(source) && !isOfTraces(source)),
      ownRate,
    ),
    lines: barOf(from(isOfLines), linesRateShare * rate),
    traces: barOf(from(isOfTraces), ownRate),
    bySource: new Map(),
  };
}

/** A group that only leads drew attention to is measured by the bar of the first one's member. */
export function barFor({ own, lines, traces, bySource }: Bars, { source, leads }: Candidate): number {
  switch (source) {
    case "templates":
    case "habits":
    case "resumptions":
      return own;
    case "addresses":
    case "identifiers":
      return traces;
    case "lines":
      return lines;
    case "lead-lines":
    case "lead-traces": {
      const bar = bySource.get(leads?.[0]?.source ?? "");
      invariant(bar !== undefined, "a group of leads has a member whose leads they are");
      return bar;
    }
    default:
      return assertNever(source, "source of a candidate");
  }
}

/**
 * Whether a group is more than people who have met the same lines: most of them do the work, and in the same way. A rotation, or a request
 * that was resumed, ties those of a queue, and says nothing of the strangers who stand among them, unless most resume each other's.
 */
function holdsTogether({ candidate, members }: Observation, twinsLogE: number): boolean {
  if (!isOfLines(candidate.source)) return true;
  const tied = members.filter(({ ties }) => ties.length > 0).length;
  return (
    typicalTasks(members) >= linesTasksMin && (twinsLogE >= familyLogEMin || tied >= linesTiedShareMin * members.length)
  );
}

/**
 * Whether the members are firms that do the same work in the open: being alike, at like hours, is all that they have in common. A campaign under
 * invented names has to hand over or deal out its work besides, or to share what strangers don't. Accounts of whose names nothing is known may be firms,
 * or not: a queue's rhythm will do for them, if it is sure.
 */
function isAnIndustry({ members, world }: Observation, speaking: readonly Family[], keepsARhythm: boolean): boolean {
  if (speaking.some((family) => tyingFamilies.has(family))) return false;
  const enough = industryShareMin * members.length;
  const open = members.filter(isInTheOpen).length;
  const isNamed = world.holders.organization >= namedShareMin * world.accounts;
  const unknown = isNamed ? members.filter(({ facts }) => facts === null).length : members.length - open;
  return open >= enough || (open + unknown >= enough && !keepsARhythm);
}

/**
 * Whether what the shared work is for is said of its members at all. Whoever asks anything has now and then a few words of one who asks a lot:
 * by those few tasks a busy account's intent would be that of others, whom something else ties to each other.
 */
function doesTheWork({ candidate, members }: Observation): boolean {
  return isToldByLines(candidate.source) || typicalTasks(members) >= tasksMin;
}

/** Of accounts that traces have brought together nothing tells the shared work from other traffic; without text nobody knows what either is for. */
function extractiveOf(observation: Observation, intentLogE: number): number {
  if (observation.sequels !== null) return refusedMax;
  const isTold = !isOfTraces(observation.candidate.source) && doesTheWork(observation);
  return Math.min(logistic(intentLogE - intentLogEMin), isTold ? 1 : refusedMax);
}

const typicalTasks = (members: Observation["members"]): number => median(members.map(harvestOf));

/**
 * What the findings come to.
 *
 * @param bar log10 e-value, as `barFor` gives it
 * @param familyBar log10 e-value from which on a family speaks for the group
 */
export function judge(
  { observation, findings }: Pick<Verdict, "observation" | "findings">,
  bar: number,
  familyBar = familyLogEMin,
): Verdict {
  const logE = coordinationLogE(findings);
  const speaking = familiesFor(findings, familyBar);
  const of = (family: Family): number => findings.find((finding) => finding.family === family)?.logE ?? 0;
  const intent = findings.find(({ family }) => family === "intent");
  // Where a campaign's accounts have little in common but their work, that and what it is for are the two families.
  const intentIsSecond =
    (intent?.independentLogE ?? intent?.logE ?? 0) >= intentLogEMin &&
    logE >= workAloneLogE &&
    Math.max(of("twins"), of("continuation")) >= familyBar &&
    observation.members.length >= aloneAccountsMin;
  const families = speaking.length + (intentIsSecond ? 1 : 0);
  const coordinated =
    logE >= bar &&
    families >= familiesRequired &&
    (speaking.some((family) => workFamilies.has(family)) || isDealtOut(findings, speaking)) &&
    of("partition") > sharedItemsLogE &&
    !isAnIndustry(observation, speaking, of("regularity") >= rhythmLogEMin - (familyLogEMin - familyBar)) &&
    holdsTogether(observation, of("twins"));
  const authorisation = judgeAuthorisation(observation);
  const verdicts: Verdicts = {
    coordinated: coordinated ? Math.max(logistic(logE - bar), verdictMin) : Math.min(logistic(logE - bar), refusedMax),
    extractive: extractiveOf(observation, intent?.logE ?? 0),
    unauthorised: authorisation.unauthorised,
  };
  const confidence = Math.min(verdicts.coordinated, verdicts.extractive, verdicts.unauthorised);
  return {
    observation,
    findings,
    authorisation,
    logE,
    bar,
    familyBar,
    verdicts,
    coordinated,
    convicted: coordinated && confidence >= verdictMin,
    confidence,
  };
}

/** What remains of a verdict if one family is taken away. */
export function without(verdict: Verdict, family: Family): { confidence: number; convicted: boolean } {
  const findings = verdict.findings.filter((finding) => finding.family !== family);
  const left = judge({ observation: verdict.observation, findings }, verdict.bar, verdict.familyBar);
  return {
    confidence: left.convicted ? left.confidence : Math.min(left.confidence, refusedMax),
    convicted: left.convicted,
  };
}

/** Intent is left out: it makes a campaign extractive, never coordinated. */
function coordinationLogE(findings: readonly Finding[]): number {
  return findings
    .filter(({ family, aside }) => family !== "intent" && aside !== true)
    .reduce((sum, finding) => sum + finding.logE, 0);
}

function familiesFor(findings: readonly Finding[], familyBar: number): Family[] {
  return findings.flatMap(({ family, logE }) => (family !== "intent" && logE >= familyBar ? family : []));
}

/** Whether a scheduler deals the work to accounts that have more in common than it. */
function isDealtOut(findings: readonly Finding[], speaking: readonly Family[]): boolean {
  return (
    speaking.includes("infrastructure") && findings.some(({ rotationLogE = 0 }) => rotationLogE >= rotationLogEMin)
  );
}

const logistic = (log: number): number => 1 / (1 + 10 ** -Math.min(Math.max(log, -6), 6));
