import { z } from "zod";
import { SpillingJoin } from "../spilling-join.ts";
import type { JoinEntry } from "../spilling-join.ts";
import { guardedDraft } from "../record-reader.ts";
import type { Draft, Place } from "../record-reader.ts";
import { draftOf, otherThanModelCall } from "./draft.ts";
import { messageEvents } from "./names.ts";
import type { NamedEvent, Signal } from "./signal.ts";

const attributesSchema = z.array(z.tuple([z.string(), z.unknown()])).transform((pairs) => new Map(pairs));
const eventSchema = z.object({ name: z.string(), attributes: attributesSchema, body: z.unknown() });

/** A signal as it waits in the join; the inverse of `serialised`. */
const signalSchema = eventSchema.extend({
  kind: z.enum(["span", "log"]),
  traceId: z.string(),
  spanId: z.string(),
  timeUnixNano: z.unknown(),
  events: z.array(eventSchema),
});

/** A draft and where it stands. */
export interface PlacedDraft {
  readonly place: Place;
  readonly draft: Draft;
}

/**
 * Brings together what was logged about one span in different records: the span itself, its details event, and the
 * message events of older instrumentations, which hold content only.
 */
export class SpanJoin {
  private readonly join = new SpillingJoin();

  /** Null where the signal waits for its span; otherwise what is to be done with it at once. */
  async add(signal: Signal, place: Place): Promise<Draft | null> {
    const isMessage = signal.kind === "log" && messageEvents.has(signal.name);
    const other = isMessage ? null : otherThanModelCall(signal);
    if (other !== null) return { kind: "skip", reason: other };
    if (signal.traceId === "" || signal.spanId === "") {
      return isMessage
        ? { kind: "reject", reason: `${signal.name} without traceId and spanId` }
        : guardedDraft(() => draftOf(signal));
    }
    const key = `${signal.traceId}-${signal.spanId}`;
    await this.join.add({ key, side: isMessage ? "message" : signal.kind, text: serialised(signal), ...place });
    return null;
  }

  async *drafts(): AsyncGenerator<PlacedDraft> {
    for await (const group of this.join.groups()) yield* draftsOfSpan(group);
  }

  async dispose(): Promise<void> {
    await this.join.dispose();
  }
}

function* draftsOfSpan(group: readonly JoinEntry[]): Generator<PlacedDraft> {
  const of = (side: string): readonly JoinEntry[] => group.filter((entry) => entry.side === side);
  const messages = of("message");
  const logs = of("log");
  const spans = of("span");
  const events = messages.map(signalIn);
  for (const entry of spans.length > 0 ? spans : logs) {
    const signal = merged(signalIn(entry), spans.length > 0 ? logs.map(signalIn) : []);
    yield { place: placeOf(entry), draft: guardedDraft(() => draftOf(signal, events)) };
  }
  const [orphan] = messages;
  if (orphan === undefined || spans.length + logs.length > 0) return;
  const reason = `no span for its ${messages.length} message event(s), where model and account stand`;
  yield { place: placeOf(orphan), draft: { kind: "reject", reason } };
}

function placeOf({ file, line }: JoinEntry): Place {
  return { file, line };
}

/** The span with what only its log records tell; where both do, the span wins. */
function merged(span: Signal, logs: readonly Signal[]): Signal {
  const attributes = new Map([...logs.flatMap((log) => [...log.attributes]), ...span.attributes]);
  return { ...span, attributes };
}

function serialised(signal: Signal): string {
  const event = ({ name, attributes, body }: NamedEvent): object => ({
    name,
    attributes: [...attributes],
    body: body ?? null,
  });
  const timeUnixNano = signal.timeUnixNano ?? null;
  return JSON.stringify({ ...signal, ...event(signal), timeUnixNano, events: signal.events.map(event) });
}

function signalIn(entry: JoinEntry): Signal {
  return signalSchema.parse(JSON.parse(entry.text));
}
