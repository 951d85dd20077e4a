import { hash } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { z } from "zod";
import { startReceiver } from "../../api/notices/receiver.case.ts";
import { loadPolicy } from "../../decide/policy/load.ts";
import { envoyPeer, startEnvoy } from "../../gateway/ext-authz/envoy.case.ts";
import type { Envoy } from "../../gateway/ext-authz/envoy.case.ts";
import { CALLER_KEY } from "../../gateway/http/listen.case.ts";
import { portOf } from "../../kit/http/loopback.case.ts";
import { startStandIn } from "../../gateway/proxy/upstream.case.ts";
import { busyWorld } from "../../sim/busy-world.case.ts";
import type { BusyWorld } from "../../sim/busy-world.case.ts";
import { serverMissing, startCluster } from "../../store/state/database/cluster.case.ts";
import { staffTokens, startServer, writeConfig } from "./serve.case.ts";
import type { Scene } from "./serve.case.ts";
import { surfacesOf } from "./surfaces.case.ts";
import type { Surfaces } from "./surfaces.case.ts";

const hourMs = 3_600_000;
const yearMs = 365 * 24 * hourMs;

/** Blocks the keys of whoever is found: what every surface can do. */
const policyYaml = `name: blocking
description: Blocks the keys of convicted members.
mode: enforce
newly-affected-per-hour: 1000
rules:
  - id: convicted
    title: a member of a convicted campaign
    when: { joined: convicted, extractive: { at-least: 0.5 } }
    scope: key
    category: coordinated-extraction
    steps: [{ action: block, ttl: 7d }]
cases:
  - about: a member
    given: { joined: convicted, extractive: 0.9 }
    expect: { rule: convicted, action: block }
  - about: whoever was let go
    given: { status: released }
    expect: nothing
`;

const secretOf = (account: string): string => `sk-of-${account}`;
const idOf = (account: string): string => `id-of-${account}`;

/** The exchanges as a log has them that tells keys by the provider's ids. */
const withKeyIds = (lines: readonly string[]): string =>
  lines
    .map((line) => {
      const exchange = z.looseObject({ account: z.string() }).parse(JSON.parse(line));
      return JSON.stringify({ ...exchange, key: idOf(exchange.account) });
    })
    .join("\n");

async function prepare(folder: string, world: BusyWorld, mailer: string): Promise<{ config: string; policy: string }> {
  const standIn = await startStandIn();
  onTestFinished(() => standIn.close());
  const config = await writeConfig(
    folder,
    `keys: keys.csv
ext-authz: { listen: 127.0.0.1:0 }
notices: { url: "${mailer}", secret-file: secret }
proxy: { listen: 127.0.0.1:0, upstream: ${standIn.url} }
`,
  );
  const rows = [...world.distillers.keys(), ...world.honest].map(
    (account) => `${hash("sha256", secretOf(account))},${idOf(account)},${account}`,
  );
  await writeFile(join(folder, "keys.csv"), `key,id,account\n${rows.join("\n")}\n`);
  const policy = join(folder, "blocking.yaml");
  await writeFile(policy, policyYaml);
  return { config, policy };
}

async function envoyBefore(scene: Scene): Promise<Envoy | null> {
  if (envoyPeer.skipped) return null;
  const upstream = createServer((_request, response) => response.end("{}")).listen(0, "127.0.0.1");
  await once(upstream, "listening");
  onTestFinished(() => {
    upstream.closeAllConnections();
    upstream.close();
  });
  return startEnvoy({ upstream: portOf(upstream.address()), grpc: scene.extAuthzPort ?? 0, http: scene.port });
}

/** What each surface says to a key. */
async function saidTo(surfaces: Surfaces, key: string): Promise<Record<string, boolean>> {
  const said: Record<string, boolean> = {};
  for (const [name, goesOn] of Object.entries(surfaces)) said[name] = await goesOn(key);
  return said;
}

const all = (surfaces: Surfaces, value: boolean): Record<string, boolean> =>
  Object.fromEntries(Object.keys(surfaces).map((name) => [name, value]));

async function ask(url: string, body: object | null, token?: string): Promise<unknown> {
  const response = await fetch(url, {
    method: body === null ? "GET" : "POST",
    headers: {
      "content-type": "application/json",
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
    ...(body === null ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  expect([url, response.ok, text]).toEqual([url, true, text]);
  return JSON.parse(text);
}

async function refusal(scene: Scene, key: string): Promise<string | undefined> {
  const response = await fetch(`${scene.url}/v1/decide`, {
    method: "POST",
    headers: { "x-api-key": CALLER_KEY, "content-type": "application/json" },
    body: JSON.stringify({ key }),
  });
  return z.object({ reference: z.string().optional() }).parse(await response.json()).reference;
}

let root = "";
let world: BusyWorld;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "stillwatch-end-to-end-"));
  world = await busyWorld(join(root, "world"), 1);
});
afterAll(() => rm(root, { recursive: true, force: true }));

/** From the exchanges of a campaign to an appeal against what was decided of them, and a restart. */
async function watchAndAppeal(folder: string, databaseUrl?: string): Promise<void> {
  const mailer = await startReceiver();
  const { config, policy } = await prepare(folder, world, mailer.url);
  // It comes up with a clock that is a year ahead, and is set right after a round.
  const scene = await startServer(config, loadPolicy(policy), world.startMs + yearMs, databaseUrl);
  onTestFinished(() => scene.stop());
  const surfaces = await surfacesOf(scene, config, await envoyBefore(scene));
  const [honest = ""] = world.honest;

  await scene.handIn("/v1/exchanges?format=account-facts", world.facts);
  await scene.handIn("/v1/exchanges", withKeyIds(world.lines));
  await scene.taken(world.lines.length);
  const refused = async (): Promise<string[]> => {
    const found: string[] = [];
    for (const account of world.distillers.keys())
      if ((await refusal(scene, idOf(account))) !== undefined) found.push(account);
    return found;
  };
  // One look says nothing yet; two must agree.
  await scene.round(4 * hourMs - yearMs);
  expect(await refused()).toEqual([]);
  let acted: string[] = [];
  for (let steps = 0; steps < 3 && acted.length === 0; steps++) {
    await scene.round(4 * hourMs);
    acted = await refused();
  }
  expect(acted.length).toBeGreaterThan(5);
  const [customer = "", other = ""] = acted;
  expect(await saidTo(surfaces, secretOf(customer))).toEqual(all(surfaces, false));
  expect(await saidTo(surfaces, secretOf(other))).toEqual(all(surfaces, false));
  expect(await saidTo(surfaces, secretOf(honest))).toEqual(all(surfaces, true));

  await expect.poll(() => mailer.received.length, { timeout: 30_000 }).toBe(acted.length);
  const reference = mailer.received.find(({ notice }) => notice.account === customer)?.notice.reference ?? "";
  expect(await refusal(scene, idOf(customer))).toBe(reference);
  const statement = { statement: "We are a school, and this is our homework." };
  const { id } = z.object({ id: z.string() }).parse(await ask(`${scene.url}/v1/appeals/${reference}`, statement));
  const appeal = `${scene.url}/v1/desk/appeals/${id}`;
  await ask(`${appeal}/take-up`, {}, staffTokens.Berit);
  await ask(`${appeal}/uphold`, { answer: "You were right.", reason: "a class, by its timetable" }, staffTokens.Berit);
  await expect.poll(() => refusal(scene, idOf(customer)), { timeout: 30_000 }).toBeUndefined();
  expect(await saidTo(surfaces, secretOf(customer))).toEqual(all(surfaces, true));
  expect(await saidTo(surfaces, secretOf(other))).toEqual(all(surfaces, false));
  expect(scene.failures).toEqual([]);
  await scene.stop();

  const restarted = await startServer(config, loadPolicy(policy), scene.clock.nowMs(), databaseUrl);
  onTestFinished(() => restarted.stop());
  const still = acted.filter((account) => account !== customer);
  for (const account of still) expect(await refusal(restarted, idOf(account))).toBeDefined();
  expect(await refusal(restarted, idOf(customer))).toBeUndefined();
}

describe(`a campaign that comes in is stopped at every surface, and whoever appeals with success goes on at every one, also after a restart (Envoy: ${envoyPeer.ifSkipped})`, () => {
  it(
    "with the state in this process (PGlite)",
    () => expect(watchAndAppeal(join(root, "embedded"))).resolves.toBeUndefined(),
    600_000,
  );

  it.skipIf(serverMissing !== undefined)(
    `with the state on a PostgreSQL server${serverMissing === undefined ? "" : ` (skipped: ${serverMissing})`}`,
    async () => {
      const cluster = await startCluster();
      onTestFinished(() => cluster.stop());
      await expect(watchAndAppeal(join(root, "server"), await cluster.createDatabase())).resolves.toBeUndefined();
    },
    600_000,
  );
});
