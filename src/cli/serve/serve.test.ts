import { createHash } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { once } from "node:events";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { fixedClock } from "../../kit/clock.ts";
import type { Wait } from "../../kit/wait.ts";
import { systemWait } from "../../kit/wait.ts";
import { busyWorld } from "../../sim/busy-world.case.ts";
import { findPolicy } from "../online/policy.ts";
import { loadConfig } from "./config.ts";
import { openJournal } from "./journal.ts";
import { serve } from "./serve.ts";

const hourMs = 3_600_000;
const token = "a-token-of-this-test";
const digest = createHash("sha256").update(token).digest("hex");

let root = "";

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "stillwatch-serve-"));
});

afterAll(async () => {
  await rm(root, { recursive: true, force: true });
});

async function configAt(name: string): Promise<string> {
  const path = join(root, `${name}.yaml`);
  await writeFile(join(root, "secret"), "0123456789abcdef0123456789abcdef");
  await writeFile(
    path,
    `listen: 127.0.0.1:0
data: ${name}
key-secret-file: secret
intake:
  token-sha256: [${digest}]
callers:
  - { name: edge, key-sha256: ${digest} }
customers:
  appeal: https://example.com/appeal/{reference}
  verify: https://example.com/verify/{reference}
`,
  );
  return path;
}

/** Rounds are made when the test says so; every other wait is short. */
function rounds(): { wait: Wait; next(): void } {
  let next = (): void => {};
  return {
    wait: (ms, signal) =>
      ms < 60_000
        ? systemWait(Math.min(ms, 20), signal)
        : new Promise((done) => {
            next = done;
            if (signal.aborted) done();
            signal.addEventListener("abort", () => done());
          }),
    next: () => next(),
  };
}

const healthSchema = z.object({
  intake: z.object({ exchanges: z.number() }),
  decisions: z.object({ held: z.number() }),
  round: z.object({ atMs: z.number(), campaigns: z.number() }).nullable(),
});

describe("serve", () => {
  it("does not start on an address that is taken, and lets go of everything", async () => {
    const other = createServer().listen(0, "127.0.0.1");
    await once(other, "listening");
    const taken = z.object({ port: z.number() }).parse(other.address()).port;
    const config = loadConfig(await configAt("data"));
    const options = {
      policy: findPolicy("observe"),
      databaseUrl: undefined,
      clock: fixedClock(Date.UTC(2026, 0, 5)),
      journal: openJournal({ write: () => {} }),
    };
    await expect(serve({ config: { ...config, listen: `127.0.0.1:${taken}` }, ...options })).rejects.toThrow(
      `cannot listen on 127.0.0.1:${taken}`,
    );
    other.close();
    const serving = await serve({ config, ...options });
    expect((await fetch(`http://127.0.0.1:${serving.port}/nothing`)).status).toBe(404);
    await serving.stop();
  }, 300_000);

  it("takes exchanges in, finds the campaigns in them, and tells a gateway what to do; also after a restart", async () => {
    const world = await busyWorld(join(root, "world"), 1);
    const { lines, facts, startMs } = world;
    const distillers = [...world.distillers.keys()];
    const config = loadConfig(await configAt("data"));
    const policy = { ...findPolicy("default"), mode: "enforce" as const };
    const clock = fixedClock(startMs);
    const { wait, next } = rounds();
    const failures: string[] = [];
    const journal = openJournal({ write: (line) => void (line.includes('"level":50') && failures.push(line)) });
    const first = await serve({ config, policy, databaseUrl: undefined, clock, wait, journal });
    const at = `http://127.0.0.1:${first.port}`;
    const health = async () => healthSchema.parse(await (await fetch(`${at}/healthz`)).json());
    const post = async (path: string, body: string): Promise<Response> =>
      fetch(`${at}${path}`, { method: "POST", body, headers: { authorization: `Bearer ${token}` } });
    expect((await post("/v1/exchanges?format=account-facts", facts)).status).toBe(202);
    expect((await post("/v1/exchanges", lines.join("\n"))).status).toBe(202);
    await expect.poll(async () => (await health()).intake.exchanges, { timeout: 60_000 }).toBe(lines.length);
    for (let hours = 4; hours <= 16; hours += 4) {
      clock.advance(4 * hourMs);
      next();
      const nowMs = clock.nowMs();
      await expect
        .poll(async () => ({ failures, atMs: (await health()).round?.atMs }), { timeout: 120_000 })
        .toEqual({ failures: [], atMs: nowMs });
    }
    const acted = async (port: number): Promise<string[]> => {
      const answers = await Promise.all(
        distillers.map(async (account) => {
          const response = await fetch(`http://127.0.0.1:${port}/v1/decide`, {
            method: "POST",
            headers: { "x-api-key": token, "content-type": "application/json" },
            body: JSON.stringify({ account }),
          });
          return z.object({ action: z.string() }).parse(await response.json()).action === "allow" ? [] : account;
        }),
      );
      return answers.flat();
    };
    const before = await acted(first.port);
    expect(before.length).toBeGreaterThan(distillers.length / 3);
    await first.stop();

    const second = await serve({ config, policy, databaseUrl: undefined, clock, wait, journal });
    expect(await acted(second.port)).toEqual(before);
    await second.stop();
  }, 600_000);

  it("says what is wrong with a configuration, and where", async () => {
    const path = join(root, "wrong.yaml");
    await writeFile(path, "listen: here\ndata: x\n");
    expect(() => loadConfig(path)).toThrow(/wrong\.yaml:1:1: listen: give a host and a port/);
  });
});
