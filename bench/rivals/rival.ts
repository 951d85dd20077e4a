import type { AccountLog } from "./account-log.ts";

/** An account that a method would act on. */
export interface Suspect {
  /** Higher is more suspect; comparable within one answer. */
  readonly score: number;
  /** The group it was found in; `null` where the method knows no groups. */
  readonly cluster: string | null;
}

/** Who is acted on, by account. Whoever is not in it is left alone. */
export type Suspects = ReadonlyMap<string, Suspect>;

/** One setting of a method's parameters, as named values, so that it can be printed. */
export type Setting = Readonly<Record<string, number | string>>;

/** Answers for any setting on one log. What several settings have in common is computed once. */
export type Detector<Parameters extends Setting> = (parameters: Parameters) => Promise<Suspects>;

/** A method that Stillwatch is compared with. It reads the same store after the same ingest, and never the labels. */
export interface Rival<Parameters extends Setting> {
  readonly name: string;
  /** Where the method is described. */
  readonly source: string;
  /** Every setting that tuning tries; the first of equally good ones is taken. */
  readonly grid: readonly Parameters[];
  open(log: AccountLog): Detector<Parameters>;
}

/** All combinations of the values, the last name varying fastest. */
export function gridOf<Values extends Readonly<Record<string, readonly (number | string)[]>>>(
  values: Values,
): { [Name in keyof Values]: Values[Name][number] }[];
export function gridOf(values: Readonly<Record<string, readonly (number | string)[]>>): Setting[] {
  return Object.entries(values).reduce<Setting[]>(
    (settings, [name, list]) => settings.flatMap((setting) => list.map((value) => ({ ...setting, [name]: value }))),
    [{}],
  );
}

/** A function that answers each question once: settings that differ in a threshold share what comes before it. */
export function once<Question extends readonly (number | string)[], Answer>(
  compute: (...question: Question) => Answer,
): (...question: Question) => Answer {
  const known = new Map<string, { readonly answer: Answer }>();
  return (...question) => {
    const key = JSON.stringify(question);
    const before = known.get(key);
    if (before !== undefined) return before.answer;
    const answer = compute(...question);
    known.set(key, { answer });
    return answer;
  };
}
