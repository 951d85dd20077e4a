import { expect, it } from "vitest";
import { seededRandom } from "../../kit/random.ts";
import type { Exchange } from "../../model/exchange.ts";
import { ndjson, withLog } from "../../ingest/world/scratch.case.ts";
import { sql } from "../../store/sql.ts";
import { buildInfrastructure } from "../observation/infrastructure-tokens.ts";
import { buildTasks } from "../tasks/tasks.ts";
import { formingKinds, groupsOfTraces, shareTraces } from "./traces.ts";

const random = seededRandom("traces");

/** Requests of one account from addresses of a pool. */
const from = (account: string, pool: readonly string[], requests = 12): Partial<Exchange>[] =>
  Array.from({ length: requests }, (_, i) => ({
    time: new Date(Date.UTC(2026, 0, 5) + 3_600_000 * i).toISOString(),
    id: `${account}-${i}`,
    account,
    model: "aster-3-mini",
    ip: random.pick(pool),
  }));

it("brings together whom a pool of addresses serves, and apart from them who shares a payment", async () => {
  const pool = Array.from({ length: 10 }, (_, i) => `198.51.100.${i}`);
  const hydra = ["h1", "h2", "h3", "h4", "h5"];
  const household = ["f1", "f2", "f3"];
  const others = Array.from({ length: 20 }, (_, i) => `o${i}`);
  const exchanges = [
    ...hydra.flatMap((account) => from(account, pool)),
    ...[...household, ...others].flatMap((account, i) => from(account, [`203.0.113.${i}`])),
  ];
  const facts = [
    ...household.map((account) => ({ account, payment: "pm_home" })),
    ...others.map((account) => ({ account, payment: `pm_${account}` })),
  ];
  const files = { "exchanges-0.ndjson": ndjson(exchanges), "accounts.ndjson": ndjson(facts) };
  await withLog(files, async ({ store }) => {
    await buildTasks(store);
    await buildInfrastructure(store);
    const names = await store.rows<{ account: string }>(sql`SELECT account FROM detect_account ORDER BY account_index`);
    const groups = await groupsOfTraces(await shareTraces(store), 3, seededRandom(1));
    const named = groups.map(([source, list]) => [
      source,
      new Set(
        list.map((group) =>
          group
            .map((index) => names[index]!.account)
            .sort()
            .join(),
        ),
      ),
    ]);
    expect(named).toEqual([
      ["addresses", new Set([hydra.join()])],
      ["identifiers", new Set([household.join()])],
    ]);
  });
});

it("judges by what did not bring the accounts together", () => {
  expect(formingKinds("addresses")).toEqual(["ip", "signup_ip"]);
  expect(formingKinds("identifiers")).toEqual(["payment", "device", "phone", "end_user"]);
  expect(formingKinds("templates")).toEqual([]);
});
