import { afterAll, beforeAll, describe } from "vitest";
import { serverMissing, startCluster } from "./database/cluster.case.ts";
import type { Cluster } from "./database/cluster.case.ts";
import { describeState } from "./state.case.ts";

describe("in this process (PGlite)", () => {
  describeState(() => ({}));
});

describe.skipIf(serverMissing !== undefined)(
  `on a PostgreSQL server${serverMissing === undefined ? "" : ` (skipped: ${serverMissing})`}`,
  () => {
    let cluster: Cluster;
    let url: string;
    beforeAll(async () => {
      cluster = await startCluster();
      url = await cluster.createDatabase();
    });
    afterAll(() => cluster?.stop());

    describeState(() => ({ url }));
  },
);
