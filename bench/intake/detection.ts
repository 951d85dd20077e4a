import { Watch } from "../../src/detect/watch/watch.ts";
import type { IntentPack } from "../../src/ingest/intent/pack.ts";
import { seededRandom } from "../../src/kit/random.ts";
import type { Store } from "../../src/store/engine.ts";
import { sql } from "../../src/store/sql.ts";

/** How far the exchanges' own time goes on at once; looks fall on whole hours. */
const stepMs = 3_600_000;

/** Detection that follows what comes in, in the exchanges' own time, so that every look of its schedule is made. */
export interface Detection {
  /** There is more. */
  follow(): void;
  status(): { readonly isLooking: boolean; readonly steps: number; readonly campaigns: number };
  stop(): Promise<void>;
}

export async function openDetection(
  store: Store,
  intents: IntentPack,
  onFailure: (error: unknown) => void,
): Promise<Detection> {
  const watch = await Watch.open(store, { random: seededRandom("bench intake"), intents: intents.intents });
  let reachedMs = 0;
  let steps = 0;
  let hasMore = false;
  let isStopping = false;
  let following: Promise<void> | null = null;

  async function catchUp(): Promise<void> {
    while (hasMore && !isStopping) {
      hasMore = false;
      const [span] = await store.rows<{ first_ms: number; last_ms: number }>(sql`
        SELECT toUnixTimestamp64Milli(min(time)) AS first_ms, toUnixTimestamp64Milli(max(time)) AS last_ms FROM exchange`);
      if (span === undefined) return;
      if (reachedMs === 0) reachedMs = Math.floor(span.first_ms / stepMs) * stepMs;
      while (reachedMs + stepMs <= span.last_ms && !isStopping) {
        reachedMs += stepMs;
        await watch.advance(reachedMs);
        steps += 1;
      }
    }
  }

  return {
    follow() {
      hasMore = true;
      following ??= catchUp()
        .catch(onFailure)
        .finally(() => {
          following = null;
        });
    },
    status: () => ({ isLooking: following !== null, steps, campaigns: watch.campaigns.length }),
    async stop() {
      isStopping = true;
      await following;
    },
  };
}
