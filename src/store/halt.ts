import { setTimeout as sleep } from "node:timers/promises";

/*
 * A process that ends while the embedded engine is in the middle of a statement crashes, or hangs for minutes. So who ends
 * it early halts what is open first.
 *
 * Limits.
 */
/** A statement that has not begun yet can't be cancelled, so it is tried again after this. */
const cancelEveryMs = 50;

/** How each open engine is halted. */
const open = new Set<() => Promise<void>>();

/** What an engine is asked, so that it can be halted in the middle of it. */
export class Statements {
  readonly #running = new Set<Promise<unknown>>();
  #halted = false;

  /** Runs a statement, unless the engine was halted. */
  run<Answer>(statement: () => Promise<Answer>): Promise<Answer> {
    if (this.#halted) return Promise.reject(new Error("the engine was halted"));
    const answer = statement();
    this.#running.add(answer);
    void answer.catch(() => {}).finally(() => this.#running.delete(answer));
    return answer;
  }

  /** Lets no other statement begin, and cancels those that run until none is left. */
  async halt(cancel: () => Promise<void>): Promise<void> {
    this.#halted = true;
    while (this.#running.size > 0) {
      await cancel();
      await Promise.race([Promise.allSettled(this.#running), sleep(cancelEveryMs)]);
    }
  }
}

/** Makes an engine known while it is open; the returned function forgets it. */
export function untilClosed(halt: () => Promise<void>): () => void {
  open.add(halt);
  return () => void open.delete(halt);
}

/** Cancels what the open engines of this process are doing, and closes them. */
export async function haltEngines(): Promise<void> {
  await Promise.allSettled([...open].map((halt) => halt()));
}
