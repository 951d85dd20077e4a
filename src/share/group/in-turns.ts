import { setImmediate as nextTurn } from "node:timers/promises";

// Limits.
/** Multiplications before the thread is given free for other work: some milliseconds. */
const multiplicationsPerTurn = 32;

/** Each item's result, in order; other work of the process is not held up meanwhile. */
export async function inTurns<T, R>(list: readonly T[], work: (item: T) => R): Promise<R[]> {
  const done: R[] = [];
  for (const item of list) {
    if (done.length % multiplicationsPerTurn === multiplicationsPerTurn - 1) await nextTurn();
    done.push(work(item));
  }
  return done;
}
