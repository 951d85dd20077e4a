import { z } from "zod";

const json = z.unknown().optional();

/** A line of a batch's input file (platform.openai.com/docs/api-reference/batch/request-input). */
export const requestLineSchema = z.looseObject({
  custom_id: z.string().min(1),
  method: z.string(),
  url: z.string(),
  body: z.looseObject({}),
});

/** A line of its output or error file (platform.openai.com/docs/api-reference/batch/request-output). */
export const resultLineSchema = z.looseObject({
  id: z.string().nullish(),
  custom_id: z.string().min(1),
  response: z.looseObject({ status_code: json, request_id: z.string().nullish(), body: json }).nullish(),
  error: z.looseObject({ code: z.string().nullish(), message: z.string().nullish() }).nullish(),
});

/** The batch object (platform.openai.com/docs/api-reference/batch/object), times in epoch seconds. */
export const batchObjectSchema = z.looseObject({
  id: z.string().min(1),
  object: z.literal("batch"),
  created_at: json,
  input_file_id: z.string().nullish(),
  output_file_id: z.string().nullish(),
  error_file_id: z.string().nullish(),
});
