import { z } from "zod";
import { answerCharactersMax, statementCharactersMax } from "../../model/appeal.ts";
import type { Page, PageRequest } from "../../store/state/page.ts";

// Limits.
/** Names of accounts, campaigns, organisations, decisions: the database indexes them. */
const nameCharactersMax = 512;
/** Why somebody orders something, for us. */
const reasonCharactersMax = 2_000;
const pageRowsMax = 200;
const pageRowsDefault = 50;
const placeCharactersMax = 4_096;

/** No control characters and no half of a surrogate pair: neither the database nor the audit log takes them. */
export const nameSchema = z
  .string()
  .min(1)
  .max(nameCharactersMax)
  .regex(/^[^\p{Cc}\p{Cs}]+$/u, "holds a control character, or half of a surrogate pair");

/** What people write to each other, lines included. */
const prose = (charactersMax: number): z.ZodString =>
  z
    .string()
    .max(charactersMax)
    .regex(/^(?:[^\p{Cc}\p{Cs}]|[\t\n\r])*$/u, "holds a control character, or half of a surrogate pair")
    .regex(/\S/u, "is empty");

export const reasonSchema = prose(reasonCharactersMax);
export const answerSchema = prose(answerCharactersMax);
export const statementSchema = prose(statementCharactersMax);

export const nothingSchema = z.strictObject({});
export const idSchema = z.strictObject({ id: nameSchema });
export const reasonedSchema = z.strictObject({ reason: reasonSchema });

const pageFields = {
  after: z
    .string()
    .max(placeCharactersMax)
    .optional()
    .describe("The `next` of the page before, as it is; without it the first page."),
  limit: z.coerce.number().int().min(1).max(pageRowsMax).default(pageRowsDefault),
};
export const pageSchema = z.strictObject(pageFields);

export function pageRequest({ after, limit }: z.output<typeof pageSchema>): PageRequest {
  return after === undefined ? { limit } : { after, limit };
}

/** A page of a list as it is answered. */
export function pageOf<Row extends z.ZodType>(
  row: Row,
): z.ZodObject<{ rows: z.ZodArray<Row>; next: z.ZodNullable<z.ZodString> }> {
  return z.object({ rows: z.array(row), next: z.string().nullable().describe("Null: that was the last page.") });
}

export function pageAnswer<Row>({ rows, next }: Page<Row>): { rows: Row[]; next: string | null } {
  return { rows: [...rows], next };
}
