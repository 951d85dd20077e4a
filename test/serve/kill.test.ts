import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import { z } from "zod";
import { buildCommand, startProcess } from "../../src/cli/serve/process.case.ts";
import type { ServeProcess } from "../../src/cli/serve/process.case.ts";
import { senderToken, staffTokens, writeConfig } from "../../src/cli/serve/serve.case.ts";
import { CALLER_KEY } from "../../src/gateway/http/listen.case.ts";
import { seededRandom } from "../../src/kit/random.ts";
import { inSlices } from "../../src/kit/slices.ts";
import { openEngine } from "../../src/store/engine.ts";
import { sql, texts } from "../../src/store/sql.ts";

// Limits.
const lives = 2;
const senders = 4;
const linesPerRequest = 20;
/** The first life ends after so many acknowledgements, one of them of an order, and before anything is in the engine. */
const acknowledgedMin = 3;
const acknowledgedMax = 60;
/** The others end so long after the engine has begun with a batch: about as long as it takes for one. */
const atWorkMsMax = 400;
/** So many ids fit into one statement. */
const idsMax = 10_000;

const random = seededRandom("kill");
/** Not so long ago that the server would forget it. */
const startMs = Date.now() - 3_600_000;

const running: ServeProcess[] = [];
let folder = "";
beforeAll(async () => {
  await buildCommand();
  folder = await mkdtemp(join(tmpdir(), "stillwatch-kill-"));
}, 240_000);
afterAll(async () => {
  for (const { child } of running) child.kill("SIGKILL");
  await rm(folder, { recursive: true, force: true });
});

async function start(config: string): Promise<ServeProcess> {
  const started = await startProcess(config);
  running.push(started);
  return started;
}

const lineOf = (id: string): string =>
  JSON.stringify({
    time: new Date(startMs + Number(id.slice(1)) * 10).toISOString(),
    id,
    account: `acct_${Number(id.slice(1)) % 7}`,
    model: "m",
    messages: [{ role: "user", content: `question ${id}` }],
  });

const post = (url: string, body: string, headers: Record<string, string>): Promise<Response> =>
  fetch(url, { method: "POST", headers: { "content-type": "application/json", ...headers }, body });

async function handIn({ url }: ServeProcess, ids: readonly string[]): Promise<void> {
  const authorization = `Bearer ${senderToken}`;
  expect((await post(`${url}/v1/exchanges`, ids.map(lineOf).join("\n"), { authorization })).status).toBe(202);
}

async function order({ url }: ServeProcess, account: string): Promise<void> {
  const body = { account, step: { action: "block", ttl: "7d" }, reason: "a test" };
  const authorization = `Bearer ${staffTokens.Ada}`;
  expect((await post(`${url}/v1/desk/decisions`, JSON.stringify(body), { authorization })).status).toBe(201);
}

async function isAllowed({ url }: ServeProcess, account: string): Promise<boolean> {
  const answer = await post(`${url}/v1/decide`, JSON.stringify({ account }), { "x-api-key": CALLER_KEY });
  return z.object({ allowed: z.boolean() }).parse(await answer.json()).allowed;
}

const healthSchema = z.object({ intake: z.object({ exchanges: z.int() }) });

/** Until a batch is in the engine, and the next on its way there. The test fails where it does not come to that. */
async function engineWorks(served: ServeProcess): Promise<void> {
  await expect
    .poll(async () => healthSchema.parse(await served.health()).intake.exchanges, { timeout: 60_000 })
    .toBeGreaterThan(0);
  await expect.poll(() => existsSync(join(folder, "data", "batch")), { timeout: 60_000, interval: 5 }).toBe(true);
}

/** False where the process was gone before it could say so. */
async function acknowledges(asked: Promise<void>): Promise<boolean> {
  try {
    await asked;
    return true;
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return false;
  }
}

it("what was acknowledged is there whenever the process is killed: exchanges exactly once, and what a person has ordered", async () => {
  const config = await writeConfig(folder, "keep: { text: true }\n");
  const acknowledged = new Set<string>();
  const ordered = new Set<string>();
  /** Sent again in the next life, as every client does. */
  let unanswered: string[][] = [];
  let next = 0;
  const fresh = (): string[] => Array.from({ length: linesPerRequest }, () => `r${next++}`);

  for (let life = 1; life <= lives; life++) {
    const served = await start(config);
    const again = unanswered;
    unanswered = [];
    let left = life === 1 ? random.integer(acknowledgedMin, acknowledgedMax) : Number.POSITIVE_INFINITY;
    const orderedBefore = ordered.size;
    const isAlive = (): boolean => !served.child.killed;
    const count = (): void => {
      if (--left <= 0 && ordered.size > orderedBefore) served.child.kill("SIGKILL");
    };
    const killer = async (): Promise<void> => {
      if (life === 1) return;
      const atWorkMs = random.integer(0, atWorkMsMax);
      await engineWorks(served);
      await sleep(atWorkMs);
      served.child.kill("SIGKILL");
    };
    const sender = async (): Promise<void> => {
      while (isAlive()) {
        const ids = again.pop() ?? fresh();
        if (await acknowledges(handIn(served, ids))) {
          for (const id of ids) acknowledged.add(id);
          count();
        } else unanswered.push(ids);
      }
    };
    const operator = async (): Promise<void> => {
      for (let number = 1; isAlive(); number++) {
        const account = `ordered_${life}_${number}`;
        if (!(await acknowledges(order(served, account)))) return;
        ordered.add(account);
        count();
      }
    };
    await Promise.all([...Array.from({ length: senders }, sender), operator(), killer()]);
    expect(await served.ended).toEqual([null, "SIGKILL"]);
    unanswered.push(...again);
  }

  const last = await start(config);
  const intake = { backlogBytes: 0, damagedBytes: 0, failures: 0, rejected: 0 };
  await expect.poll(() => last.health(), { timeout: 60_000 }).toMatchObject({ intake, failing: [] });
  expect(ordered.size).toBeGreaterThanOrEqual(lives);
  for (const account of ordered) expect([account, await isAllowed(last, account)]).toEqual([account, false]);
  expect(await isAllowed(last, "nobody")).toBe(true);
  last.child.kill("SIGTERM");
  expect(await once(last.child, "exit")).toEqual([0, null]);

  const store = await openEngine({ path: join(folder, "data", "engine") });
  try {
    let found = 0;
    for (const ids of inSlices([...acknowledged], idsMax)) {
      const [row] = await store.rows<Record<"found", number>>(
        sql`SELECT count() AS found FROM exchange WHERE id_hash IN (SELECT cityHash64(arrayJoin(${texts(ids)})))`,
      );
      found += row?.found ?? 0;
    }
    const [row] = await store.rows<Record<"rows" | "ids" | "texts", number>>(sql`
      SELECT count() AS rows, uniqExact(id_hash) AS ids, (SELECT count() FROM exchange_text) AS texts FROM exchange`);
    expect(acknowledged.size).toBeGreaterThan(lives * linesPerRequest);
    expect(found).toBe(acknowledged.size);
    // What was not acknowledged may be there, but nothing is there twice, nor in half.
    expect(row).toMatchObject({ rows: row?.ids, texts: row?.ids });
  } finally {
    await store.close();
  }
}, 240_000);
