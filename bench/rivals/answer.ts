import type { Answer } from "../../src/cli/evaluate/score.ts";
import { detect } from "../../src/detect/detect.ts";
import type { IntentPack } from "../../src/ingest/intent/pack.ts";
import { seededRandom } from "../../src/kit/random.ts";
import type { AccountScore } from "../../src/model/report.ts";
import type { AccountLog } from "./account-log.ts";
import type { Suspects } from "./rival.ts";

/** The answer of the project's own detector, as `scan` runs it. */
export async function answerOfStillwatch({ store }: AccountLog, { intents }: IntentPack): Promise<Answer> {
  const detection = await detect(store, { random: seededRandom("scan"), intents });
  const scores: AccountScore[] = [];
  for await (const score of detection.scores()) scores.push(score);
  return { scores, campaigns: detection.campaigns };
}

/** A rival's answer in the form that the scorer reads: every suspect is acted on, every cluster is a campaign. */
export function answerOf(suspects: Suspects): Answer {
  const clusters = new Map<string, string[]>();
  for (const [account, { cluster }] of suspects) {
    if (cluster === null) continue;
    const accounts = clusters.get(cluster);
    if (accounts === undefined) clusters.set(cluster, [account]);
    else accounts.push(account);
  }
  return {
    scores: [...suspects].map(([account, { score, cluster }]) => ({
      account,
      score,
      campaign: cluster,
      action: "challenge",
      reasons: [],
    })),
    campaigns: [...clusters].map(([id, accounts]) => ({ id, accounts, without: [] })),
  };
}
