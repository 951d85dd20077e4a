import { z } from "zod";
import { familySchema } from "../../model/report.ts";
import { capabilitySchema } from "../stix/extensions.ts";

/** From a member's URL. */
export const countPath = "/count";

/** Of which campaigns the accounts are counted: a list of questions, so that what can be asked in a month has an end. */
export const countQuestionSchema = z.strictObject({
  capability: capabilitySchema.nullable().default(null).describe("What they take; null: whatever it is."),
  evidence: familySchema.nullable().default(null).describe("On what evidence they stand, among others; null: any."),
});
export type CountQuestion = Readonly<z.output<typeof countQuestionSchema>>;

export const countAnswerSchema = z.strictObject({
  count: z.int().min(0).describe("With noise: of 20 answers, 19 are within 30 of the truth."),
  epsilon: z.strictObject({ numerator: z.int().min(1), denominator: z.int().min(1) }),
});
export type CountedAccounts = Readonly<z.output<typeof countAnswerSchema>>;

/** By which the ledger of what was disclosed knows a question. */
export function questionText({ capability, evidence }: CountQuestion): string {
  return `accounts in campaigns told: capability ${capability ?? "any"}, evidence ${evidence ?? "any"}`;
}
