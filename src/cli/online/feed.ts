import { readAllowed } from "../../decide/desk/allowed.ts";
import type { Policy } from "../../decide/policy/policy.ts";
import { deltasMax } from "../../gateway/decision-stream/decision-feed.ts";
import type { DecisionFeed } from "../../gateway/decision-stream/decision-feed.ts";
import { createAllowList } from "../../gateway/table/allow-list.ts";
import { inTurns } from "../../kit/turns.ts";
import type { State } from "../../store/state/state.ts";
import type { DecisionDelta } from "../../model/decision.ts";
import { deltasAfter } from "./deltas.ts";

/** The gateway's table, and what it is filled from. */
export interface Fed {
  readonly state: State;
  readonly policy: Pick<Policy, "allow">;
  readonly feed: DecisionFeed;
}

/**
 * Fills the gateway's table with all that is in force, and its changes with the last ones: a bouncer that keeps what it once heard must
 * hear of an end also where the server was down meanwhile.
 */
export async function loadFeed(fed: Fed, nowMs: number): Promise<void> {
  const { state, feed } = fed;
  await followAllowed(fed, nowMs);
  const pages: (readonly Parameters<ReturnType<DecisionFeed["load"]>["add"]>[0][])[] = [];
  const sequence = await state.snapshot(nowMs, (page) => void pages.push(page));
  const loader = feed.load(sequence, await lastDeltas(state, sequence));
  for (const page of pages) for await (const decision of inTurns(page)) loader.add(decision);
  loader.finish();
}

/** The last changes up to a sequence, as many as are kept and as the gateway keeps. */
async function lastDeltas(state: State, sequence: number): Promise<DecisionDelta[]> {
  const first = await state.decisions.firstDelta();
  if (first === null || first > sequence) return [];
  const found: DecisionDelta[] = [];
  for await (const page of deltasAfter(state, Math.max(first - 1, sequence - deltasMax))) {
    // What was the first was forgotten meanwhile.
    if (page === null) return [];
    found.push(...page.filter((delta) => delta.sequence <= sequence));
    if (found.at(-1)?.sequence === sequence) break;
  }
  return found;
}

/** Brings the gateway's table up to the latest change, whoever made it. Where the log has a gap it is filled anew. */
export async function followFeed(fed: Fed, nowMs: number): Promise<void> {
  const { state, feed } = fed;
  await followAllowed(fed, nowMs);
  for await (const page of deltasAfter(state, feed.table.sequence))
    if (page === null || page.some((delta) => feed.apply(delta) === "gap")) return loadFeed(fed, nowMs);
  return undefined;
}

async function followAllowed({ state, policy, feed }: Fed, nowMs: number): Promise<void> {
  const allowed = await readAllowed(state, policy, nowMs);
  // What a policy allows has no end of its own.
  const entries = allowed.map((one) => ({ scope: one.scope, expires: "expires" in one ? one.expires : null }));
  feed.allow(createAllowList(entries));
}
