import { detect } from "../../src/detect/detect.ts";
import type { IntentPack } from "../../src/ingest/intent/pack.ts";
import { seededRandom } from "../../src/kit/random.ts";
import type { AccountLog } from "./account-log.ts";
import type { Answer } from "./score.ts";

/** The project's own detector, as `scan` runs it. */
export async function runStillwatch({ store }: AccountLog, { intents }: IntentPack): Promise<Answer> {
  const detection = await detect(store, { random: seededRandom("scan"), intents });
  const flagged = new Set<string>();
  for await (const { account, action } of detection.scores()) if (action !== "observe") flagged.add(account);
  return {
    flagged,
    clusters: new Map(
      detection.campaigns.flatMap(({ id, accounts }) => accounts.map((account): [string, string] => [account, id])),
    ),
  };
}
