import { SpillingJoin } from "../spilling-join.ts";
import type { JoinEntry } from "../spilling-join.ts";
import { guardedDraft } from "../record-reader.ts";
import type { Draft, Place } from "../record-reader.ts";
import { draftOf, otherThanModelCall } from "./draft.ts";
import type { Signal } from "./signal.ts";
import { decodeSignal, encodeSignal, isMessageEvent, spanWithLogs } from "./waiting-signal.ts";

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
  readonly #join = new SpillingJoin();

  /** Null where the signal waits for its span; otherwise what is to be done with it at once. */
  async add(signal: Signal, place: Place): Promise<Draft | null> {
    const isMessage = isMessageEvent(signal);
    const other = isMessage ? null : otherThanModelCall(signal);
    if (other !== null) return { kind: "skip", reason: other };
    if (signal.traceId === "" || signal.spanId === "") {
      return isMessage
        ? { kind: "reject", reason: `${signal.name} without traceId and spanId` }
        : guardedDraft(() => draftOf(signal));
    }
    const key = `${signal.traceId}-${signal.spanId}`;
    await this.#join.add({ key, side: isMessage ? "message" : signal.kind, text: encodeSignal(signal), ...place });
    return null;
  }

  async *drafts(): AsyncGenerator<PlacedDraft> {
    for await (const group of this.#join.groups()) yield* draftsOfSpan(group);
  }

  async dispose(): Promise<void> {
    await this.#join.dispose();
  }
}

function* draftsOfSpan(group: readonly JoinEntry[]): Generator<PlacedDraft> {
  const of = (side: string): readonly JoinEntry[] => group.filter((entry) => entry.side === side);
  const messages = of("message");
  const logs = of("log");
  const spans = of("span");
  const events = messages.map(signalIn);
  for (const entry of spans.length > 0 ? spans : logs) {
    const signal = spanWithLogs(signalIn(entry), spans.length > 0 ? logs.map(signalIn) : []);
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

function signalIn(entry: JoinEntry): Signal {
  return decodeSignal(entry.text);
}
