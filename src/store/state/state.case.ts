import { afterAll, beforeAll, describe } from "vitest";
import { describeAppeals } from "./appeals.case.ts";
import { describeAudit } from "./audit.case.ts";
import { describeCircle } from "./circle.case.ts";
import { openDatabase } from "./database/database.ts";
import type { Database, DatabaseOptions } from "./database/database.ts";
import { describeDecisions } from "./decisions.case.ts";
import { describeIntelligence } from "./intelligence.case.ts";
import { migrations } from "./migrations.ts";
import { describeNouns } from "./nouns.case.ts";
import { describeRetention } from "./retention.case.ts";
import { describeSharing } from "./sharing.case.ts";
import { describeSharedObjects } from "./shared-objects.case.ts";
import { stateOn } from "./state.ts";
import type { State } from "./state.ts";

/** What every PostgreSQL has to do for us. The cases share one state; what each of them writes has names of its own. */
export function describeState(options: () => DatabaseOptions): void {
  describe("the state", () => {
    let database: Database;
    let state: State;
    beforeAll(async () => {
      database = await openDatabase(options(), migrations);
      state = stateOn(database);
    });
    afterAll(() => state?.close());

    describeNouns(() => state);
    describeDecisions(() => state);
    describeAppeals(() => state);
    describeAudit(() => ({ state, database }));
    describeRetention(() => state);
    describeSharing(() => state);
    describeSharedObjects(() => state);
    describeCircle(() => ({ state, database }));
    describeIntelligence(() => state);
  });
}
