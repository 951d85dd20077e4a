import type { JsonRecord } from "../../../ingest/json-value.ts";

/**
 * What a stand-in for a vendor's API answers. The model's name says how: `generous` gives reasoning and log probabilities that nobody
 * asked for, `limited` answers with 429, `cut` breaks off after the second event, `paced` goes on after the first when it is told to.
 */
export type Answer =
  | { readonly kind: "json"; readonly status: number; readonly value: unknown }
  | { readonly kind: "events"; readonly events: readonly string[] };

export const json = (value: unknown, status = 200): Answer => ({ kind: "json", status, value });

export const events = (list: readonly string[]): Answer => ({ kind: "events", events: list });

/** An event as OpenAI and Google write it. */
export const dataEvent = (value: unknown, end = "\n"): string => `data: ${JSON.stringify(value)}${end}${end}`;

/** An event as Anthropic and OpenAI's responses API write it: its type twice. */
export const namedEvent = (value: JsonRecord): string =>
  `event: ${String(value["type"])}\ndata: ${JSON.stringify(value)}\n\n`;

/** Pieces of a text, as a model would stream them; the second starts within a character's bytes when they are cut apart. */
export const PIECES = ["Par", "is, où l’on 🥖."] as const;
export const TEXT = PIECES.join("");
export const THOUGHT = "The user asks for a capital.";
