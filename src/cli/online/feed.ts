import type { DecisionFeed } from "../../gateway/decision-stream/decision-feed.ts";
import { inTurns } from "../../kit/turns.ts";
import type { State } from "../../store/state/state.ts";
import { deltasAfter } from "./deltas.ts";

/** Fills the gateway's table with all that is in force. */
export async function loadFeed(state: State, feed: DecisionFeed, nowMs: number): Promise<void> {
  const pages: (readonly Parameters<ReturnType<DecisionFeed["load"]>["add"]>[0][])[] = [];
  const sequence = await state.snapshot(nowMs, (page) => void pages.push(page));
  const loader = feed.load(sequence);
  for (const page of pages) for await (const decision of inTurns(page)) loader.add(decision);
  loader.finish();
}

/** Brings the gateway's table up to the latest change, whoever made it. Where the log has a gap it is filled anew. */
export async function followFeed(state: State, feed: DecisionFeed, nowMs: number): Promise<void> {
  for await (const page of deltasAfter(state, feed.table.sequence))
    if (page === null || page.some((delta) => feed.apply(delta) === "gap")) return loadFeed(state, feed, nowMs);
  return undefined;
}
