import { personWorkload } from "../people/person.ts";
import type { Habits } from "../people/habits.ts";
import { arrivals, type Rhythm } from "../traffic/arrivals.ts";
import { TrafficSource, type SourceOptions } from "../traffic/source.ts";
import type { World } from "../world.ts";

/** Conversations that somebody has besides, on an account that a program works on. `load`: exchanges over the whole world. */
export function talksBeside(
  world: World,
  common: Pick<SourceOptions, "random" | "desk" | "failureChance" | "endMs">,
  { habits, rhythm, load }: { habits: Habits; rhythm: Rhythm; load: number },
): TrafficSource {
  const { random, endMs } = common;
  const perDay = load / habits.turnsMean / world.days;
  return new TrafficSource({
    ...common,
    starts: arrivals({ random, startMs: world.startMs, endMs, perDay, rhythm, burst: 0.4 + random.next() }),
    workload: personWorkload(world, random, habits, {}),
  });
}
