import type { Appeals } from "../../decide/appeals/appeals.ts";
import { forgetExchanges } from "../../ingest/forget.ts";
import type { Clock } from "../../kit/clock.ts";
import { dayMs } from "../../kit/time-units.ts";
import type { Wait } from "../../kit/wait.ts";
import { followFeed } from "../online/feed.ts";
import type { Fed } from "../online/feed.ts";
import type { CampaignKeeper } from "../online/campaigns.ts";
import { round } from "../online/round.ts";
import type { Online } from "../online/round.ts";
import type { RetentionDays } from "../../store/state/retention.ts";

// Defaults.
/** A newcomer to a campaign that is known is decided on within so long of what it did. */
const roundMs = 60_000;
/** What a person orders is with the gateways within so long. */
const followMs = 500;

export interface RoundsOptions extends Online, Fed {
  readonly appeals: Appeals;
  readonly keeper: CampaignKeeper;
  readonly clock: Clock;
  readonly wait: Wait;
  readonly signal: AbortSignal;
  /** How long exchanges are kept, in days, and what is in the state. */
  readonly keep: { readonly days: number; readonly state: RetentionDays };
  /** What follows from what others say and take back; between two steps of the watch. */
  heed(nowMs: number): Promise<void>;
  onRound(outcome: RoundOutcome): void;
  /** A round that failed is made again with the next; decisions in force hold. */
  onFailure(error: unknown): void;
}

export interface RoundOutcome {
  readonly atMs: number;
  readonly tookMs: number;
  readonly standings: number;
  readonly campaigns: number;
  /** Members of campaigns that are too many to be kept for the next start. */
  readonly unkept: number;
}

/** Looks at what came in, and decides, once a minute until the signal. */
export async function runRounds(options: RoundsOptions): Promise<void> {
  const { state, watch, appeals, keeper, clock, wait, signal, store, keep } = options;
  let lastMs = Number.NEGATIVE_INFINITY;
  let forgotMs = Number.NEGATIVE_INFINITY;
  let unkept = 0;
  while (!signal.aborted) {
    const startMs = clock.monotonicMs();
    const nowMs = clock.nowMs();
    try {
      if (nowMs < lastMs) watch.startOver();
      lastMs = nowMs;
      const standings = await round(options, nowMs);
      if (standings > 0) unkept = await keeper.keep(watch.campaigns, nowMs);
      await appeals.expireOverdue(nowMs);
      await followFeed(options, nowMs);
      // The clock may have been ahead.
      if (Math.abs(nowMs - forgotMs) >= dayMs) {
        await forgetExchanges(store, nowMs - keep.days * dayMs);
        await state.forget(keep.state, nowMs);
        forgotMs = nowMs;
      }
      // Last: where something of the circle is in the way, it is in nothing else's.
      await options.heed(nowMs);
      const tookMs = clock.monotonicMs() - startMs;
      options.onRound({ atMs: nowMs, tookMs, standings, campaigns: watch.campaigns.length, unkept });
    } catch (error) {
      options.onFailure(error);
    }
    await wait(roundMs, signal);
  }
}

/** What keeps the gateway's table up to date. */
export interface Following {
  /** Until the signal. */
  readonly running: Promise<void>;
  /** Since when the table may lag behind the state (milliseconds). */
  ageMs(): number;
}

/** Keeps the gateway's table up to date with what people order between the rounds, and frees what has ended. */
export function startFollowing(
  options: Fed & Pick<RoundsOptions, "clock" | "wait" | "signal" | "onFailure">,
): Following {
  const { feed, clock, wait, signal, onFailure } = options;
  let followedMs = clock.monotonicMs();
  async function run(): Promise<void> {
    while (!signal.aborted) {
      try {
        feed.table.expire(clock.nowMs());
        await followFeed(options, clock.nowMs());
        followedMs = clock.monotonicMs();
      } catch (error) {
        onFailure(error);
      }
      await wait(followMs, signal);
    }
  }
  return { running: run(), ageMs: () => Math.round(clock.monotonicMs() - followedMs) };
}
