import { execFile, spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { openSmallDisk, smallDiskMissing } from "../src/kit/small-disk.case.ts";
import { seededRandom } from "../src/kit/random.ts";
import { openState } from "../src/store/state/state.ts";

// Limits.
const kills = 3;
const acknowledgedMax = 60;

/** What a new cluster takes, and half as much again. */
const diskBytes = 64 * 2 ** 20;

const startMs = Date.parse("2026-03-01T00:00:00.000Z");

const built = (name: string): string => JSON.stringify(pathToFileURL(resolve("dist", "store", name)).href);

/**
 * Puts decisions in force, one transaction each with its audit entry, and says each one's number once it is committed. It runs
 * what was built, since it has to be a process of its own.
 */
const writer = `
  import { openState } from ${built("state/state.js")};
  const [, path, first] = process.argv;
  const at = ${JSON.stringify(new Date(startMs).toISOString())};
  const state = await openState({ path });
  for (let n = Number(first); ; n++) {
    const id = String(n);
    await state.transaction(async ({ decisions, audit }) => {
      await decisions.put([{
        id, scope: { kind: "account", value: id }, account: id, action: "observe", parameters: {}, campaign: null,
        category: "manual-review", reasons: [], policy: { name: "p", rule: "r", version: "v" }, since: at, created: at,
        expires: "2027-01-01T00:00:00.000Z", simulated: false, held: null,
      }], ${startMs});
      await audit.append([
        { at, actor: "desk", action: "decision.made", subject: { kind: "decision", id }, detail: {} },
      ]);
    });
    process.stdout.write(id + "\\n");
  }`;

/** Does as it is told, line by line, and says what came of it. `log` begins a new segment of the log, which takes 16 MiB. */
const obedient = `
  import { createInterface } from "node:readline";
  import { openDatabase } from ${built("state/database/database.js")};
  import { migrations } from ${built("state/migrations.js")};
  import { sql } from ${built("sql.js")};
  const database = await openDatabase({ path: process.argv[1] }, migrations);
  await database.run(sql\`CREATE TABLE tally (n integer)\`);
  const statements = {
    write: sql\`INSERT INTO tally VALUES (1)\`,
    log: sql\`SELECT pg_switch_wal(), pg_logical_emit_message(true, '', repeat('x', 100000))\`,
    touch: sql\`UPDATE tally SET n = n\`,
  };
  for await (const line of createInterface(process.stdin)) {
    const said = await database.run(statements[line]).catch(({ message }) => message);
    process.stdout.write(JSON.stringify(said) + "\\n");
  }
  await database.close();`;

describe("the embedded state", () => {
  let folder: string;
  let path: string;
  beforeAll(async () => {
    // The command builds what is older than the sources.
    await promisify(execFile)(process.execPath, [resolve("bin", "stillwatch.mjs"), "--version"]);
    folder = await mkdtemp(join(tmpdir(), "stillwatch-durable-"));
    path = join(folder, "state");
  }, 240_000);
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const write = (first: number): ChildProcess =>
    spawn(process.execPath, ["--input-type=module", "-e", writer, path, String(first)], {
      stdio: ["ignore", "pipe", "inherit"],
    });
  it("is made anew where its making was killed", async () => {
    const child = write(1);
    const closed = once(child, "close");
    while (!existsSync(join(path, "postgres.new")) && child.exitCode === null) await sleep(20);
    child.kill("SIGKILL");
    expect(await closed).toEqual([null, "SIGKILL"]);
    expect(existsSync(join(path, "postgres"))).toBe(false);
  }, 240_000);

  it.skipIf(smallDiskMissing !== undefined)(
    `stops where there is no room for its log, and is started again by itself once there is${smallDiskMissing === undefined ? "" : ` (skipped: ${smallDiskMissing})`}`,
    async () => {
      const place = join(folder, "small");
      await mkdir(place);
      const disk = await openSmallDisk(place, diskBytes);
      onTestFinished(() => disk.close());
      const args = ["--input-type=module", "-e", obedient, join(place, "state")];
      const [program, ...programArgs] = disk.command(process.execPath, ...args);
      const child = spawn(program, programArgs, { stdio: ["pipe", "pipe", "inherit"] });
      onTestFinished(() => void child.kill("SIGKILL"));
      const answers = createInterface(child.stdout)[Symbol.asyncIterator]();
      const tell = async (what: "write" | "log" | "touch"): Promise<unknown> => {
        child.stdin.write(`${what}\n`);
        return JSON.parse(String((await answers.next()).value));
      };
      expect(await tell("write")).toBe(1);
      await disk.fill();
      expect(await tell("log")).toBe("the embedded PostgreSQL has stopped");
      expect(await tell("touch")).toBe("the embedded PostgreSQL has stopped");
      await disk.makeRoom();
      await expect.poll(() => tell("touch"), { timeout: 60_000, interval: 200 }).toBe(1);
      expect(await tell("write")).toBe(1);
      expect(await tell("touch")).toBe(2);
      const closed = once(child, "close");
      child.stdin.end();
      expect(await closed).toEqual([0, null]);
    },
    240_000,
  );

  it("holds all that it acknowledged, and nothing by halves, when it is killed at any moment", async () => {
    const random = seededRandom("kill -9");
    let acknowledged = 0;
    for (let round = 0; round < kills; round++) {
      const child = write(acknowledged + 1);
      const closed = once(child, "close");
      const enough = acknowledged + random.integer(1, acknowledgedMax);
      if (child.stdout === null) throw new Error("the writer has no output");
      let written = acknowledged;
      for await (const line of createInterface(child.stdout)) {
        written = Number(line);
        // What it wrote before the signal arrives is read to its end.
        if (written === enough) child.kill("SIGKILL");
      }
      expect(await closed).toEqual([null, "SIGKILL"]);
      const state = await openState({ path });
      const ids: number[] = [];
      const sequence = await state.snapshot(startMs, (page) => ids.push(...page.map(({ id }) => Number(id))));
      const deltas = await state.decisions.deltasAfter(0, 100_000);
      const verdict = await state.audit.verify();
      await state.close();
      expect(written).toBeGreaterThanOrEqual(enough);
      ids.sort((a, b) => a - b);
      expect(ids).toEqual(ids.map((_, index) => index + 1));
      expect(ids.length, "what was acknowledged is there").toBeGreaterThanOrEqual(written);
      expect(ids.length, "at most one was about to be acknowledged").toBeLessThanOrEqual(written + 1);
      expect(deltas?.map(({ decision }) => Number(decision.id))).toEqual(ids);
      expect({ sequence, verdict }).toMatchObject({
        sequence: ids.length,
        verdict: { kind: "intact", entries: ids.length },
      });
      acknowledged = ids.length;
    }
  }, 600_000);
});
