import { fixedClock } from "../../kit/clock.ts";
import type { Decision } from "../../model/decision.ts";
import { createCallers } from "../http/callers.ts";
import { caller, failTest, listen } from "../http/listen.case.ts";
import { START_MS } from "../table/decision.case.ts";
import { createDecisionTable } from "../table/decision-table.ts";
import { createCrowdsecSurface } from "./crowdsec-surface.ts";
import { createDecisionFeed } from "./decision-feed.ts";
import type { DecisionFeed } from "./decision-feed.ts";
import { createFollowSurface } from "./follow-surface.ts";

export interface ServedFeed {
  readonly base: string;
  readonly feed: DecisionFeed;
  readonly clock: ReturnType<typeof fixedClock>;
  change(kind: "new" | "deleted", ...decisions: readonly Decision[]): void;
}

/** A feed with these decisions, served on a free port until the test has finished. */
export async function servedFeed(...decisions: readonly Decision[]): Promise<ServedFeed> {
  const feed = createDecisionFeed(createDecisionTable());
  const clock = fixedClock(START_MS);
  const callers = createCallers([caller(), caller("another", "the key of another")]);
  const base = await listen(
    createCrowdsecSurface({ feed, callers, clock, onDefect: failTest }),
    createFollowSurface({ feed, callers, onDefect: failTest }),
  );
  const change: ServedFeed["change"] = (kind, ...changed) => {
    for (const decision of changed) feed.apply({ sequence: feed.table.sequence + 1, kind, decision });
  };
  change("new", ...decisions);
  return { base, feed, clock, change };
}
