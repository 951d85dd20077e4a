import { field } from "../../../ingest/json-value.ts";
import type { JsonRecord } from "../../../ingest/json-value.ts";
import type { Dialect, Stripper } from "./dialect.ts";
import { without, withRecord, withRecords } from "./json-change.ts";

/** Where an answer lists what was done: the API as it is, and as it was first. */
const lists = ["steps", "outputs"];

/** Gemini's `interactions` (ai.google.dev/api/interactions-api). It has neither samples nor log probabilities. */
export const geminiInteractions: Dialect = {
  name: "gemini-interactions",
  kind: "call",
  stripper(withhold): Stripper {
    if (!withhold.reasoning) return { request: (body) => body, answer: (body) => body, event: (event) => event };
    return { request: strippedRequest, answer: strippedInteraction, event: strippedEvent };
  },
};

function strippedRequest(body: JsonRecord): JsonRecord {
  const silent = (config: JsonRecord): JsonRecord => without(config, "thinking_summaries");
  return withRecord(withRecord(body, "generation_config", silent), "agent_config", silent);
}

const strippedInteraction = (interaction: JsonRecord): JsonRecord =>
  lists.reduce((kept, list) => withRecords(kept, list, strippedStep), interaction);

/** A thought stays, without what can be read of it: its signature has to come back with the result of a tool. */
const strippedStep = (step: JsonRecord): JsonRecord =>
  field(step, "type") === "thought" ? without(step, "summary") : step;

function strippedEvent(event: JsonRecord): JsonRecord | null {
  if (field(field(event, "delta"), "type") === "thought_summary") return null;
  return withRecord(withRecord(event, "interaction", strippedInteraction), "step", strippedStep);
}
