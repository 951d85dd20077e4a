import { promisify } from "node:util";
import { brotliDecompress, gunzip, inflate } from "node:zlib";
import { requestFields } from "../../../ingest/body/request.ts";
import { responseFields } from "../../../ingest/body/response.ts";
import { firstText, parseJson } from "../../../ingest/json-value.ts";
import { validateExchange } from "../../../ingest/validate.ts";
import type { Exchange } from "../../../model/exchange.ts";
import { createEventStream } from "../sse/event-stream.ts";
import type { Recording } from "./recorder.ts";

// Limits.
/** Of a body without its compression: a small one may be blown up to any size. */
const maxOutputLength = 32 * 2 ** 20;

const decoders = new Map([
  ["gzip", promisify(gunzip)],
  ["deflate", promisify(inflate)],
  ["br", promisify(brotliDecompress)],
] as const);

/** Where the fields that an exchange must have are looked for. */
const sources = {
  time: ["the clock"],
  id: ["the answer"],
  account: ["the key"],
  model: ["the request's body", "its path", "the answer"],
} as const;

/** Reads an exchange that passed; null where it is none. */
export async function exchangeOf(recording: Recording, newId: () => string): Promise<Exchange | null> {
  const { status, answerHeaders } = recording;
  const { timeMs, path, userAgent, encoding, caller, account } = recording.opening;
  const requestBytes = await decoded(recording.request(), encoding);
  const answerBytes = await decoded(recording.answer(), answerHeaders["content-encoding"]);
  const asked = requestFields(parseJson(requestBytes.toString("utf8")));
  const answered = responseFields(answerIn(answerBytes, answerHeaders["content-type"] ?? ""));
  const [key] = caller.keys;
  const validated = validateExchange(
    {
      time: timeMs,
      id: firstText(answered.id, answerHeaders["request-id"], answerHeaders["x-request-id"]) ?? newId(),
      account: account ?? key,
      key,
      ip: caller.address,
      user_agent: userAgent,
      ja4: caller.tls,
      end_user: asked.endUser,
      model: asked.model ?? modelIn(path) ?? answered.model,
      system: asked.system,
      messages: asked.messages,
      tools: asked.tools,
      params: asked.params,
      usage: answered.usage,
      status,
      finish: answered.finish,
      response: status < 400 ? answered.response : undefined,
    },
    sources,
  );
  return validated.kind === "valid" ? validated.value : null;
}

/** An encoding that can't be undone, or a body that broke off within it, leaves nothing to read. */
async function decoded(bytes: Buffer, encoding: string | undefined): Promise<Buffer> {
  if (encoding === undefined || encoding === "identity") return bytes;
  const decode = [...decoders].find(([name]) => name === encoding.toLowerCase())?.[1];
  try {
    return (await decode?.(bytes, { maxOutputLength })) ?? Buffer.alloc(0);
  } catch {
    return Buffer.alloc(0);
  }
}

/** A stream as the list of its events' data, anything else as the JSON that it is. */
function answerIn(bytes: Buffer, contentType: string): unknown {
  if (!/^text\/event-stream/i.test(contentType)) return parseJson(bytes.toString("utf8"));
  const stream = createEventStream(maxOutputLength);
  const events = [...stream.push(bytes)];
  const rest = stream.finish();
  if (rest !== null) events.push(rest);
  return events.flatMap(({ data }) => {
    const value = data === null ? undefined : parseJson(data);
    return value === undefined ? [] : [value];
  });
}

/** Google names the model in the path: `/v1beta/models/gemini-2.5-pro:generateContent`. */
function modelIn(path: string): string | undefined {
  return /\/models\/([^/:]+):/.exec(path)?.[1];
}
