import { withKeyNamed } from "../keys/key-directory.ts";
import type { KeyDirectory } from "../keys/key-directory.ts";
import type { JsonRecord } from "../json-value.ts";
import { guardedDraft, itemOf } from "../record-reader.ts";
import type { Draft } from "../record-reader.ts";
import { draftOf, otherThanModelCall } from "./draft.ts";
import { signalsOf } from "./signal.ts";
import type { Signal } from "./signal.ts";
import { encodeSignal, isMessageEvent } from "./waiting-signal.ts";

/** What is to be done with one export request. */
export interface LiveExport {
  /** Lines of a world. */
  readonly exchanges: readonly string[];
  /** Spans without content and log records, as `encodeSignal` writes them: the rest may come in another request. */
  readonly waiting: readonly string[];
  readonly refusals: readonly string[];
  /** Signals that are no model calls. */
  readonly skipped: number;
}

/** Sorts the signals of an export in OTLP's JSON encoding. A span that carries what was said stands for itself. */
export function readLiveExport(record: JsonRecord, keys: KeyDirectory): LiveExport {
  const exchanges: string[] = [];
  const waiting: string[] = [];
  const refusals: string[] = [];
  let skipped = 0;
  for (const signal of signalsOf(record)) {
    const isSorted = signal.kind === "reject" || signal.kind === "skip";
    const draft = isSorted ? signal : liveDraft(signal);
    if (draft !== null) {
      const { lines, reason } = linesOf(draft, keys);
      exchanges.push(...lines);
      if (reason !== undefined) refusals.push(reason);
      if (draft.kind === "skip") skipped += 1;
    } else if (!isSorted) {
      waiting.push(encodeSignal(signal));
    }
  }
  return { exchanges, waiting, refusals, skipped };
}

/** The line of a draft, or why there is none; neither for what is skipped. */
export function linesOf(
  draft: Draft,
  keys: KeyDirectory,
): { readonly lines: readonly string[]; readonly reason: string | undefined } {
  const [item] = itemOf(draft, { file: "", line: 0 }, undefined);
  if (item === undefined || item.kind === "facts") return { lines: [], reason: undefined };
  if (item.kind === "reject") return { lines: [], reason: item.reason };
  return { lines: [JSON.stringify(withKeyNamed(item.exchange, keys))], reason: undefined };
}

/** What is to be done with a signal at once; null where it waits for others. */
function liveDraft(signal: Signal): Draft | null {
  const isNamed = signal.traceId !== "" && signal.spanId !== "";
  if (isMessageEvent(signal)) {
    return isNamed ? null : { kind: "reject", reason: `${signal.name} without traceId and spanId` };
  }
  const other = otherThanModelCall(signal);
  if (other !== null) return { kind: "skip", reason: other };
  const draft = guardedDraft(() => draftOf(signal));
  if (!isNamed || draft.kind !== "exchange") return draft;
  const { messages, response } = draft.candidate;
  return signal.kind === "span" && (messages !== undefined || response !== undefined) ? draft : null;
}
