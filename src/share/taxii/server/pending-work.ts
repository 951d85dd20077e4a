import type { Clock } from "../../../kit/clock.ts";
import type { Submissions } from "../../../store/state/submissions.ts";

/** Adds objects that answers did not wait for, one step after the other. */
export interface PendingWork {
  /** There may be something to add. */
  start(): void;
  /** Resolves once nothing is being added any more. */
  stop(): Promise<void>;
}

export interface PendingWorkOptions {
  readonly submissions: Submissions;
  readonly clock: Clock;
  readonly onFailure: (error: unknown) => void;
}

/** What fails is told, and tried again with the next submission or after a restart. */
export function pendingWork({ submissions, clock, onFailure }: PendingWorkOptions): PendingWork {
  let running: Promise<void> | null = null;
  let isAsked = false;
  let isStopped = false;
  const run = async (): Promise<void> => {
    let id = await submissions.oldestPending();
    while (id !== null && !isStopped) {
      await submissions.advance(id, clock.nowMs());
      id = await submissions.oldestPending();
    }
  };
  const work: PendingWork = {
    start() {
      if (running !== null) {
        isAsked = true;
        return;
      }
      isAsked = false;
      running = run()
        .catch(onFailure)
        .finally(() => {
          running = null;
          // Asked for while the last look for work was under way.
          if (isAsked && !isStopped) work.start();
        });
    },
    async stop() {
      isStopped = true;
      await running;
    },
  };
  return work;
}
