import { join } from "node:path";
import { pino } from "pino";
import type { CircleDesk } from "../../src/api/desk/routes/circle.ts";
import { createCampaignKeeper } from "../../src/cli/online/campaigns.ts";
import { deltasAfter } from "../../src/cli/online/deltas.ts";
import { findPolicy } from "../../src/cli/online/policy.ts";
import { round } from "../../src/cli/online/round.ts";
import type { Online } from "../../src/cli/online/round.ts";
import { standingActions } from "../../src/cli/replay/standing-actions.ts";
import { openCirclePart } from "../../src/cli/serve/circle-part.ts";
import type { CirclePart } from "../../src/cli/serve/circle-part.ts";
import { closeAll } from "../../src/cli/serve/closings.ts";
import type { Closings } from "../../src/cli/serve/closings.ts";
import { loadConfig } from "../../src/cli/serve/config.ts";
import { openJournal } from "../../src/cli/serve/journal.ts";
import { createDesk } from "../../src/decide/desk/desk.ts";
import type { Leads } from "../../src/detect/leads/lead.ts";
import { Watch } from "../../src/detect/watch/watch.ts";
import { ingest } from "../../src/ingest/ingest.ts";
import { readIntentPack } from "../../src/ingest/intent/pack.ts";
import { invariant } from "../../src/kit/assert.ts";
import { systemClock } from "../../src/kit/clock.ts";
import { seededRandom } from "../../src/kit/random.ts";
import type { DecisionDelta } from "../../src/model/decision.ts";
import { openEngine } from "../../src/store/engine.ts";
import { openState } from "../../src/store/state/state.ts";
import { pauseSeconds } from "./circle-files.ts";
import type { Order } from "./orders.ts";
import { eventClock, steppedRounds } from "./stepped.ts";

/** A provider of its own: its log, its detector, its decisions, and its part in the circle. It lives in event time. */
export interface Lab {
  readonly online: Online;
  /** Of the circle's listener; null: the lab belongs to none. */
  readonly port: number | null;
  /** What its staff does with the circle. Throws where it belongs to none. */
  circle(): CircleDesk;
  /** Lives through the log; goes on where the last call ended. */
  advance(untilMs: number, stepMs: number): Promise<void>;
  /** Makes one round of the circle. Throws the first thing that failed in it. */
  exchange(nowMs: number): Promise<void>;
  /** What the watch looks for because others tell of it; null: nothing. */
  leads(): Promise<Leads | null>;
  /** Accounts that something is done to now, and those that something was done to at any time. */
  acted(): { readonly now: readonly string[]; readonly ever: readonly string[] };
  /** Accounts that stood at any time in a campaign, confirmed or not, to which one of these indicators of others drew attention. */
  accusedBy(indicators: ReadonlySet<string>): readonly string[];
  nowMs(): number;
  close(): Promise<void>;
}

/**
 * Starts as `serve` does, with the whole log taken in: the watch sees nothing of it that has not happened yet. The folder that the process
 * runs in is the checkout, since this code is compiled to a place that has no packs beside it.
 */
export async function openLab(order: Extract<Order, { do: "open" }>): Promise<Lab> {
  const { member, folder, world, startMs, beginsMs } = order;
  const closings: Closings = [];
  const store = await openEngine();
  closings.push(() => store.close());
  const state = await openState();
  closings.push(() => state.close());
  const intents = readIntentPack(join("packs", "intent")).pack;
  await ingest(store, { path: world, intents, clock: systemClock });
  const clock = eventClock(startMs);
  const desk = createDesk({
    state,
    policy: { ...findPolicy(join("packs", "policies", "default.yaml")), mode: "enforce" },
  });
  await desk.adopt(startMs);
  // Asked for at the first look, when the circle is there.
  const leads = (nowMs: number): Promise<Leads | null> => part.leads(nowMs);
  const random = seededRandom(member);
  const watch = await Watch.open(store, { random, intents: intents.intents, leads });
  const failures: unknown[] = [];
  const { wait, next } = steppedRounds(pauseSeconds * 1_000);
  const part: CirclePart = await openCirclePart(
    {
      config: loadConfig(join(folder, "stillwatch.yaml")),
      store,
      state,
      desk,
      watch,
      clock,
      wait,
      onFailure: (error) => failures.push(error),
      journal: openJournal(pino.destination({ dest: join(folder, "journal.ndjson"), sync: true })),
    },
    closings,
  );
  const online = { store, state, watch, desk };
  const keeper = createCampaignKeeper(state);
  const done = followDecisions(online);
  const accused = followAccused(online);
  return {
    online,
    port: part.port,
    circle() {
      if (part.people.circle === undefined) throw new Error(`${member} belongs to no circle`);
      return part.people.circle;
    },
    async advance(untilMs, stepMs) {
      for (let nowMs = clock.nowMs() + stepMs; nowMs <= untilMs; nowMs += stepMs) {
        clock.set(nowMs);
        if (nowMs <= beginsMs) continue;
        await round(online, nowMs);
        accused.follow();
        await keeper.keep(watch.campaigns, nowMs);
        await part.heed(nowMs);
        await done.follow(nowMs);
      }
    },
    async exchange(nowMs) {
      clock.set(nowMs);
      await next();
      if (failures.length > 0) throw failures[0];
      // A retraction that came is heeded between two steps.
      await part.heed(nowMs);
      await done.follow(nowMs);
    },
    leads: () => part.leads(clock.nowMs()),
    acted: done.acted,
    accusedBy: accused.by,
    nowMs: clock.nowMs,
    close: () => closeAll(closings),
  };
}

function followAccused({ watch }: Online) {
  const byIndicator = new Map<string, Set<string>>();
  return {
    by: (indicators: ReadonlySet<string>) => [
      ...new Set([...indicators].flatMap((id) => [...(byIndicator.get(id) ?? [])])),
    ],
    follow(): void {
      for (const { case: found, members } of watch.campaigns)
        for (const { id } of found.leads) {
          const accounts = byIndicator.get(id) ?? new Set<string>();
          byIndicator.set(id, accounts);
          for (const account of members.keys()) accounts.add(account);
        }
    },
  };
}

function followDecisions({ state }: Online) {
  const actions = standingActions();
  const [now, ever] = [new Set<string>(), new Set<string>()];
  let sequence = 0;
  return {
    acted: () => ({ now: [...now].sort(), ever: [...ever].sort() }),
    async follow(nowMs: number): Promise<void> {
      const changes: DecisionDelta[] = [];
      for await (const page of deltasAfter(state, sequence)) {
        invariant(page !== null, "the log of changes is whole");
        changes.push(...page);
      }
      sequence = changes.at(-1)?.sequence ?? sequence;
      for (const { account, action } of actions.follow(changes, nowMs)) {
        if (action === "observe") now.delete(account);
        else now.add(account);
      }
      for (const account of now) ever.add(account);
    },
  };
}
