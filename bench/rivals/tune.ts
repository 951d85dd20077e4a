import type { AccountLog } from "./account-log.ts";
import type { Truth } from "../../src/model/truth.ts";
import type { Rival, Setting, Suspects } from "./rival.ts";

// Limits.
/** The share of honest accounts that the strict operating point may flag. */
const honestShareMax = 1 / 1_000;

/** What a method is tuned for: the best F1, or the best recall at one honest account in a thousand at most. */
export type Objective = "F1" | "1 in 1,000";

/** A method with its parameters set. */
export interface Contestant {
  readonly name: string;
  readonly source: string;
  readonly tunedFor: readonly Objective[];
  readonly parameters: Setting;
  detect(log: AccountLog): Promise<Suspects>;
}

interface Counts {
  distillers: number;
  honest: number;
  found: number;
  falselyFlagged: number;
}

/** Gathers how every setting of one rival does on worlds that are open one after the other, then chooses. */
export interface Tuning {
  readonly name: string;
  readonly settings: number;
  tryAll(log: AccountLog, truth: readonly Truth[]): Promise<void>;
  /** One contestant for each objective; one for both where they agree. */
  choose(): Contestant[];
}

export function tuningOf<Parameters extends Setting>(rival: Rival<Parameters>): Tuning {
  const tried = rival.grid.map((parameters) => ({
    parameters,
    counts: { distillers: 0, honest: 0, found: 0, falselyFlagged: 0 },
  }));
  return {
    name: rival.name,
    settings: tried.length,
    async tryAll(log, truth) {
      const detect = rival.open(log);
      for (const { parameters, counts } of tried) addCounts(counts, truth, await detect(parameters));
    },
    choose() {
      const strict = tried.filter(({ counts }) => counts.falselyFlagged <= counts.honest * honestShareMax);
      const forF1 = best(tried, ({ counts }) => f1(counts));
      const forFew =
        strict.length > 0
          ? best(strict, ({ counts }) => counts.found)
          : // Where every setting flags more, the one that flags fewest is as near as the method comes.
            best(tried, ({ counts }) => -counts.falselyFlagged);
      const contestant = (tunedFor: readonly Objective[], { parameters }: typeof forF1): Contestant => ({
        name: rival.name,
        source: rival.source,
        tunedFor,
        parameters,
        detect: (log) => rival.open(log)(parameters),
      });
      return forF1 === forFew
        ? [contestant(["F1", "1 in 1,000"], forF1)]
        : [contestant(["F1"], forF1), contestant(["1 in 1,000"], forFew)];
    },
  };
}

function addCounts(counts: Counts, truth: readonly Truth[], suspects: Suspects): void {
  for (const entry of truth) {
    const flagged = suspects.has(entry.account);
    if (entry.label === "distiller") {
      counts.distillers++;
      if (flagged) counts.found++;
    } else {
      counts.honest++;
      if (flagged) counts.falselyFlagged++;
    }
  }
}

function f1({ distillers, found, falselyFlagged }: Counts): number {
  return found === 0 ? 0 : (2 * found) / (found + falselyFlagged + distillers);
}

/** The one of the highest value; among equals that which flags fewest honest accounts, then the first. */
function best<Tried extends { readonly counts: Counts }>(
  tried: readonly Tried[],
  valueOf: (tried: Tried) => number,
): Tried {
  return tried.reduce((before, now) => {
    const gain = valueOf(now) - valueOf(before);
    return gain > 0 || (gain === 0 && now.counts.falselyFlagged < before.counts.falselyFlagged) ? now : before;
  });
}
