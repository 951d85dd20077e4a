import { barFor, judge, ownBars } from "../../src/detect/campaigns/verdict.ts";
import type { Verdict } from "../../src/detect/campaigns/verdict.ts";
import type { Kind } from "./hand.ts";
import type { Outcome } from "./record.ts";

/** Nominal rates that are tried. The one that ships is `falseCampaignRate` of `detect/campaigns/verdict.ts`. */
export const rates = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5] as const;

export interface Group {
  readonly verdict: Verdict;
  readonly kind: Kind;
}

/** What a scan would have said of the groups of one log, had it been set to a nominal rate. */
export function outcomeAt(rate: number, groups: readonly Group[]): Outcome {
  const bars = ownBars(
    groups.map(({ verdict }) => verdict),
    rate,
  );
  const again = groups.map(({ verdict, kind }) => ({
    verdict: judge(verdict, barFor(bars, verdict.observation.candidate)),
    kind,
  }));
  const tally = (says: (verdict: Verdict) => boolean) => {
    const said = again.filter(({ verdict }) => says(verdict));
    const of = (which: Kind): number => said.filter(({ kind }) => kind === which).length;
    return { groups: said.length, mixed: of("mixed"), strangers: of("strangers") };
  };
  return {
    rate,
    passed: tally(({ logE, bar }) => logE >= bar),
    coordinated: tally(({ coordinated }) => coordinated),
    convicted: tally(({ convicted }) => convicted),
  };
}
