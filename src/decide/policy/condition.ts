import { z } from "zod";
import { FAMILIES, familySchema } from "../../model/report.ts";
import type { Situation } from "./situation.ts";

// Limits.
const listedMax = 64;

/** From `at-least` on, and short of `below`; one of them at least. */
function range(number: z.ZodNumber) {
  return z
    .strictObject({ "at-least": number.optional(), below: number.optional() })
    .refine((bounds) => bounds["at-least"] !== undefined || bounds.below !== undefined, "give at-least, below, or both")
    .refine(
      ({ "at-least": from, below }) => from === undefined || below === undefined || from < below,
      "at-least is not less than below, so nothing fits",
    );
}

const probability = range(z.number().min(0).max(1));
const count = range(z.int().nonnegative());
const oneOf = <Schema extends z.ZodType>(schema: Schema) => z.array(schema).min(1).max(listedMax);

const familiesSchema = z
  .strictObject({
    /** So many families ... */
    "at-least": z.int().min(1).max(FAMILIES.length),
    /** ... each with an e-value of so many tenfold (log10) ... */
    strength: z.number().positive(),
    /** ... among these. */
    among: oneOf(familySchema).optional(),
  })
  .refine(
    ({ "at-least": least, among }) => new Set(among ?? FAMILIES).size >= least,
    "more families are asked for than stand in among",
  );

/** Conditions on the campaign as a whole: a rule that deals with whole campaigns may ask these only. */
const campaignConditions = {
  confidence: probability,
  coordinated: probability,
  extractive: probability,
  unauthorised: probability,
  accounts: count,
  families: familiesSchema,
  capabilities: oneOf(z.string().min(1)),
};

const accountConditions = {
  status: z.enum(["member", "released"]),
  joined: z.enum(["convicted", "later"]),
  score: probability,
  "harvest-tasks": count,
  "harvest-share": probability,
  plan: oneOf(z.string().min(1)),
  "declared-use": oneOf(z.string().min(1)),
  verified: z.boolean(),
  "tenure-days": range(z.number().nonnegative()),
};

/** All that is given must hold. Without `status`, members are meant. */
export const conditionSchema = z.strictObject({ ...campaignConditions, ...accountConditions }).partial();

export type Condition = z.infer<typeof conditionSchema>;
type Range = NonNullable<Condition["score"]>;

/** The first condition that is about the account and not about its campaign, if there is one. */
export function accountConditionIn(condition: Condition): string | undefined {
  return Object.keys(condition).find((name) => Object.hasOwn(accountConditions, name));
}

export function holds(condition: Condition, situation: Situation): boolean {
  return (
    situation.status === (condition.status ?? "member") &&
    (condition.joined === undefined || condition.joined === situation.joined) &&
    within(condition.confidence, situation.confidence) &&
    within(condition.coordinated, situation.coordinated) &&
    within(condition.extractive, situation.extractive) &&
    within(condition.unauthorised, situation.unauthorised) &&
    within(condition.accounts, situation.accounts) &&
    within(condition.score, situation.score) &&
    within(condition["harvest-tasks"], situation.harvestTasks) &&
    within(condition["harvest-share"], situation.harvestShare) &&
    within(condition["tenure-days"], situation.tenureDays) &&
    (condition.verified === undefined || condition.verified === situation.verified) &&
    listed(condition.plan, situation.plan) &&
    listed(condition["declared-use"], situation.declaredUse) &&
    (condition.capabilities === undefined ||
      condition.capabilities.some((one) => situation.capabilities.includes(one))) &&
    supported(condition.families, situation.families)
  );
}

function within(bounds: Range | undefined, value: number | undefined): boolean {
  if (bounds === undefined) return true;
  return value !== undefined && value >= (bounds["at-least"] ?? -Infinity) && value < (bounds.below ?? Infinity);
}

function listed(names: readonly string[] | undefined, value: string | undefined): boolean {
  return names === undefined || (value !== undefined && names.includes(value));
}

function supported(asked: Condition["families"], families: Situation["families"]): boolean {
  if (asked === undefined) return true;
  const strong = (asked.among ?? FAMILIES).filter((family) => (families[family] ?? 0) >= asked.strength);
  return new Set(strong).size >= asked["at-least"];
}
