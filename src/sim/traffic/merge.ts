import type { Draft, Source } from "./source.ts";

// Limits.
/** Exchanges of one window are held in memory. A short one lets them die young, which keeps the collector's heap small. */
const WINDOW_MS = 5 * 60_000;

/**
 * Interleaves the sources by time, a window at once; a source that sleeps costs nothing, and one that is done is forgotten.
 * Calls `write` with each window's drafts in order, and the share of the world that is then done.
 */
export async function mergeByTime(
  sources: readonly Source[],
  startMs: number,
  endMs: number,
  write: (drafts: readonly Draft[], doneShare: number) => Promise<void>,
): Promise<void> {
  const windows = Math.ceil((endMs - startMs) / WINDOW_MS);
  const due: (Source[] | undefined)[] = Array.from({ length: windows });
  const file = (source: Source): void => {
    const nextMs = source.nextMs();
    if (nextMs >= endMs) return;
    const window = Math.max(0, Math.floor((nextMs - startMs) / WINDOW_MS));
    const others = due[window];
    if (others === undefined) due[window] = [source];
    else others.push(source);
  };
  for (const source of sources) file(source);
  for (let window = 0; window < windows; window++) {
    const untilMs = Math.min(endMs, startMs + (window + 1) * WINDOW_MS);
    const drafts: Draft[] = [];
    for (const source of due[window] ?? []) {
      source.emit(untilMs, (draft) => drafts.push(draft));
      file(source);
    }
    due[window] = undefined;
    // Stable, so that equal times keep the order of the sources.
    drafts.sort((a, b) => a.timeMs - b.timeMs);
    await write(drafts, (window + 1) / windows);
  }
}
