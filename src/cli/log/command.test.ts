import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { cosign } from "../../share/log/checkpoint.ts";
import { openLog } from "../../share/log/log.ts";
import { noteSigner, verifierKey } from "../../share/note/note.ts";
import { BrokenLogError } from "../errors.ts";
import { logCommand, verify } from "./command.ts";
import type { LogVerifyOptions } from "./command.ts";

const signer = noteSigner("circle.example/log", "note", new Uint8Array(32).fill(1));
const watcher = noteSigner("b.example", "cosignature", new Uint8Array(32).fill(2));

let folder: string;
let kept: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "stillwatch-log-command-"));
  kept = join(folder, "kept");
  const log = await openLog(folder, signer);
  await log.append([Buffer.from("one")]);
  await writeFile(kept, log.checkpoint());
  await log.append([Buffer.from("two"), Buffer.from("three")]);
  await log.addCosignature(cosign(log.checkpoint(), watcher, 1_000), watcher);
  await log.close();
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function told(change: Partial<LogVerifyOptions> = {}): Promise<string> {
  const lines: string[] = [];
  const policy = { log: signer, witnesses: [watcher], witnessesMin: 1 };
  await verify({ folder, policy, since: null, json: false, ...change }, { print: (text) => lines.push(text) });
  return lines.join("\n");
}

describe("log verify", () => {
  test("says that a log is intact, and since when", async () => {
    expect(await told()).toMatch(/^circle\.example\/log is intact: 3 entries, root [\w+/=]{44}$/);
    expect(await told({ since: kept })).toContain("its first 1 are those of the checkpoint that was kept");
    expect(JSON.parse(await told({ since: kept, json: true }))).toMatchObject({
      origin: "circle.example/log",
      entries: 3,
      since: 1,
    });
  });

  test("ends in an error where it is not", async () => {
    const other = noteSigner("other.example", "note", new Uint8Array(32).fill(3));
    const foreign = { log: other, witnesses: [], witnessesMin: 0 };
    await expect(told({ policy: foreign })).rejects.toThrow(BrokenLogError);
    await expect(told({ policy: { log: signer, witnesses: [], witnessesMin: 1 } })).rejects.toThrow("0 of 1 witnesses");
    await expect(told({ folder: join(folder, "nothing") })).rejects.toThrow("it has no checkpoint");
    await expect(told({ since: join(folder, "tile/0/000.p/3") })).rejects.toThrow("no checkpoint to go by");
  });

  const run = (...options: string[]) =>
    logCommand()
      .exitOverride()
      .configureOutput({ writeErr: () => {} })
      .parseAsync(["node", "log", "verify", folder, ...options]);

  test("takes keys as they are given out, each for what it is", async () => {
    const [log, witness] = [verifierKey(signer), verifierKey(watcher)];
    await expect(run("--key", log, "--witness", witness, "--json")).resolves.toBeDefined();
    await expect(run("--key", witness)).rejects.toThrow("a key for something else");
    await expect(run("--key", "nothing")).rejects.toThrow("no key of a note's signer");
    await expect(run("--key", log, "--witnesses", "all")).rejects.toThrow("whole number");
    await expect(run()).rejects.toThrow("--key");
  });
});
