import { ingest } from "../../src/ingest/ingest.ts";
import type { IntentPack } from "../../src/ingest/intent/pack.ts";
import { systemClock } from "../../src/kit/clock.ts";
import type { Truth } from "../../src/model/truth.ts";
import { openEngine } from "../../src/store/engine.ts";
import { readTruth, withFolder } from "../worlds.ts";
import type { WorldSource } from "../worlds.ts";
import { numberAccounts } from "./account-log.ts";
import type { AccountLog } from "./account-log.ts";

export interface OpenWorld {
  readonly log: AccountLog;
  readonly truth: readonly Truth[];
  readonly exchanges: number;
}

/** Ingests a world into a store of its own, hands it over, and removes both afterwards. */
export function withWorld<Result>(
  source: WorldSource,
  intents: IntentPack,
  use: (world: OpenWorld) => Promise<Result>,
): Promise<Result> {
  return withFolder(source, async (folder) => {
    const store = await openEngine();
    try {
      const summary = await ingest(store, { path: folder, intents, clock: systemClock });
      const truth = await readTruth(store, folder);
      return await use({ log: await numberAccounts(store), truth, exchanges: summary.exchanges });
    } finally {
      await store.close();
    }
  });
}
