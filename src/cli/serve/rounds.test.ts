import { expect, it } from "vitest";
import { createDecisionFeed } from "../../gateway/decision-stream/decision-feed.ts";
import { createDecisionTable } from "../../gateway/table/decision-table.ts";
import { fixedClock } from "../../kit/clock.ts";
import { openState } from "../../store/state/state.ts";
import { loadFeed } from "../online/feed.ts";
import { startFollowing } from "./rounds.ts";

it("the table goes on where the state is gone, and it is told for how long", async () => {
  const state = await openState();
  const clock = fixedClock(Date.UTC(2026, 0, 5));
  const feed = createDecisionFeed(createDecisionTable());
  const fed = { state, policy: { allow: [] }, feed };
  await loadFeed(fed, clock.nowMs());
  const stopping = new AbortController();
  const failures: unknown[] = [];
  let steps = 0;
  const following = startFollowing({
    ...fed,
    clock,
    signal: stopping.signal,
    onFailure: (error) => void failures.push(error),
    async wait() {
      steps++;
      if (steps === 1) await state.close();
      if (steps === 3) stopping.abort();
      clock.advance(500);
    },
  });
  await following.running;
  expect([steps, failures.length]).toEqual([3, 2]);
  expect(following.ageMs()).toBe(1_500);
});
