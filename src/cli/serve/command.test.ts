import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { z } from "zod";
import { goodLine } from "../../ingest/world/scratch.case.ts";
import { senderToken, writeConfig } from "./serve.case.ts";

const servingSchema = z.object({ msg: z.literal("serving"), port: z.int() });

it("serves by the clocks of the machine, and ends in order", async () => {
  const folder = await mkdtemp(join(tmpdir(), "stillwatch-serve-"));
  const stillwatch = resolve("bin", "stillwatch.mjs");
  // The command builds what is older than the sources, and says so where the journal is read.
  await promisify(execFile)(process.execPath, [stillwatch, "--version"]);
  const command = [stillwatch, "serve", "--config", await writeConfig(folder)];
  const child = spawn(process.execPath, command, { stdio: ["ignore", "ignore", "pipe"] });
  const closed = once(child, "close");
  try {
    const journal: unknown[] = [];
    const port = await new Promise<number>((found, failed) => {
      void closed.then(([code]) => failed(new Error(`it ended with ${code}: ${JSON.stringify(journal)}`)));
      createInterface(child.stderr).on("line", (line) => {
        const entry: unknown = JSON.parse(line);
        journal.push(entry);
        const started = servingSchema.safeParse(entry);
        if (started.success) found(started.data.port);
      });
    });
    const url = `http://127.0.0.1:${port}`;
    const handedIn = await fetch(`${url}/v1/exchanges?format=world`, {
      method: "POST",
      headers: { authorization: `Bearer ${senderToken}` },
      body: JSON.stringify({ ...goodLine, time: new Date().toISOString() }),
    });
    expect(handedIn.status).toBe(202);
    const health = async (): Promise<unknown> => (await fetch(`${url}/healthz`)).json();
    const intake = { exchanges: 1, rejected: 0, failures: 0 };
    await expect.poll(health, { timeout: 50_000 }).toMatchObject({ intake, round: { standings: 0, campaigns: 0 } });
    child.kill("SIGTERM");
    expect(await closed).toEqual([0, null]);
    expect(
      journal.map((entry) => z.object({ level: z.int() }).parse(entry).level).filter((level) => level > 30),
    ).toEqual([]);
  } finally {
    child.kill("SIGKILL");
    await closed;
    await rm(folder, { recursive: true, force: true });
  }
}, 120_000);
