import { expect, it } from "vitest";
import { seededRandom } from "../../kit/random.ts";
import type { Exchange } from "../../model/exchange.ts";
import { ndjson, withLog } from "../../ingest/world/scratch.case.ts";
import { sql } from "../../store/sql.ts";
import { buildInfrastructure } from "../observation/infrastructure-tokens.ts";
import { accountNames, withDetectLog } from "../log.case.ts";
import type { Asked } from "../log.case.ts";
import { buildRefusals } from "../refusals.ts";
import { buildTasks } from "../tasks/tasks.ts";
import { shareResumptions } from "./resumptions.ts";
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
    await buildRefusals(store);
    await shareResumptions(store);
    const names = await store.rows<{ account: string }>(sql`SELECT account FROM detect_account ORDER BY account_index`);
    const groups = await groupsOfTraces(await shareTraces(store, true), 3, seededRandom(1));
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

/** What was refused at one account and answered within minutes at the next. */
const resumed = (accounts: readonly string[], items: number): Asked[] =>
  Array.from({ length: items }, (_, i) =>
    [429, 200].map((status, turn) => ({
      account: accounts[(i + turn) % accounts.length]!,
      text: `${accounts[0]} wants item ${i} of many`,
      minute: 60 * i + turn,
      status,
    })),
  ).flat();

it("leads on from accounts that requests were resumed between where there is text, and to nobody else", async () => {
  const network = accountNames("relay", 4);
  const behind = ["relay-behind"];
  const office = accountNames("office", 6);
  const campus = accountNames("campus", 30);
  const facts = [
    ...[network[0]!, ...behind].map((account) => ({ account, payment: "pm_relay" })),
    ...office.map((account) => ({ account, payment: "pm_office" })),
    // Of so many one belongs to the network, too.
    ...[network[1]!, ...campus].map((account) => ({ account, payment: "pm_campus" })),
  ];
  const asked = [
    ...resumed(network, 40),
    ...[...behind, ...office, ...campus].map((account) => ({ account, text: `something that ${account} asks` })),
  ];
  await withDetectLog({ asked, facts }, async ({ store, indexOf }) => {
    await buildInfrastructure(store);
    await shareResumptions(store);
    const groups = async (withoutText: boolean): Promise<string[]> => {
      const found = await groupsOfTraces(await shareTraces(store, withoutText), 3, seededRandom(1));
      return [...new Set(found.flatMap(([, list]) => list.map((group) => group.toSorted((a, b) => a - b).join())))];
    };
    const indices = (names: readonly string[]): string =>
      names
        .map(indexOf)
        .sort((a, b) => a - b)
        .join();
    expect((await groups(false)).sort()).toEqual([indices(network), indices([...network, ...behind])].sort());
    expect(await groups(true)).toContain(indices(office));
  });
});
