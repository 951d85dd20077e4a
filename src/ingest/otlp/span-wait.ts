import { guardedDraft } from "../record-reader.ts";
import type { Draft } from "../record-reader.ts";
import { draftOf } from "./draft.ts";
import { detailsEvent } from "./names.ts";
import type { Signal } from "./signal.ts";
import { isMessageEvent, spanWithLogs } from "./waiting-signal.ts";

// Limits.
/** How long a span waits for its log records, and they for it: exporters send each kind every few seconds. */
const waitMs = 30_000;
/** What waits at once; the longest waiting goes on as it is where there is more. */
const spansMax = 100_000;
const lengthMax = 64 * 2 ** 20;

/** Everything that came about one span. */
export interface SpanGroup {
  /** Of what `add` was told with the first of them. */
  readonly batch: number;
  readonly signals: readonly Signal[];
}

/**
 * Brings together what different requests tell about one span: the span itself, its details event, and the message events of
 * older instrumentations.
 */
export interface SpanWait {
  /** `length` is the signal's as a text. Returns the groups that need not, or must not, wait any longer. */
  add(signal: Signal, length: number, batch: number, nowMs: number): readonly SpanGroup[];
  /** The groups whose time is over. */
  due(nowMs: number): readonly SpanGroup[];
  /** The group that has waited longest: when its time is over, and its batch. Null where none waits. */
  readonly oldest: { readonly dueMs: number; readonly batch: number } | null;
}

interface Held extends SpanGroup {
  readonly key: string;
  readonly sinceMs: number;
  readonly signals: Signal[];
  length: number;
}

/** Times in milliseconds of a monotonic clock. */
export function spanWait(): SpanWait {
  // In the order in which they began to wait.
  const held = new Map<string, Held>();
  let heldLength = 0;
  const release = (group: Held): SpanGroup => {
    held.delete(group.key);
    heldLength -= group.length;
    return group;
  };
  const releaseWhile = (condition: (oldest: Held) => boolean): SpanGroup[] => {
    const released: SpanGroup[] = [];
    for (const oldest of held.values()) {
      if (!condition(oldest)) break;
      released.push(release(oldest));
    }
    return released;
  };
  return {
    add(signal, length, batch, nowMs) {
      const key = `${signal.traceId}-${signal.spanId}`;
      const group = held.get(key) ?? { key, batch, sinceMs: nowMs, signals: [], length: 0 };
      held.set(key, group);
      group.signals.push(signal);
      group.length += length;
      heldLength += length;
      const whole = isWhole(group) ? [release(group)] : [];
      return [...whole, ...releaseWhile(() => held.size > spansMax || heldLength > lengthMax)];
    },
    due: (nowMs) => releaseWhile(({ sinceMs }) => sinceMs + waitMs <= nowMs),
    get oldest() {
      const [oldest] = held.values();
      return oldest === undefined ? null : { dueMs: oldest.sinceMs + waitMs, batch: oldest.batch };
    },
  };
}

/** The details event tells everything that the span does not. */
function isWhole({ signals }: SpanGroup): boolean {
  return signals.some(({ kind }) => kind === "span") && signals.some(({ name }) => name === detailsEvent);
}

/**
 * The exchange of a group. Message events alone are skipped: their span was not sampled, or carried what was said itself and
 * went on at once.
 */
export function draftOfGroup({ signals }: SpanGroup): Draft {
  const messages = signals.filter(isMessageEvent);
  const logs = signals.filter((signal) => signal.kind === "log" && !isMessageEvent(signal));
  const span = signals.find(({ kind }) => kind === "span") ?? logs[0];
  if (span === undefined) return { kind: "skip", reason: "message events without their span" };
  return guardedDraft(() => draftOf(spanWithLogs(span, logs), messages));
}
