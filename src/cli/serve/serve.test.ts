import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { Producer } from "@platformatic/kafka";
import { portOf } from "../../kit/http/loopback.case.ts";
import { hasBroker, startBroker } from "../../ingest/kafka/broker.case.ts";
import { goodLine } from "../../ingest/world/scratch.case.ts";
import { fixedClock } from "../../kit/clock.ts";
import { findPolicy } from "../online/policy.ts";
import { checkConfig } from "./check.ts";
import { loadConfig } from "./config.ts";
import type { ServeConfig } from "./config.ts";
import { openJournal } from "./journal.ts";
import { serve } from "./serve.ts";
import { startServer, writeConfig } from "./serve.case.ts";

const startMs = Date.UTC(2026, 0, 5);

let root = "";

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "stillwatch-serve-"));
});

afterAll(async () => {
  await rm(root, { recursive: true, force: true });
});

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
      onTestFinished(() => second.stop());
      await second.taken(1);
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
