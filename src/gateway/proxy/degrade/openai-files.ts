import { field } from "../../../ingest/json-value.ts";
import type { JsonRecord } from "../../../ingest/json-value.ts";
import type { Dialect, Stripper, Withhold } from "./dialect.ts";
import { withRecord } from "./json-change.ts";
import { openaiChat } from "./openai-chat.ts";
import { openaiCompletions } from "./openai-completions.ts";
import { openaiResponses } from "./openai-responses.ts";

/**
 * OpenAI's files (platform.openai.com/docs/api-reference/files), which hold the requests of a batch and its results, a line each
 * (…/docs/api-reference/batch). Files for other purposes go the same way, so a line is told by its shape. An upload is a form; the
 * form's own lines are no JSON, and what the form is made of need not be known.
 */
export const openaiFiles: Dialect = {
  name: "openai-files",
  kind: "lines",
  // In UTF-16 and UTF-32 there are noughts between the letters.
  isMeant: (line) =>
    line
      .replaceAll("\0", "")
      .replaceAll(/\\u([\da-f]{4})/gi, (_escape, digits: string) => String.fromCodePoint(Number.parseInt(digits, 16)))
      .includes("custom_id"),
  stripper: (withhold): Stripper => ({
    request: (line) =>
      field(line, "custom_id") === undefined
        ? line
        : withRecord(line, "body", (body) => strippedRequest(body, withhold)),
    answer: (line) =>
      withRecord(line, "response", (response) =>
        withRecord(response, "body", (body) => strippedAnswer(body, withhold)),
      ),
    event: (event) => event,
  }),
};

/**
 * OpenAI's `/v1/uploads` (platform.openai.com/docs/api-reference/uploads): a file in parts that may be cut anywhere, and come in any
 * order. One for a batch is refused; `/v1/files` takes it.
 */
export const openaiUploads: Dialect = {
  name: "openai-uploads",
  kind: "batch",
  isOutOfSight: (body) => field(body, "purpose") === "batch",
  stripper: (): Stripper => ({ request: (body) => body, answer: (body) => body, event: (event) => event }),
};

/** Of any of the three endpoints: with compatible servers the line need not say which. */
function strippedRequest(body: JsonRecord, withhold: Withhold): JsonRecord {
  let kept = openaiResponses.stripper(withhold).request(body);
  if (Object.hasOwn(body, "messages")) kept = openaiChat.stripper(withhold).request(kept);
  if (Object.hasOwn(body, "prompt")) kept = openaiCompletions.stripper(withhold).request(kept);
  return kept;
}

/** How many prompts a completion was asked for is not told, so that its samples can't be either. */
function strippedAnswer(body: JsonRecord, withhold: Withhold): JsonRecord {
  if (field(body, "object") === "text_completion")
    return openaiCompletions.stripper({ ...withhold, samples: false }).answer(body);
  return openaiResponses.stripper(withhold).answer(openaiChat.stripper(withhold).answer(body));
}
