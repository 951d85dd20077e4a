import type { Random } from "../../kit/random.ts";
import { arrivals, drawRhythm, type RhythmKind } from "../traffic/arrivals.ts";
import type { Desk } from "../traffic/desk.ts";
import { type Source, TrafficSource } from "../traffic/source.ts";
import type { Workload } from "../traffic/task.ts";
import type { World } from "../world.ts";

export interface SteadyTraffic {
  /** Exchanges that it is expected to send over the whole world. */
  readonly load: number;
  readonly workload: Workload;
  readonly desk: Desk;
  readonly rhythm: RhythmKind;
  /** Hours east of UTC. */
  readonly zone: number;
  /** How much it comes in bursts, drawn between the two. */
  readonly burst: { readonly least: number; readonly spread: number };
  /** Share of calls that end in 429, 529 or 500. */
  readonly failureChance: number;
  /** Whether something is sent however small the load. */
  readonly atLeastOne?: boolean;
}

/** Somebody who sends exchanges from the beginning of a world to its end. */
export function steadySource(world: World, random: Random, traffic: SteadyTraffic): Source {
  const { startMs, endMs, days } = world;
  const { load, workload, desk, zone, burst, failureChance, atLeastOne = false } = traffic;
  const rhythm = drawRhythm(random, traffic.rhythm, zone);
  const starts = arrivals({
    random,
    startMs,
    endMs,
    perDay: load / workload.callsMean / days,
    rhythm,
    burst: burst.least + random.next() * burst.spread,
    atLeastOne,
  });
  return new TrafficSource({ random, starts, workload, desk, failureChance, endMs });
}
