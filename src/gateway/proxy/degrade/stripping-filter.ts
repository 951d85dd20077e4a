import { isRecord, parseJson } from "../../../ingest/json-value.ts";
import { createHolding } from "../byte-budget.ts";
import type { ByteBudget } from "../byte-budget.ts";
import type { Dialect, Stripper } from "./dialect.ts";
import { createLineFilter } from "./line-filter.ts";
import { createEventStream, withData } from "../sse/event-stream.ts";
import type { StreamEvent } from "../sse/event-stream.ts";

// Limits.
/** Of one event: pictures come whole in one. */
const eventBytesMax = 16 * 2 ** 20;
/** Of an answer that is not streamed: it can only be read whole. */
const answerBytesMax = 64 * 2 ** 20;

/** Bytes in, bytes out, in their order and at once, so that the pressure of a slow reader reaches the writer. */
export interface BodyFilter {
  /** @throws {AnswerTooLong} and `EventTooLong`, `LineTooLong` where more would have to be held than may be */
  push(chunk: Buffer): Buffer;
  finish(): Buffer;
  /** Gives back what is held, also where the body broke off. May be called more than once. */
  release(): void;
}

/** Thrown where an answer has to be held to be rewritten, and is longer than what may be held. */
export class AnswerTooLong extends Error {
  override readonly name = "AnswerTooLong";
}

const nothing = Buffer.alloc(0);

/** Strips an answer: a stream of events or of lines as it comes, anything else when it is there as a whole. */
export function createStrippingFilter(
  contentType: string,
  kind: Dialect["kind"],
  stripper: Stripper,
  budget: ByteBudget,
): BodyFilter {
  if (/^text\/event-stream\s*(?:;|$)/i.test(contentType)) return eventFilter(stripper);
  return kind === "lines" ? createLineFilter(stripper.answer, budget) : wholeFilter(stripper, budget);
}

function eventFilter(stripper: Stripper): BodyFilter {
  const stream = createEventStream(eventBytesMax);
  return {
    push: (chunk) => Buffer.concat(stream.push(chunk).map((event) => strippedEvent(event, stripper))),
    finish() {
      const rest = stream.finish();
      // An event that broke off is nothing to a client, and what is in it can't be told.
      return rest === null || parsedData(rest) === undefined ? nothing : strippedEvent(rest, stripper);
    },
    release: () => {},
  };
}

function strippedEvent(event: StreamEvent, stripper: Stripper): Buffer {
  const body = parsedData(event);
  if (!isRecord(body)) return event.raw;
  const kept = stripper.event(body);
  if (kept === body) return event.raw;
  return kept === null ? nothing : withData(event, JSON.stringify(kept));
}

const parsedData = ({ data }: StreamEvent): unknown => (data === null ? undefined : parseJson(data));

function wholeFilter(stripper: Stripper, budget: ByteBudget): BodyFilter {
  const holding = createHolding(budget, answerBytesMax);
  return {
    push(chunk) {
      if (!holding.add(chunk)) throw new AnswerTooLong("an answer that has to be rewritten is too long to be held");
      return nothing;
    },
    finish() {
      const bytes = holding.bytes();
      const text = bytes.toString("utf8").replace(/^\u{feff}/u, "");
      const body = parseJson(text);
      if (body === undefined) return strippedPieces(bytes, text, stripper);
      const kept = strippedWhole(body, stripper);
      return kept === body ? bytes : Buffer.from(JSON.stringify(kept));
    },
    release: holding.release,
  };
}

/** Some servers give another type to events, or none. A stream may begin with a comment, to keep the connection. */
const beginsAsEvents = /^\s*(?:data|event|id|retry)?:/;

/** An answer that is no one value: events, or lines of JSON. What is neither stays as it is. */
function strippedPieces(bytes: Buffer, text: string, stripper: Stripper): Buffer {
  if (beginsAsEvents.test(text)) {
    const filter = eventFilter(stripper);
    return Buffer.concat([filter.push(bytes), filter.finish()]);
  }
  const lines = text.split(/(?<=\n)/);
  const kept = lines.map((line) => strippedLine(line, stripper));
  return kept.every((line, at) => line === lines[at]) ? bytes : Buffer.from(kept.join(""));
}

function strippedLine(line: string, stripper: Stripper): string {
  const body = parseJson(line);
  if (!isRecord(body)) return line;
  const kept = stripper.event(body);
  if (kept === body) return line;
  return kept === null ? "" : JSON.stringify(kept) + (line.endsWith("\n") ? "\n" : "");
}

/** Gemini streams a list where it is not asked for events; each element of it is one. */
function strippedWhole(body: unknown, stripper: Stripper): unknown {
  if (isRecord(body)) return stripper.answer(body);
  if (!Array.isArray(body)) return body;
  const kept = body.map((element: unknown) => (isRecord(element) ? stripper.event(element) : element));
  return kept.every((element, at) => element === body[at]) ? body : kept.filter((element) => element !== null);
}
