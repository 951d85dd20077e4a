import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { goodLine } from "../../ingest/world/scratch.case.ts";
import { buildCommand, startProcess } from "./process.case.ts";
import { senderToken, writeConfig } from "./serve.case.ts";

it("serves by the clocks of the machine, and ends in order", async () => {
  const folder = await mkdtemp(join(tmpdir(), "stillwatch-serve-"));
  await buildCommand();
  const { child, url, journal, ended, health } = await startProcess(await writeConfig(folder));
  try {
    const handedIn = await fetch(`${url}/v1/exchanges?format=world`, {
      method: "POST",
      headers: { authorization: `Bearer ${senderToken}` },
      body: JSON.stringify({ ...goodLine, time: new Date().toISOString() }),
    });
    expect(handedIn.status).toBe(202);
    const intake = { exchanges: 1, rejected: 0, failures: 0 };
    const round = { standings: 0, campaigns: 0 };
    await expect.poll(health, { timeout: 50_000 }).toMatchObject({ intake, round, failing: [] });
    child.kill("SIGTERM");
    expect(await ended).toEqual([0, null]);
    expect(journal.filter(({ level }) => level > 30)).toEqual([]);
  } finally {
    child.kill("SIGKILL");
    await ended;
    await rm(folder, { recursive: true, force: true });
  }
}, 120_000);
