import { HOUR_MS } from "./arrivals.ts";
import type { Draft, Source } from "./source.ts";

/**
 * Interleaves the sources by time, an hour at once: memory holds one hour of exchanges, and a source that sleeps costs nothing.
 * Calls `write` with each hour's drafts in order.
 */
export async function mergeByHour(
  sources: readonly Source[],
  startMs: number,
  endMs: number,
  write: (drafts: readonly Draft[], hoursDone: number, hoursTotal: number) => Promise<void>,
): Promise<void> {
  const hoursTotal = Math.ceil((endMs - startMs) / HOUR_MS);
  const due: Source[][] = Array.from({ length: hoursTotal }, () => []);
  const file = (source: Source): void => {
    const nextMs = source.nextMs();
    if (nextMs < endMs) due[Math.max(0, Math.floor((nextMs - startMs) / HOUR_MS))]?.push(source);
  };
  for (const source of sources) file(source);
  for (let hour = 0; hour < hoursTotal; hour++) {
    const untilMs = Math.min(endMs, startMs + (hour + 1) * HOUR_MS);
    const drafts: Draft[] = [];
    for (const source of due[hour] ?? []) {
      source.emit(untilMs, (draft) => drafts.push(draft));
      file(source);
    }
    due[hour] = [];
    // Stable, so that equal times keep the order of the sources.
    drafts.sort((a, b) => a.timeMs - b.timeMs);
    await write(drafts, hour + 1, hoursTotal);
  }
}
