import { averageLogE } from "../../math/e-value.ts";
import { betaBinomialLogRatio } from "../../math/special.ts";
import type { Beta } from "../../math/special.ts";
import type { Evidence } from "../../model/report.ts";
import type { Nulls } from "../calibration/nulls.ts";
import { clampLogE, outOf, percent } from "../family.ts";
import type { Finding } from "../family.ts";
import { askedFor, harvestOf, totalOf } from "../observation/observation.ts";
import type { Member, Observation } from "../observation/observation.ts";
import { chainLogE } from "./chain.ts";
import { recipeLogE } from "./recipe.ts";
import { unattendedLogE } from "./unattended.ts";

/*
 * Extraction intent: what the work is for. It makes a campaign extractive and never coordinated by itself, but is the second family
 * where accounts have little but their work in common (`campaigns/verdict.ts`). Five signs:
 *
 * - asked: the prompts ask for training material: reasoning traces, grades, new tasks, agent trajectories
 * - sampled: each prompt is asked several times, as training needs it and people do not
 * - recipe: several templates in equal shares on every account (`recipe.ts`)
 * - chain: answers become prompts (`chain.ts`)
 * - unattended: nobody stands behind the requests (`unattended.ts`)
 *
 * Null of the first two: an ordinary account does it in 2 % of its tasks, some in far more: Beta with mean 2 % and concentration 4 per
 * account; of what is asked also a group that serves customers of its own, one or two of whom ask for it at all of its accounts: Beta(1, 7)
 * or Beta(2, 6), each as likely. Alternatives: Beta(3, 1.5), accounts most of whose shared tasks do; and of samples Beta(3, 3), accounts each
 * of which samples often. Members independent. Each sign and either alternative is enough, so the e-values are averaged arithmetically.
 */

const honest = { alpha: 0.08, beta: 3.92 };
export { honest as ordinarySampling };
const mostTasks = { alpha: 3, beta: 1.5 };
/** What a group may have in common that serves customers of its own, one or two of whom ask for it: an eighth and a quarter of the tasks. */
const poolsCustomers = [
  { alpha: 1, beta: 7 },
  { alpha: 2, beta: 6 },
];
/** Who did not like a text asks again: below about an eighth of the tasks it speaks against, as it does of chains. */
const samplings = [mostTasks, { alpha: 3, beta: 3 }];
/** Single-turn tasks that an account must have before its sampling is looked at. */
const singleTasksMin = 4;
/**
 * A relay whose customers do what the members of a campaign do besides stands in one group with them, and lends them the requests that it
 * sends again at its other accounts. So whom such requests tie together, where they are a fifth of the group and three, must not be of another kind.
 */
const tiedMin = 3;
const tiedShareMin = 0.2;
const otherWorkLogEMax = -1;
/** Of those whom such requests tie together, so many must take answers into prompts for all to be taken to. */
const chainingShareMin = 0.5;
/** An account counts as showing intent from this share of its shared tasks. */
const intentShareMin = 0.3;

export interface IntentName {
  readonly id: string;
  readonly title: string;
  readonly capability: string;
  /** Products ask for it too: it shows no intent by itself. */
  readonly ordinary: boolean;
}

/** Bit mask of the intents that show extraction: products ask for the ordinary ones as well. */
export function tellingIntents(intents: readonly { readonly ordinary: boolean }[]): number {
  return intents.reduce((mask, { ordinary }, bit) => (ordinary ? mask : mask + 2 ** bit), 0);
}

export function judgeIntent(observation: Observation, intents: readonly IntentName[], nulls: Nulls): Finding {
  const members = observation.members;
  if (observation.sequels !== null) return untold(members.length);
  const signs: Signs = {
    ...signsOf(members),
    recipe: recipeLogE(observation, nulls),
    unattended: unattendedLogE(observation, intents, nulls),
  };
  const tied = members.filter(({ ties }) => ties.length > 0);
  const tiedLogE = tied.length < Math.max(tiedMin, tiedShareMin * members.length) ? 0 : otherWorkLogE(tied);
  const otherWorkBeside = (sure: number): number => (sure >= 1 || tiedLogE > otherWorkLogEMax ? 0 : tiedLogE);
  const shownLogE = (unattended: number): number => {
    const { asked, sampled, recipe, chain } = signs;
    // Where no answer can be recognised, that none comes back says nothing.
    const all = [clampLogE(asked), clampLogE(sampled), recipe, unattended, ...(chain === null ? [] : [chain])];
    const otherWork = otherWorkBeside(Math.max(recipe, unattended));
    return otherWork < 0 ? Math.min(averageLogE(all), otherWork) : averageLogE(all);
  };
  const otherWork = otherWorkBeside(Math.max(signs.recipe, signs.unattended));
  const evidence = [...evidenceFor(observation, intents, signs), ...evidenceAgainst(members, signs)];
  if (otherWork < 0)
    evidence.push({
      signal: "intent",
      summary: `${outOf(tied.length, members.length)} accounts send each other's refused requests, and they ask for no training material: another hand's work`,
      strength: -otherWork,
      accounts: tied.length,
      against: true,
    });
  return { family: "intent", logE: shownLogE(signs.unattended), independentLogE: shownLogE(0), evidence };
}

/** log10 e-values of the signs; `chain` is null where no answer can be recognised. */
interface Signs {
  readonly asked: number;
  readonly sampled: number;
  readonly recipe: number;
  readonly chain: number | null;
  readonly unattended: number;
}

function evidenceFor(observation: Observation, intents: readonly IntentName[], signs: Signs): Evidence[] {
  const members = observation.members;
  const looked = totalOf(members, ({ lookedTasks }) => lookedTasks);
  const top = rankIntents(observation, intents).slice(0, 4);
  const { asked, sampled, recipe, chain, unattended } = signs;
  const shown = showing(members);
  const told: [number, number, () => string][] = [
    [
      top.length > 0 ? clampLogE(asked) : 0,
      shown,
      () =>
        `${outOf(shown, members.length)} accounts ask for training material in their shared tasks (${percent(shareAsked(members))} of them, 2% expected): ${top.map((entry) => `${entry.intent.title.toLowerCase()} ${percent(entry.tasks / looked)}`).join(", ")}`,
    ],
    [
      clampLogE(sampled),
      members.filter((member) => member.sampledTasks > 0).length,
      () => "prompts are sampled several times each, as a training set needs it",
    ],
    [
      recipe,
      members.length,
      () =>
        "several unrelated templates stand in the same proportions on every account, and nobody ever answers back: a data pipeline's recipe",
    ],
    [chain ?? 0, members.filter((member) => member.chainedTasks > 0).length, () => chainSummary(members)],
    [
      unattended,
      members.filter((member) => member.unattendedTasks === harvestOf(member)).length,
      () =>
        "ever other requests of one kind, a lot of text for each, and nobody ever answers back: a queue's accounts, and no people",
    ],
  ];
  return told
    .filter(([strength]) => strength >= 1)
    .map(([strength, accounts, summary]) => ({
      signal: "intent",
      summary: summary(),
      strength,
      accounts,
      against: false,
    }));
}

function evidenceAgainst(members: readonly Member[], { asked }: Signs): Evidence[] {
  if (asked > -1) return [];
  return [
    {
      signal: "intent",
      summary: `only ${percent(shareAsked(members))} of the shared tasks look like training material`,
      strength: -clampLogE(asked),
      accounts: members.length - showing(members),
      against: true,
    },
  ];
}

/** Members most of whose shared tasks ask for training material, and the share of all their tasks that do. */
const showing = (members: readonly Member[]): number =>
  members.filter((member) => member.intentTasks >= intentShareMin * member.lookedTasks).length;
const shareAsked = (members: readonly Member[]): number =>
  totalOf(members, ({ intentTasks }) => intentTasks) /
  Math.max(
    totalOf(members, ({ lookedTasks }) => lookedTasks),
    1,
  );

/** Where there is no text. */
const untold = (accounts: number): Finding => ({
  family: "intent",
  logE: 0,
  evidence: [
    {
      signal: "intent",
      summary: "what the work is for can't be told: the log holds nothing of what was asked",
      strength: 0,
      accounts,
      against: true,
    },
  ],
});

/** What can be seen of each member by itself; `asked` and `sampled` are not clipped. */
function signsOf(members: readonly Member[]): Pick<Signs, "asked" | "sampled" | "chain"> {
  return {
    asked: repeatedLogE(
      members.map((member) => ({ hits: member.intentTasks, trials: member.lookedTasks })),
      [mostTasks],
      poolsCustomers,
    ),
    sampled: repeatedLogE(
      members.flatMap(({ singleTasks, sampledTasks }) =>
        singleTasks >= singleTasksMin ? { hits: sampledTasks, trials: singleTasks } : [],
      ),
      samplings,
    ),
    chain: chainLogE(members),
  };
}

/**
 * How much every sign speaks against members whom resumed requests tie together; 0 where one doesn't. Answers that come back as prompts must do
 * so at half of them: in a large group some by chance have one refused, and lend what they do to the others.
 */
function otherWorkLogE(tied: readonly Member[]): number {
  const { asked, sampled, chain } = signsOf(tied);
  const chaining = tied.filter(({ chainedTasks }) => chainedTasks > 0).length;
  const isChain = (chain ?? 0) >= 1 && chaining >= chainingShareMin * tied.length;
  return isChain ? 0 : Math.min(clampLogE(Math.max(asked, sampled)), 0);
}

function chainSummary(members: readonly Member[]): string {
  const chained = totalOf(members, ({ chainedTasks }) => chainedTasks);
  const crossed = totalOf(members, ({ crossedTasks }) => crossedTasks);
  const share = percent(chained / totalOf(members, ({ answeredTasks }) => answeredTasks));
  const elsewhere =
    crossed === 0 ? "" : `, ${percent(crossed / chained)} of these from one account of the group to another`;
  return `answers of the model come back as the material of new prompts in ${share} of the shared tasks (2% expected)${elsewhere}`;
}

/** log10 e-value for accounts that do something more often than customers do, or than a group of any of `ordinary` does. */
function repeatedLogE(
  accounts: readonly { hits: number; trials: number }[],
  alternatives: readonly Beta[],
  ordinary: readonly Beta[] = [],
): number {
  const aboveHonest = (of: Beta): number =>
    accounts.reduce((sum, { hits, trials }) => sum + betaBinomialLogRatio(hits, trials, of, honest), 0) / Math.LN10;
  return averageLogE(alternatives.map(aboveHonest)) - averageLogE([honest, ...ordinary].map(aboveHonest));
}

/** Intents by the number of shared tasks that show them. */
export function rankIntents(
  observation: Observation,
  intents: readonly IntentName[],
): { intent: IntentName; tasks: number }[] {
  return intents
    .map((intent, bit) => ({
      intent,
      tasks: askedFor(observation.members, bit),
    }))
    .filter((entry) => entry.tasks > 0)
    .sort((a, b) => b.tasks - a.tasks);
}
