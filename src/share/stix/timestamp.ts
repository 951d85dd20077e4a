import { z } from "zod";

/** In milliseconds, as STIX wants `created` and `modified` (2.1, 3.2). */
export const timestampSchema = z.iso.datetime({ precision: 3 });

/** Of what was seen only the day is told: the hour of one exchange can name a customer. */
export const daySchema = z.string().regex(/^\d{4}-\d\d-\d\dT00:00:00\.000Z$/, "not the start of a day in UTC");

export function timestamp(ms: number): string {
  return new Date(ms).toISOString();
}

/** The start of the UTC day of an RFC 3339 time. */
export function dayOf(time: string): string {
  return `${new Date(time).toISOString().slice(0, 10)}T00:00:00.000Z`;
}
