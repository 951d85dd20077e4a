import { assertNever } from "../../kit/assert.ts";
import type { Action, Family, Report, Verdicts } from "../../model/report.ts";

/** log10 of a million: stronger evidence is only called "or more", since models are wrong more often than that. */
export const STRENGTH_SHOWN_MAX = 6;

const LOCALE = "en-GB";
const integer = new Intl.NumberFormat(LOCALE, { maximumFractionDigits: 0 });
/** Not the locale's: its short names differ between versions of Node, and a report must not. */
const MONTHS = "January February March April May June July August September October November December".split(" ");
const oneDecimal = new Intl.NumberFormat(LOCALE, { maximumFractionDigits: 1 });

/** `1,234,567`. */
export function count(value: number): string {
  return integer.format(value);
}

/** `1,234`, `61,240`, `1.2 million`. */
export function roughly(value: number): string {
  if (value >= 1e9) return `${oneDecimal.format(value / 1e9)} billion`;
  if (value >= 1e6) return `${oneDecimal.format(value / 1e6)} million`;
  return integer.format(value);
}

/** `1 account`, `2 accounts`. */
export function counted(value: number, singular: string, plural = `${singular}s`): string {
  return `${roughly(value)} ${value === 1 ? singular : plural}`;
}

/** A probability as a percentage that never claims certainty it has not: `<1%`, `97%`, `>99%`. */
export function percent(probability: number): string {
  if (probability === 0) return "0%";
  if (probability < 0.01) return "<1%";
  if (probability > 0.99) return ">99%";
  return `${Math.round(probability * 100)}%`;
}

/** A share of a whole, where all is all: `0%`, `0.04%`, `12.5%`, `100%`. */
export function share(part: number, whole: number): string {
  if (whole === 0 || part === 0) return "0%";
  const value = (100 * part) / whole;
  if (value < 0.001) return "<0.001%";
  if (value < 0.1) return `${value.toPrecision(1)}%`;
  return `${oneDecimal.format(value)}%`;
}

/** A probability in a word. */
export function likelihood(probability: number): string {
  if (probability >= 0.95) return "almost certain";
  if (probability >= 0.8) return "very likely";
  if (probability >= 0.6) return "likely";
  if (probability >= 0.4) return "open";
  if (probability >= 0.2) return "unlikely";
  return "very unlikely";
}

/** log10 of an e-value as odds: `100 to 1`. */
export function odds(strength: number): string {
  if (strength < 0.05) return "no weight";
  if (strength >= STRENGTH_SHOWN_MAX) return "a million to 1 or more";
  const value = 10 ** strength;
  return value < 10 ? `${oneDecimal.format(value)} to 1` : `${integer.format(Number(value.toPrecision(2)))} to 1`;
}

/** `3 August 2026`, in UTC. */
export function day(time: string | number): string {
  const date = new Date(time);
  return `${date.getUTCDate()} ${MONTHS[date.getUTCMonth()]} ${date.getUTCFullYear()}`;
}

/** `3 Aug`, in UTC. */
export function dayInYear(time: string | number): string {
  const date = new Date(time);
  return `${date.getUTCDate()} ${MONTHS[date.getUTCMonth()]!.slice(0, 3)}`;
}

/** `a`, `a and b`, `a, b and c`. */
export function listed(words: readonly string[]): string {
  if (words.length <= 1) return words.join("");
  return `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;
}

export interface FamilyWords {
  readonly name: string;
  /** What it looks for, as a noun phrase. */
  readonly looksFor: string;
}

export function familyWords(family: Family): FamilyWords {
  switch (family) {
    case "continuation":
      return {
        name: "Continuation",
        looksFor: "work that resumes on another account after a limit or a ban",
      };
    case "partition":
      return {
        name: "Partition",
        looksFor: "accounts that share a template and never repeat each other's items",
      };
    case "twins":
      return {
        name: "Twins",
        looksFor: "accounts more alike in topic, length and hour than separate people ever are",
      };
    case "regularity":
      return {
        name: "Regularity",
        looksFor: "near-equal loads, rotation, and common starts, stops and pivots",
      };
    case "infrastructure":
      return {
        name: "Infrastructure",
        looksFor: "rare payment, device, address or client fingerprints in common",
      };
    case "intent":
      return {
        name: "Intent",
        looksFor: "requests shaped to train another model: elicited reasoning, grading, scaffolds",
      };
    default:
      return assertNever(family, "family");
  }
}

/** Whether the log held nothing of what was asked, so that nobody could be flagged. */
export const isIntentUntold = ({ campaigns, missing, totals }: Report): boolean =>
  totals.exchanges > 0 && campaigns.length === 0 && missing.some(({ family }) => family === "intent");

export interface VerdictWords {
  readonly name: string;
  readonly claim: string;
}

/** In the order in which the verdicts are shown. */
export const VERDICTS: readonly (keyof Verdicts)[] = ["coordinated", "extractive", "unauthorised"];

export function verdictWords(verdict: keyof Verdicts): VerdictWords {
  switch (verdict) {
    case "coordinated":
      return { name: "Coordinated", claim: "One hand runs these accounts." };
    case "extractive":
      return { name: "Extractive", claim: "The traffic harvests the model's answers." };
    case "unauthorised":
      return {
        name: "Unauthorised",
        claim: "It goes against the declared use, or none was declared.",
      };
    default:
      return assertNever(verdict, "verdict");
  }
}

/** What an action means for whoever owns the account. */
export function actionWords(action: Action): string {
  switch (action) {
    case "observe":
      return "Nothing is proposed beyond watching.";
    case "challenge":
      return "The proposal is to ask the owner to confirm who they are.";
    case "throttle":
      return "The proposal is to slow the account down.";
    case "degrade":
      return "The proposal is to withhold reasoning traces, log probabilities and several answers at once.";
    case "block":
      return "The proposal is to block the account.";
    default:
      return assertNever(action, "action");
  }
}
