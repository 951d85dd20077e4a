import { expect } from "vitest";
import type { z } from "zod";
import { TAXII_MEDIA_TYPE } from "../media-type.ts";
import { envelopeSchema, errorMessageSchema } from "../resources.ts";

/** The resource of an answer of success. */
export async function read<T>(answer: Response, schema: z.ZodType<T>): Promise<T> {
  expect(answer.status).toBe(200);
  return schema.parse(await answer.json());
}

export async function idsOf(answer: Response): Promise<unknown[]> {
  return ((await read(answer, envelopeSchema)).objects ?? []).map(({ id }) => id);
}

/** The status of an answer, by its line and by its message. */
export async function refusal(answer: Response): Promise<[number, string | undefined]> {
  expect(answer.headers.get("content-type")).toBe(TAXII_MEDIA_TYPE);
  const { title, http_status: status } = errorMessageSchema.parse(await answer.json());
  expect(title).not.toBe("");
  return [answer.status, status];
}

/** So many milliseconds after an indicator of tests was made. */
export function later(ms: number): string {
  return new Date(Date.parse("2026-02-01T10:00:00.000Z") + ms).toISOString();
}
