import type { RequestFields } from "./body/request.ts";
import { requestFields } from "./body/request.ts";
import type { ResponseFields } from "./body/response.ts";
import { responseFields } from "./body/response.ts";
import { field, isRecord, maybeJson, maybeNumber } from "./json-value.ts";

/** Calls that are no model calls with a prompt and an answer. */
const otherCallTypes = /embedding|rerank|image|transcription|speech|moderation|file|batch|vector_store|mcp|ocr/;

/** Whether a `call_type` (litellm/types/utils.py, CallTypes) is something else than a completion. */
export function isOtherCall(callType: string | null | undefined): boolean {
  return typeof callType === "string" && otherCallTypes.test(callType);
}

/** LiteLLM gives this user to every key that an administrator makes without one: it stands for nobody. */
export function litellmUser(user: string | null | undefined): string | undefined {
  return user === null || user === "" || user === "default_user_id" ? undefined : user;
}

/** The HTTP status of a call: its error's code if it failed, 200 if it is said to have succeeded. */
export function litellmStatus(status: string | null | undefined, errorInformation: unknown): unknown {
  const code = maybeNumber(field(errorInformation, "error_code"));
  if (typeof code === "number") return code;
  return status === "success" ? 200 : undefined;
}

/** LiteLLM counts no tokens for a failed call, and writes 0. */
export function litellmTokens(count: unknown, status: string | null | undefined): unknown {
  const tokens = maybeNumber(count);
  return status === "failure" && tokens === 0 ? undefined : tokens;
}

/** What stands in the place of every text where the proxy runs with `turn_off_message_logging`. */
const redacted = "redacted-by-litellm";

/** Content that LiteLLM keeps in columns of its own: the request's messages and the response. */
export function litellmContent(columns: {
  readonly request: unknown;
  readonly messages: unknown;
  readonly response: unknown;
}): { readonly request: RequestFields; readonly response: ResponseFields } {
  const request = maybeJson(columns.request);
  const messages = maybeJson(columns.messages);
  const hasMessages = Array.isArray(messages) ? messages.length > 0 : typeof messages === "string" && messages !== "";
  const body = requestFields({ ...(isRecord(request) ? request : {}), ...(hasMessages ? { messages } : {}) });
  const response = responseFields(columns.response);
  return {
    request: body.messages?.some((message) => message.content === redacted) ? { ...body, messages: undefined } : body,
    response: response.response === redacted ? { ...response, response: undefined } : response,
  };
}
