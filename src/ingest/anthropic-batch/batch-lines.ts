import { z } from "zod";

/** One request of a Message Batch (docs.claude.com/en/api/creating-message-batches, `requests[]`). */
export const requestSchema = z.looseObject({
  custom_id: z.string().min(1),
  params: z.looseObject({}),
});

/** A line of the results (docs.claude.com/en/api/retrieving-message-batch-results). It has no time. */
export const resultLineSchema = z.looseObject({
  custom_id: z.string().min(1),
  result: z.looseObject({
    type: z.enum(["succeeded", "errored", "canceled", "expired"]),
    message: z.looseObject({}).nullish(),
    error: z.looseObject({}).nullish(),
  }),
});

/** The Message Batch object (docs.claude.com/en/api/retrieving-message-batches). */
export const batchObjectSchema = z.looseObject({
  id: z.string().min(1),
  type: z.literal("message_batch"),
  created_at: z.string(),
});

/** HTTP statuses of error types (docs.claude.com/en/api/errors). */
export const statusByErrorType: ReadonlyMap<string, number> = new Map([
  ["invalid_request_error", 400],
  ["authentication_error", 401],
  ["billing_error", 402],
  ["permission_error", 403],
  ["not_found_error", 404],
  ["request_too_large", 413],
  ["rate_limit_error", 429],
  ["api_error", 500],
  ["timeout_error", 504],
  ["overloaded_error", 529],
]);
