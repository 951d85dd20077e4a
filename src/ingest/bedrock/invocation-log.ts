import { z } from "zod";

const text = z.string().nullish();
const json = z.unknown().optional();

/**
 * Amazon Bedrock's model invocation log, schemaVersion 1.0 (docs.aws.amazon.com/bedrock/latest/userguide/
 * model-invocation-logging.html). Bodies over 100 KB go to S3 (`inputBodyS3Path`) and are absent here; so are all bodies
 * where text delivery is off. `status` and `errorCode` stand in failed calls only.
 */
export const invocationLogSchema = z.looseObject({
  schemaType: z.literal("ModelInvocationLog"),
  timestamp: json,
  accountId: text,
  identity: z.looseObject({ arn: text }).nullish(),
  requestId: z.string(),
  operation: text,
  modelId: text,
  errorCode: text,
  input: z.looseObject({ inputBodyJson: json, inputTokenCount: json }).nullish(),
  output: z.looseObject({ outputBodyJson: json, outputTokenCount: json }).nullish(),
});

export type InvocationLog = z.infer<typeof invocationLogSchema>;

/** HTTP statuses of the errors of `InvokeModel` and `Converse` (Amazon Bedrock Runtime API reference, "Errors"). */
export const statusByErrorCode: ReadonlyMap<string, number> = new Map([
  ["AccessDeniedException", 403],
  ["InternalServerException", 500],
  ["ModelErrorException", 424],
  ["ModelNotReadyException", 429],
  ["ModelTimeoutException", 408],
  ["ResourceNotFoundException", 404],
  ["ServiceQuotaExceededException", 400],
  ["ServiceUnavailableException", 503],
  ["ThrottlingException", 429],
  ["ValidationException", 400],
]);
