import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { canonicalJson } from "../../kit/canonical-json.ts";
import { UserError } from "../../kit/user-error.ts";
import { sealed } from "../../share/circle/origin.ts";
import { cosign } from "../../share/log/checkpoint.ts";
import { commitmentEntry, saltedCommitment } from "../../share/log/commitments.ts";
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
  await verify(
    { folder, policy, since: null, object: null, json: false, ...change },
    { print: (text) => lines.push(text) },
  );
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

  describe("of an object that was received", () => {
    const member = "identity--00000000-0000-4000-8000-000000000001";
    const campaign = { type: "campaign", id: "campaign--00000000-0000-4000-8000-000000000002", created_by_ref: member };
    // An observable does not say whose it is.
    const observable = { type: "ipv4-addr", id: "ipv4-addr--00000000-0000-4000-8000-000000000003", value: "192.0.2.1" };
    const salt = Buffer.alloc(32, 7);
    const entryFor = (object: object, by = member): Uint8Array =>
      commitmentEntry(by, saltedCommitment(salt, Buffer.from(canonicalJson(object))));
    const received = (object: object, index: number): object =>
      sealed(object, { jws: "a..b", log_index: index, salt: salt.toString("base64") });

    let shared: string;
    beforeAll(async () => {
      shared = await mkdtemp(join(tmpdir(), "stillwatch-log-object-"));
      const log = await openLog(shared, signer);
      await log.append([entryFor(campaign), entryFor(observable), entryFor(campaign, "identity--another")]);
      await log.append([Buffer.from("no commitment"), entryFor({ type: "identity", id: member }, "identity--another")]);
      await log.close();
    });
    afterAll(() => rm(shared, { recursive: true, force: true }));

    const toldOf = async (content: string, json = false): Promise<string> => {
      const object = join(shared, "received.json");
      await writeFile(object, content);
      return told({ folder: shared, policy: { log: signer, witnesses: [], witnessesMin: 0 }, object, json });
    };

    test("says by which entry whom has committed to it, however its JSON is written", async () => {
      expect(await toldOf(JSON.stringify(received(campaign, 0)))).toMatch(
        `; by entry 0 ${member} has committed to ${campaign.id}`,
      );
      const indented = JSON.stringify(received(observable, 1), null, 4);
      expect(JSON.parse(await toldOf(indented, true))).toMatchObject({
        entries: 5,
        object: { id: observable.id, entry: 1, member },
      });
    });

    test.each([
      ["another entry", campaign, 1, "entry 1 does not commit to campaign--"],
      ["another's description of itself", { type: "identity", id: member }, 4, "entry 4 is of identity--another"],
      ["something changed", { ...campaign, name: "x" }, 0, "entry 0 does not commit to campaign--"],
      ["an entry of another member", campaign, 2, "entry 2 is of identity--another, and campaign--"],
      ["an entry of something else", campaign, 3, "the log's entry is no commitment"],
      ["an entry that there is not", campaign, 5, "it has no entry 5, which is to commit to campaign--"],
    ])("ends in an error for %s", async (_what, object, index, message) => {
      const telling = toldOf(JSON.stringify(received(object, index)));
      await expect(telling).rejects.toThrow(BrokenLogError);
      await expect(telling).rejects.toThrow(message);
    });

    test.each([
      ["what is no JSON", "{"],
      ["an object without an origin", JSON.stringify(campaign)],
      ["an object without an id", JSON.stringify(received({ ...campaign, id: "\u001b[2J" }, 0))],
      ["a list", JSON.stringify([received(campaign, 0)])],
      ["what has no canonical form", JSON.stringify(received({ ...campaign, name: "\ud800" }, 0))],
      ["what is too long", " ".repeat(2 ** 20 + 1)],
    ])("takes no %s for one", async (_what, content) => {
      const telling = toldOf(content);
      await expect(telling).rejects.toThrow(UserError);
      await expect(telling).rejects.toThrow("is no object that a member has shared");
      await expect(telling).rejects.not.toThrow(BrokenLogError);
    });
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
