import type { Random } from "../../kit/random.ts";
import { token, weighted } from "../draw.ts";
import type { Workload } from "../traffic/task.ts";
import type { World } from "../world.ts";
import { drawCountry } from "./address.ts";
import { drawHabits } from "./habits.ts";
import { personWorkload } from "./person.ts";

export interface CrowdOptions {
  readonly size: number;
  readonly codeShare: number;
  readonly system?: string | undefined;
  /** Whether requests carry the pseudonym of the person behind them. */
  readonly showsEndUser: boolean;
}

/** Many unrelated people behind one seller, one firm or one relay: each with habits of their own, some far busier than others. */
export function crowdWorkload(world: World, random: Random, options: CrowdOptions): Workload {
  const people = Array.from({ length: Math.max(1, options.size) }, (_, rank): readonly [Workload, number] => {
    const habits = drawHabits(world, random, {
      language: drawCountry(random).language,
      codeShare: random.chance(options.codeShare) ? 0.7 : 0,
      turnsMean: 2.4,
      paramsChance: 0.3,
      outputMedian: 220,
    });
    const endUser = options.showsEndUser ? `eu-${token(random, 8)}` : undefined;
    return [personWorkload(world, random, habits, { system: options.system, endUser }), 1 / (rank + 1) ** 0.8];
  });
  const draw = weighted(people);
  return {
    callsMean: 2.4,
    begin: (timeMs, account) => draw.draw(random).begin(timeMs, account),
  };
}
