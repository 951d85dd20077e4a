import { requestFields } from "../../../ingest/body/request.ts";
import { responseFields } from "../../../ingest/body/response.ts";
import { firstText, parseJson } from "../../../ingest/json-value.ts";
import { validateExchange } from "../../../ingest/validate.ts";
import type { Exchange } from "../../../model/exchange.ts";
import { createByteBudget, createHolding } from "../byte-budget.ts";
import { decoded, isEncoded } from "../content-coding.ts";
import { createEventStream } from "../sse/event-stream.ts";
import type { Recording } from "./recorder.ts";

// Limits.
/** Of a body without its compression: a small one may be blown up to any size. */
const plainBytesMax = 32 * 2 ** 20;

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
  const requestBytes = await plain(recording.request(), encoding);
  const answerBytes = await plain(recording.answer(), answerHeaders["content-encoding"]);
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

/** A coding that can't be undone, or a body that broke off within it, leaves nothing to read. */
async function plain(bytes: Buffer, coding: string | undefined): Promise<Buffer> {
  if (!isEncoded(coding)) return bytes;
  const body = await decoded(bytes, coding, createHolding(createByteBudget(plainBytesMax), plainBytesMax));
  return typeof body === "string" ? Buffer.alloc(0) : body;
}

/** A stream as the list of its events' data, anything else as the JSON that it is. */
function answerIn(bytes: Buffer, contentType: string): unknown {
  if (!/^text\/event-stream/i.test(contentType)) return parseJson(bytes.toString("utf8"));
  const stream = createEventStream(plainBytesMax);
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
