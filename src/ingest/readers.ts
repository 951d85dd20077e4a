import { accountFactsReader } from "./account-facts/reader.ts";
import { anthropicBatchReader } from "./anthropic-batch/reader.ts";
import { azureApimReader } from "./azure-apim/reader.ts";
import { bedrockReader } from "./bedrock/reader.ts";
import { cloudflareReader } from "./cloudflare/reader.ts";
import { envoyReader } from "./envoy/reader.ts";
import { heliconeReader } from "./helicone/reader.ts";
import { langfuseReader } from "./langfuse/reader.ts";
import { litellmPayloadReader } from "./litellm-payload/reader.ts";
import { litellmSpendReader } from "./litellm-spend/reader.ts";
import { openaiBatchReader } from "./openai-batch/reader.ts";
import { otlpReader } from "./otlp/reader.ts";
import type { FileHead, LogReader } from "./reader.ts";
import { vertexReader } from "./vertex/reader.ts";

/** Every foreign format. The world's own is read by the engine, not by a reader. */
export const readers: readonly LogReader[] = [
  otlpReader,
  litellmSpendReader,
  litellmPayloadReader,
  bedrockReader,
  langfuseReader,
  heliconeReader,
  openaiBatchReader,
  anthropicBatchReader,
  envoyReader,
  azureApimReader,
  vertexReader,
  cloudflareReader,
  accountFactsReader,
];

/** The reader whose format a file's head is, or null where it is none's. */
export function recogniseFormat(head: FileHead): LogReader | null {
  return readers.find((reader) => reader.recognises(head)) ?? null;
}

/** The reader that `--format` names, or null. */
export function readerOfFormat(format: string): LogReader | null {
  return readers.find((reader) => reader.format === format) ?? null;
}
