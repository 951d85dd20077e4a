import type { Desk } from "../../decide/desk/desk.ts";
import { readPages } from "../../decide/desk/pages.ts";
import { memoryOf } from "../../detect/watch/memory.ts";
import type { Watch } from "../../detect/watch/watch.ts";
import type { Store } from "../../store/engine.ts";
import type { State } from "../../store/state/state.ts";
import { keepFacts } from "./facts.ts";

export interface Online {
  readonly store: Store;
  readonly state: State;
  readonly watch: Watch;
  readonly desk: Desk;
}

/**
 * One step of the online path, the same live and in a replay: what came in up to `nowMs` is looked at, and decided on.
 *
 * @returns how many accounts it found out something about.
 */
export async function round({ store, state, watch, desk }: Online, nowMs: number): Promise<number> {
  const standings = await watch.advance(nowMs);
  if (standings.length === 0) {
    await desk.tick(nowMs);
    return 0;
  }
  await keepFacts(
    store,
    state,
    standings.map((standing) => standing.account),
  );
  await state.standings.put(standings);
  await desk.take(standings, nowMs);
  return standings.length;
}

/** Keeps what the watch knows, for the next start. Campaigns that are live no more are closed. */
export async function keepCampaigns({ state, watch }: Pick<Online, "state" | "watch">, nowMs: number): Promise<void> {
  const now = new Date(nowMs).toISOString();
  const live = new Set(watch.campaigns.map((campaign) => campaign.id));
  for (const campaign of watch.campaigns) {
    const known = await state.campaigns.find(campaign.id);
    const { confidence, verdicts, families, capabilities } = campaign.case;
    await state.campaigns.put({
      id: campaign.id,
      state: "live",
      first_seen: known?.first_seen ?? now,
      last_seen: now,
      verdict: { confidence, verdicts, families: { ...families }, capabilities: [...capabilities] },
      memory: memoryOf(campaign),
    });
  }
  const kept = await readPages((page) => state.campaigns.inState("live", page));
  for (const { id } of kept) if (!live.has(id)) await state.campaigns.close(id);
}
