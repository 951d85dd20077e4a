import { standingsMax } from "../../decide/desk/decide.ts";
import type { Desk } from "../../decide/desk/desk.ts";
import type { Watch } from "../../detect/watch/watch.ts";
import { inSlices } from "../../kit/slices.ts";
import type { Standing } from "../../model/decision.ts";
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
export async function round(online: Online, nowMs: number): Promise<number> {
  const standings = await online.watch.advance(nowMs);
  await decide(online, standings, nowMs);
  return standings.length;
}

/** The second half of a step, for who makes the first half of the next one meanwhile: the watch asks nothing of the desk. */
export async function decide(
  { store, state, desk }: Omit<Online, "watch">,
  standings: readonly Standing[],
  nowMs: number,
): Promise<void> {
  if (standings.length === 0) {
    await desk.tick(nowMs);
    return;
  }
  await keepFacts(
    store,
    state,
    standings.map((standing) => standing.account),
  );
  for (const some of inSlices(standings, standingsMax)) await desk.take(some, nowMs);
}
