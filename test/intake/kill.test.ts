import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterAll, expect, it } from "vitest";
import { z } from "zod";
import { seededRandom } from "../../src/kit/random.ts";
import { openEngine } from "../../src/store/engine.ts";
import { sql, texts } from "../../src/store/sql.ts";

// Limits.
const lives = 5;
const senders = 4;
const linesPerRequest = 20;
/** A life ends after so many acknowledgements. */
const acknowledgedMin = 3;
const acknowledgedMax = 60;

const token = "of-the-test";
const digest = createHash("sha256").update(token).digest("hex");
const random = seededRandom("kill");
const statusSchema = z.object({ backlogBytes: z.number() });

const children: ChildProcess[] = [];
afterAll(() => {
  for (const child of children) child.kill("SIGKILL");
});

async function start(folder: string): Promise<{ readonly child: ChildProcess; readonly url: string }> {
  const child = spawn(process.execPath, [join(import.meta.dirname, "serve.mjs"), folder, digest], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  children.push(child);
  const [line]: unknown[] = await once(createInterface(child.stdout), "line");
  const { port } = z.object({ port: z.int() }).parse(JSON.parse(String(line)));
  return { child, url: `http://127.0.0.1:${port}` };
}

const lineOf = (id: string): string =>
  JSON.stringify({
    time: new Date(Date.UTC(2026, 0, 5) + Number(id.slice(1)) * 250).toISOString(),
    id,
    account: `acct_${Number(id.slice(1)) % 7}`,
    model: "m",
    messages: [{ role: "user", content: `question ${id}` }],
  });

it(
  "every exchange that was acknowledged is in the engine exactly once, whenever the process is killed",
  { timeout: 240_000 },
  async () => {
    const folder = await mkdtemp(join(tmpdir(), "stillwatch-kill-"));
    const acknowledged = new Set<string>();
    /** Sent, but the process was gone before it could say so: sent again in the next life, as every client does. */
    let unanswered: string[][] = [];
    let next = 0;
    const fresh = (): string[] => Array.from({ length: linesPerRequest }, () => `r${next++}`);

    for (let life = 1; life <= lives; life++) {
      const { child, url } = await start(folder);
      const again = unanswered;
      unanswered = [];
      let left = random.integer(acknowledgedMin, acknowledgedMax);
      const sender = async (): Promise<void> => {
        while (child.exitCode === null && child.signalCode === null && left > 0) {
          const ids = again.pop() ?? fresh();
          try {
            const answer = await fetch(`${url}/v1/exchanges`, {
              method: "POST",
              headers: { authorization: `Bearer ${token}` },
              body: ids.map(lineOf).join("\n"),
            });
            expect(answer.status).toBe(202);
            for (const id of ids) acknowledged.add(id);
            if (--left <= 0) child.kill("SIGKILL");
          } catch (error) {
            if (!(error instanceof TypeError)) throw error;
            unanswered.push(ids);
          }
        }
      };
      const exited = once(child, "exit");
      await Promise.all(Array.from({ length: senders }, sender));
      expect(await exited).toEqual([null, "SIGKILL"]);
      unanswered.push(...again);
    }

    const { child, url } = await start(folder);
    let backlogBytes = Infinity;
    while (backlogBytes > 0) ({ backlogBytes } = statusSchema.parse(await (await fetch(`${url}/status`)).json()));
    child.kill("SIGTERM");
    expect(await once(child, "exit")).toEqual([0, null]);

    const store = await openEngine({ path: join(folder, "engine") });
    try {
      const known = sql`id_hash IN (SELECT cityHash64(arrayJoin(${texts([...acknowledged])})))`;
      const [row] = await store.rows<Record<"rows" | "ids" | "found" | "texts", number>>(sql`
      SELECT
        count() AS rows, uniqExact(id_hash) AS ids, countIf(${known}) AS found,
        (SELECT count() FROM exchange_text) AS texts
      FROM exchange`);
      expect(acknowledged.size).toBeGreaterThan(lives * linesPerRequest);
      expect(row?.found).toBe(acknowledged.size);
      // What was not acknowledged may be there, but nothing is there twice, nor in half.
      expect(row).toMatchObject({ rows: row?.ids, texts: row?.ids });
    } finally {
      await store.close();
      await rm(folder, { recursive: true, force: true });
    }
  },
);
