import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { dossierSchema } from "../../model/dossier.ts";
import type { Dossier, SharedEntry } from "../../model/dossier.ts";
import { by, campaign as told, openTestCircle, signals, startMs, terms } from "../../share/circle/circle.case.ts";
import type { TestMember } from "../../share/circle/circle.case.ts";
import { logKeysOf } from "../../share/circle/own-keys.ts";
import { logFolder } from "../../share/log/log-folder.ts";
import { verifierKey } from "../../share/note/note.ts";
import { standing } from "../../decide/standing.case.ts";
import { memoryOf } from "../../detect/watch/memory.ts";
import { fixedClock } from "../../kit/clock.ts";
import { BrokenLogError } from "../errors.ts";
import { dossierCommand, makeDossier } from "./command.ts";
import { pagesOf } from "./dossier.case.ts";
import { packOf, refuseUsedFolder, writePack } from "./pack.ts";
import { stateSource } from "./sources/state.ts";
import { verifyPack } from "./verify.ts";
import type { Verification } from "./verify.ts";

const id = "C-2026-11-20-0a1b2c";
let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "stillwatch-dossier-shared-"));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

/** A provider with a live campaign, which a member of its circle has cosigned the log of. */
async function openSharer(): Promise<{ sharer: TestMember; witness: TestMember }> {
  const circle = await openTestCircle(["member-a", "member-b"], { "member-a": { witnesses: ["member-b"] } });
  const [sharer, witness] = circle.members;
  const { confidence, verdicts, families, capabilities } = standing().campaign;
  await sharer.state.campaigns.put({
    id,
    state: "live",
    first_seen: new Date(startMs).toISOString(),
    last_seen: new Date(startMs).toISOString(),
    verdict: { confidence, verdicts, families, capabilities },
    memory: memoryOf({
      id,
      case: { families, evidence: [], leads: [], restricted: false, confidence, verdicts, capabilities },
      members: new Map(),
      marks: null,
    }),
  });
  return { sharer, witness };
}

/** Tells the circle of the campaign. */
async function share({ circle, state, failures }: TestMember): Promise<void> {
  const found = { campaign: { ...told, id }, signals, actions: [] };
  const [item] = await circle.proposals.campaign(found, { ...terms, flows: ["intelligence"], actor: null }, by);
  await state.outbox.decide(item!, "released", "Berit", startMs);
  await circle.round();
  expect(failures).toEqual([]);
}

const logOf = ({ settings }: TestMember) => logFolder(settings.logFolder).read;
const keysOf = ({ secret, name }: TestMember) => logKeysOf(secret, name);

/** With another hash on its way to the root. */
function bend(proof: string): string {
  return proof.replace(/(?<=\nindex \d+\n)./, (first) => (first === "A" ? "B" : "A"));
}

let made = 0;
async function make({ state }: TestMember, log: ReturnType<typeof logOf> | null): Promise<string> {
  const out = join(dir, `dossier-${++made}`);
  const options = { campaign: id, out, key: join(dir, "key"), identified: null, clock: fixedClock(startMs) };
  await makeDossier(stateSource(state, log), options);
  return out;
}

async function dossierIn(folder: string): Promise<Dossier> {
  return dossierSchema.parse(JSON.parse(await readFile(join(folder, "dossier.json"), "utf8")));
}

/** Another pack with other entries, as whole by itself as the one in the folder. */
async function forged(folder: string, change: (shared: readonly SharedEntry[]) => SharedEntry[]): Promise<string> {
  const out = join(dir, `forged-${++made}`);
  const dossier = await dossierIn(folder);
  await refuseUsedFolder(out);
  await writePack(out, await packOf({ ...dossier, shared: change(dossier.shared ?? []) }, []));
  return out;
}

/** As who has nothing but the folder and the keys. */
function verified(folder: string, sharer: TestMember, witnesses: readonly TestMember[] = []): Promise<Verification> {
  const cosigners = witnesses.map((witness) => keysOf(witness).cosigner);
  const log = { log: keysOf(sharer).log, witnesses: cosigners, witnessesMin: cosigners.length };
  return verifyPack({ dir: folder, state: null, names: null, log });
}

describe("proofs of what was shared", () => {
  test("show to whoever has the keys that each commitment is in the log, and that a witness has seen it", async () => {
    const { sharer, witness } = await openSharer();
    await share(sharer);
    const out = await make(sharer, logOf(sharer));
    const { shared } = await dossierIn(out);
    expect(shared?.length).toBeGreaterThan(10);
    expect(shared?.every(({ logged }) => logged?.member === sharer.id)).toBe(true);
    const { faults, unchecked } = await verified(out, sharer, [witness]);
    expect(faults).toEqual([]);
    expect(unchecked.join()).not.toContain("transparency log");
    const page = (await pagesOf(await readFile(join(out, "dossier.pdf")))).join(" ");
    expect(page).toContain("signed by member-a/log and member-b/cosigner");
    const byOwner = await verifyPack({ dir: out, state: sharer.state, names: null, log: null });
    expect(byOwner.faults).toEqual([]);
    expect(byOwner.unchecked.join()).toContain("give the log's --log-key");
  });

  test("do not hold against another's key, without the witness that is asked for, nor once they are changed", async () => {
    const { sharer, witness } = await openSharer();
    await share(sharer);
    const out = await make(sharer, logOf(sharer));
    const foreign = await verified(out, witness);
    expect(foreign.faults[0]).toContain("is not shown: the checkpoint is not signed by member-b/log");
    const unseen = await verified(out, sharer, [sharer]);
    expect(unseen.faults[0]).toContain("the checkpoint has 0 of 1 witnesses that it needs");
    const { length } = (await dossierIn(out)).shared ?? [];
    const bent = await forged(out, (shared) =>
      shared.map(({ logged, ...entry }) => ({
        ...entry,
        logged: logged === null ? null : { ...logged, proof: bend(logged.proof) },
      })),
    );
    expect((await verified(bent, sharer)).faults).toEqual([
      expect.stringContaining(`and ${length - 1} other entries, is not shown: the proof does not lead to the log`),
    ]);
  });

  test("of another entry are found: by the index, and by the owner where that was changed with it", async () => {
    const { sharer } = await openSharer();
    await share(sharer);
    const out = await make(sharer, logOf(sharer));
    const swapped = await forged(out, ([first, second, ...rest]) => [
      { ...first!, logged: second!.logged },
      { ...second!, logged: first!.logged },
      ...rest,
    ]);
    const { faults } = await verified(swapped, sharer);
    expect(faults).toHaveLength(2);
    expect(faults[0]).toMatch(/is not shown: the proof is of entry \d+ of the log, not of \d+$/);
    const consistent = await forged(out, ([first, second, ...rest]) => [
      { ...first!, log_index: second!.log_index, logged: second!.logged },
      second!,
      ...rest,
    ]);
    expect((await verified(consistent, sharer)).faults).toEqual([]);
    const owner = await verifyPack({ dir: consistent, state: sharer.state, names: null, log: null });
    expect(owner.faults.join()).toContain("the ledger does not say that");
    const between = await verifyPack({ dir: swapped, state: sharer.state, names: null, log: null });
    expect(between.faults.join()).toContain("is to something else");
  });

  test("are not there where nothing was shared, nor where the log is not at hand, and both is said", async () => {
    const { sharer } = await openSharer();
    const silent = await make(sharer, logOf(sharer));
    expect((await dossierIn(silent)).shared).toEqual([]);
    const nothing = await verified(silent, sharer);
    expect(nothing.faults).toEqual([]);
    expect(nothing.unchecked.join()).toContain("whether the transparency log holds what was shared: nothing");
    const said = (await pagesOf(await readFile(join(silent, "dossier.pdf")))).join(" ");
    expect(said).toContain("no object about this campaign was shared with anybody");
    await share(sharer);
    const apart = await make(sharer, null);
    const entries = (await dossierIn(apart)).shared ?? [];
    const { faults, unchecked } = await verified(apart, sharer);
    expect(faults).toEqual([]);
    expect(unchecked.join()).toContain(`holds what was shared: ${entries.length} entries have no proof`);
    const page = (await pagesOf(await readFile(join(apart, "dossier.pdf")))).join(" ");
    expect(page).toContain("this dossier holds no proof of it");
  });

  test("are not made of a log that holds something else than the ledger says", async () => {
    const { sharer, witness } = await openSharer();
    await share(sharer);
    await expect(make(sharer, logOf(witness))).rejects.toThrow(/the log has no entry \d+/);
    await share(witness);
    await expect(make(sharer, logOf(witness))).rejects.toThrow(/entry \d+ is no commitment to/);
    await expect(make(sharer, logOf(witness))).rejects.toThrow(BrokenLogError);
  });
});

describe("stillwatch dossier verify", () => {
  const run = (folder: string, ...options: string[]) =>
    dossierCommand()
      .exitOverride()
      .parseAsync(["node", "dossier", "verify", folder, "--json", ...options]);

  test("takes keys and a data folder as they are given", async () => {
    const { sharer, witness } = await openSharer();
    await share(sharer);
    const out = await make(sharer, logOf(sharer));
    const cosigned = ["--witness", verifierKey(keysOf(witness).cosigner)];
    await expect(run(out, "--log-key", verifierKey(keysOf(sharer).log), ...cosigned)).resolves.toBeDefined();
    await expect(run(out, "--log-key", verifierKey(keysOf(witness).log))).rejects.toThrow(BrokenLogError);
    await expect(run(out, ...cosigned)).rejects.toThrow("no log is named");
    await expect(run(out, "--data", join(dir, "nowhere"))).rejects.toThrow("there is no state in");
  });
});
