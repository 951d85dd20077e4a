import { seededRandom } from "../../kit/random.ts";
import type { Random } from "../../kit/random.ts";
import { accountNames, some, vocabulary } from "../log.case.ts";
import type { Asked } from "../log.case.ts";

/** Accounts that are fed from one queue, each of which words the queue's templates in its own way. */
export interface Trade {
  readonly name: string;
  /** What its accounts are called, if not like the trade. */
  readonly as?: string;
  readonly accounts: number;
  readonly tasks: number;
  /** Tasks of an account that are none of the queue's business. */
  readonly ownTasks?: number;
  /** How often each prompt is asked. */
  readonly samples?: number;
  /** A sentence that every prompt contains. */
  readonly purpose?: string;
}

/** Stand in for the labels of a task: the detector does not tell work by the model. */
export const workModel = "aster-work";
export const ownModel = "aster-own";

/** What everybody talks like. */
const common = vocabulary("common", 60);
/** Concepts of a template, each with so many words for it. */
const concepts = 30;
const synonyms = 3;
/** What the work is about. */
const jargonWords = 40;

/** The tasks of one trade: no line and no order of words is the same at two of its accounts. */
export function tradeLog(trade: Trade): Asked[] {
  const names = accountNames(trade.as ?? trade.name, trade.accounts);
  const random = seededRandom(`trade/${trade.name}`);
  const said = vocabulary(`${trade.name}/concepts`, concepts * synonyms);
  const jargon = vocabulary(`${trade.name}/jargon`, jargonWords);
  const subjects = vocabulary(`${trade.name}/subjects`, 4000);
  return names.flatMap((account) => {
    const own = random.fork(account);
    const wording = Array.from({ length: concepts }, (_, i) => said[i * synonyms + own.integer(0, synonyms - 1)]!);
    const template = some(wording, concepts, own);
    const work = Array.from({ length: trade.tasks }, (_, i) => {
      const about = [...some(jargon, 6, own), ...some(subjects, 6, own), ...some(common, 6, own)];
      const text = `${template.slice(0, 15).join(" ")} ${about.join(" ")}. ${trade.purpose ?? ""}\n${template.slice(15).join(" ")}`;
      return Array.from({ length: trade.samples ?? 1 }, (_sample, sample) => ({
        account,
        text,
        model: workModel,
        minute: 60 * i + 2 * sample + own.next(),
      }));
    }).flat();
    return [...work, ...ownLog(account, trade.ownTasks ?? 0, own)];
  });
}

/** A customer who has nothing to do with anybody: words of its own and what everybody talks like. */
export function ownLog(account: string, tasks: number, random: Random): Asked[] {
  const words = vocabulary(`${account}/own`, 300);
  return Array.from({ length: tasks }, (_, i) => ({
    account,
    text: [...some(words, 14, random), ...some(common, 10, random)].join(" "),
    model: ownModel,
    minute: 60 * i + 30 * random.next(),
  }));
}

export const strangerLog = (name: string, accounts: number, tasks: number): Asked[] =>
  accountNames(name, accounts).flatMap((account) => ownLog(account, tasks, seededRandom(`stranger/${account}`)));
