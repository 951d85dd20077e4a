import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { Producer } from "@platformatic/kafka";
import { z } from "zod";
import { portOf } from "../../kit/http/loopback.case.ts";
import { hasBroker, startBroker } from "../../ingest/kafka/broker.case.ts";
import { CALLER_KEY } from "../../gateway/http/listen.case.ts";
import { goodLine } from "../../ingest/world/scratch.case.ts";
import { fixedClock } from "../../kit/clock.ts";
import { findPolicy } from "../online/policy.ts";
import { checkConfig } from "./check.ts";
import { loadConfig } from "./config.ts";
import type { ServeConfig } from "./config.ts";
import { openJournal } from "./journal.ts";
import { serve } from "./serve.ts";
import { staffTokens, startServer, writeConfig } from "./serve.case.ts";
import { serverMissing, startCluster } from "../../store/state/database/cluster.case.ts";
import type { Scene } from "./serve.case.ts";

const startMs = Date.UTC(2026, 0, 5);

let root = "";

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "stillwatch-serve-"));
});

afterAll(async () => {
  await rm(root, { recursive: true, force: true });
});

const post = (url: string, body: object, headers: Record<string, string>): Promise<Response> =>
  fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
  });

function order({ url }: Scene, account: string): Promise<Response> {
  const body = { account, step: { action: "block", ttl: "7d" }, reason: "a test" };
  return post(`${url}/v1/desk/decisions`, body, { authorization: `Bearer ${staffTokens.Ada}` });
}

async function isAllowed({ url }: Scene, account: string): Promise<boolean> {
  const answer = await post(`${url}/v1/decide`, { account }, { "x-api-key": CALLER_KEY });
  return z.object({ allowed: z.boolean() }).parse(await answer.json()).allowed;
}

describe("serve", () => {
  it("does not start on an address that is taken, and lets go of everything", async () => {
    const other = createServer().listen(0, "127.0.0.1");
    await once(other, "listening");
    const taken = `127.0.0.1:${portOf(other.address())}`;
    const config = loadConfig(await writeConfig(join(root, "taken")));
    const options = {
      policy: findPolicy("observe"),
      databaseUrl: undefined,
      clock: fixedClock(startMs),
      journal: openJournal({ write: () => {} }),
    };
    await expect(serve({ config: { ...config, listen: taken }, ...options })).rejects.toThrow(
      `cannot listen on ${taken}`,
    );
    other.close();
    const serving = await serve({ config, ...options });
    expect((await fetch(`http://127.0.0.1:${serving.port}/nothing`)).status).toBe(404);
    await serving.stop();
  }, 300_000);

  it.skipIf(!hasBroker)(
    "takes exchanges from a topic, each once, also after a restart (skipped where .ci/install-kafka was not run)",
    async () => {
      const broker = await startBroker();
      onTestFinished(() => broker.stop());
      await broker.createTopic("exchanges", 1);
      const producer = new Producer({ clientId: "test", bootstrapBrokers: [broker.address] });
      onTestFinished(() => producer.close());
      const produce = (...ids: readonly string[]): Promise<unknown> =>
        producer.send({
          messages: ids.map((id) => ({ topic: "exchanges", value: Buffer.from(JSON.stringify({ ...goodLine, id })) })),
        });
      const config = await writeConfig(
        join(root, "kafka"),
        `kafka: { brokers: ["${broker.address}"], topics: [exchanges] }\n`,
      );
      await produce("1", "2", "2");
      const first = await startServer(config, findPolicy("observe"), startMs);
      await first.taken(2);
      expect(first.failures).toEqual([]);
      await first.stop();
      await produce("2", "3");
      const second = await startServer(config, findPolicy("observe"), startMs);
      await second.taken(1);
      const health = async (url: string): Promise<unknown> => (await fetch(`${url}/healthz`)).json();
      expect(await health(second.url)).toMatchObject({ intake: { kafkaStopped: null } });
      const probed = [
        await fetch(`${second.url}/healthz?probe`),
        await fetch(`${second.url}/healthz`, { method: "POST" }),
      ];
      expect(probed.map(({ status }) => status)).toEqual([200, 405]);
      await second.stop();

      const wrong = await writeConfig(
        join(root, "no-topic"),
        `kafka: { brokers: ["${broker.address}"], topics: ["no topic"] }\n`,
      );
      const third = await startServer(wrong, findPolicy("observe"), startMs);
      onTestFinished(() => third.stop());
      const kafkaStopped = "Kafka refuses with INVALID_TOPIC_EXCEPTION";
      await expect.poll(() => health(third.url), { timeout: 60_000 }).toMatchObject({ intake: { kafkaStopped } });
      expect(third.failures).toEqual([expect.stringContaining("mend the names in kafka.topics")]);
      // All else goes on.
      await third.handIn("/v1/exchanges", JSON.stringify({ ...goodLine, id: "4" }));
      await third.taken(1);
    },
    300_000,
  );

  it.skipIf(serverMissing !== undefined)(
    `goes on while its PostgreSQL server is down, tells of it, and needs no restart once it is back${serverMissing === undefined ? "" : ` (skipped: ${serverMissing})`}`,
    async () => {
      const cluster = await startCluster();
      onTestFinished(() => cluster.stop());
      const config = await writeConfig(join(root, "down"));
      const scene = await startServer(config, findPolicy("observe"), startMs, await cluster.createDatabase());
      onTestFinished(() => scene.stop());
      const health = async (): Promise<unknown> => (await fetch(`${scene.url}/healthz`)).json();
      const line = (id: string): string =>
        JSON.stringify({ ...goodLine, id, time: new Date(scene.clock.nowMs()).toISOString() });
      expect((await order(scene, "before")).status).toBe(201);
      await expect.poll(() => isAllowed(scene, "before")).toBe(false);

      await expect.poll(health).toMatchObject({ round: { atMs: startMs }, failing: [] });
      await cluster.halt();
      const refused = await order(scene, "meanwhile");
      expect([refused.status, refused.headers.get("retry-after")]).toEqual([503, "10"]);
      await scene.handIn("/v1/exchanges", line("1"));
      await scene.taken(1);
      scene.next(60_000);
      const told = "the state's database can't be used";
      await expect.poll(health).toMatchObject({ decisions: { ageMs: 60_000 }, failing: [{ error: told }] });
      expect(scene.failures.some((failure) => failure.includes(told))).toBe(true);
      expect([await isAllowed(scene, "before"), await isAllowed(scene, "meanwhile")]).toEqual([false, true]);

      await cluster.resume();
      await expect.poll(health).toMatchObject({ decisions: { ageMs: 0 } });
      expect((await order(scene, "after")).status).toBe(201);
      await expect.poll(() => isAllowed(scene, "after")).toBe(false);
      await scene.round(60_000);
      await scene.handIn("/v1/exchanges", line("2"));
      await scene.taken(2);
    },
    300_000,
  );

  it("says what is wrong with a configuration, and where", async () => {
    const path = join(root, "wrong.yaml");
    await writeFile(path, "listen: here\ndata: x\n");
    expect(() => loadConfig(path)).toThrow(/wrong\.yaml:1:1: listen: give a host and a port/);
    for (const [url, wrong] of [
      ["http://a.example/", "give an https address"],
      ["https://a.example/taxii/", "give scheme, host and port"],
    ] as const) {
      const files = "members: x, signing-key-file: x, log-key-file: x, circle-keys-file: x";
      const more = `circle: { public-url: "${url}", self: member-a, ${files} }\n`;
      const circle = await writeConfig(join(root, "circle"), more);
      expect(() => loadConfig(circle)).toThrow(`circle.public-url: ${wrong}`);
    }
  });

  it("keeps for as long as it is told, but what can be appealed for no less than that", async () => {
    const keep = async (lines: string) => loadConfig(await writeConfig(join(root, "keep"), lines)).keep;
    const usual = await keep("");
    expect(usual).toMatchObject({ text: false, days: 30, state: { decisions: 400, standings: 90 } });
    const chosen = await keep("keep: { days: 60, state: { standings: 30 } }\n");
    expect(chosen).toEqual({ ...usual, days: 60, state: { ...usual.state, standings: 30 } });
    await expect(keep("keep: { state: { decisions: 189 } }\n")).rejects.toThrow("keep.state.decisions: Too small");
  });

  it("says before it opens any data what of a configuration won't do", async () => {
    const proxy = "listen: 127.0.0.1:0, upstream: 'https://api.example.com'";
    const folder = join(root, "unusable");
    const good = loadConfig(await writeConfig(folder, `proxy: { ${proxy}, trusted-proxies: [10.0.0.0/8] }\n`));
    const clock = fixedClock(startMs);
    await checkConfig(good, clock);
    const missing = join(folder, "missing");
    const changes: readonly (readonly [Partial<ServeConfig>, string])[] = [
      [{ "key-secret-file": missing }, `the secret for API keys, ${missing}, can't be read`],
      [{ keys: missing }, missing],
      [{ notices: { url: "https://a.example/", "secret-file": missing } }, "the secret for notices"],
      [{ customers: { ...good.customers, appeal: "https://a.example/" } }, 'the address for customers "appeal"'],
      [{ "trusted-proxies": ["near"] }, "near is no address and no network"],
      [{ proxy: { ...good.proxy!, upstream: "ftp://a.example/" } }, "is no address of an API"],
      [{ proxy: { ...good.proxy!, "trusted-proxies": ["far"] } }, "far is no address and no network"],
    ];
    for (const [change, wrong] of changes)
      await expect(checkConfig({ ...good, ...change }, clock)).rejects.toThrow(wrong);
  });
});
