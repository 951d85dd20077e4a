import { hash } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "vitest";
import { z } from "zod";
import { CALLER_KEY } from "../../gateway/http/listen.case.ts";
import { fixedClock } from "../../kit/clock.ts";
import { systemWait } from "../../kit/wait.ts";
import type { Wait } from "../../kit/wait.ts";
import type { Policy } from "../../decide/policy/policy.ts";
import { loadConfig } from "./config.ts";
import { openJournal } from "./journal.ts";
import { serve } from "./serve.ts";
import type { Serving } from "./serve.ts";

/** Of who hands exchanges in. */
export const senderToken = "a-token-of-this-test";
/** Of Ada, who decides, and of Berit, who judges appeals. */
export const staffTokens = { Ada: "a-token-of-ada", Berit: "a-token-of-berit" } as const;

/** Writes a configuration, with more lines of it as given, and the secret; its path. */
export async function writeConfig(folder: string, more = ""): Promise<string> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "secret"), "0123456789abcdef0123456789abcdef");
  const path = join(folder, "stillwatch.yaml");
  const digest = (token: string): string => hash("sha256", token);
  await writeFile(
    path,
    `listen: 127.0.0.1:0
data: data
key-secret-file: secret
intake:
  token-sha256: [${digest(senderToken)}]
callers:
  - { name: edge, key-sha256: ${digest(CALLER_KEY)} }
staff:
  - { name: Ada, token-sha256: ${digest(staffTokens.Ada)}, roles: [operator] }
  - { name: Berit, token-sha256: ${digest(staffTokens.Berit)}, roles: [appeals] }
customers:
  appeal: https://example.com/appeal/{reference}
  verify: https://example.com/verify/{reference}
${more}`,
  );
  return path;
}

const healthSchema = z.object({
  intake: z.object({ exchanges: z.number() }),
  round: z.object({ atMs: z.number() }).nullable(),
});

/** A server whose clock and rounds the test moves. */
export interface Scene extends Serving {
  readonly url: string;
  readonly clock: ReturnType<typeof fixedClock>;
  readonly failures: readonly string[];
  /** Hands lines in by HTTP. */
  handIn(path: string, body: string): Promise<void>;
  /** Until so many exchanges are in the engine. */
  taken(exchanges: number): Promise<void>;
  /** Moves the clock on, and begins a round. */
  next(ms: number): void;
  /** The same, and waits until the round is made. */
  round(ms: number): Promise<void>;
}

/** With the embedded PostgreSQL, unless it is given the URL of a server. */
export async function startServer(
  configPath: string,
  policy: Policy,
  startMs: number,
  databaseUrl?: string,
): Promise<Scene> {
  const clock = fixedClock(startMs);
  const { wait, next } = steppedRounds();
  const failures: string[] = [];
  const journal = openJournal({ write: (line) => void (line.includes('"level":50') && failures.push(line)) });
  const serving = await serve({ config: loadConfig(configPath), policy, databaseUrl, clock, wait, journal });
  const url = `http://127.0.0.1:${serving.port}`;
  const nextRound = (ms: number): void => {
    clock.advance(ms);
    next();
  };
  const health = async () => healthSchema.parse(await (await fetch(`${url}/healthz`)).json());
  return {
    ...serving,
    url,
    clock,
    failures,
    async handIn(path, body) {
      const headers = { authorization: `Bearer ${senderToken}` };
      expect((await fetch(url + path, { method: "POST", body, headers })).status).toBe(202);
    },
    async taken(exchanges) {
      await expect.poll(async () => (await health()).intake.exchanges, { timeout: 60_000 }).toBe(exchanges);
    },
    next: nextRound,
    async round(ms) {
      const before = failures.length;
      nextRound(ms);
      const done = async () => ({ failures: failures.slice(before), atMs: (await health()).round?.atMs });
      await expect.poll(done, { timeout: 120_000 }).toEqual({ failures: [], atMs: clock.nowMs() });
    },
  };
}

/** Rounds are made when the test says so; every other wait is short. */
function steppedRounds(): { wait: Wait; next(): void } {
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
