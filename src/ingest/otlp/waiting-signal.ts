import { z } from "zod";
import { maskKey } from "../secret.ts";
import { keyNames, messageEvents } from "./names.ts";
import type { NamedEvent, Signal } from "./signal.ts";

const attributesSchema = z.array(z.tuple([z.string(), z.unknown()])).transform((pairs) => new Map(pairs));
const eventSchema = z.object({ name: z.string(), attributes: attributesSchema, body: z.unknown() });

/** A signal as it waits in the join; the inverse of `encodeSignal`. */
const signalSchema = eventSchema.extend({
  kind: z.enum(["span", "log"]),
  traceId: z.string(),
  spanId: z.string(),
  timeUnixNano: z.unknown(),
  events: z.array(eventSchema),
});

/** A signal as a text, for where it waits for others of its span: on disk, so that no key goes along in the clear. */
export function encodeSignal(signal: Signal): string {
  const event = ({ name, attributes, body }: NamedEvent): object => ({
    name,
    attributes: [...attributes].map(([attribute, value]) =>
      keyNames.includes(attribute) && typeof value === "string" ? [attribute, maskKey(value)] : [attribute, value],
    ),
    body: body ?? null,
  });
  const timeUnixNano = signal.timeUnixNano ?? null;
  return JSON.stringify({ ...signal, ...event(signal), timeUnixNano, events: signal.events.map(event) });
}

/** The inverse. Throws where the text isn't one of `encodeSignal`. */
export function decodeSignal(text: string): Signal {
  return signalSchema.parse(JSON.parse(text));
}

/** Whether it is one message of an older instrumentation: content only. */
export function isMessageEvent(signal: Signal): boolean {
  return signal.kind === "log" && messageEvents.has(signal.name);
}

/** The span with what only its log records tell; where both do, the span wins. */
export function spanWithLogs(span: Signal, logs: readonly Signal[]): Signal {
  const attributes = new Map([...logs.flatMap((log) => [...log.attributes]), ...span.attributes]);
  return { ...span, attributes };
}
