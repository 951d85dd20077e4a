import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createAppeals } from "../../decide/appeals/appeals.ts";
import { hourMs, person, testPolicy } from "../../decide/desk/desk.case.ts";
import { createDesk } from "../../decide/desk/desk.ts";
import { standing } from "../../decide/standing.case.ts";
import { memoryOf } from "../../detect/watch/memory.ts";
import { fixedClock } from "../../kit/clock.ts";
import { dossierAuditLineSchema, dossierSchema } from "../../model/dossier.ts";
import type { Dossier, DossierAuditLine } from "../../model/dossier.ts";
import { sql } from "../../store/sql.ts";
import { openDatabase } from "../../store/state/database/database.ts";
import { migrations } from "../../store/state/migrations.ts";
import { openState } from "../../store/state/state.ts";
import type { State } from "../../store/state/state.ts";
import { BrokenLogError } from "../errors.ts";
import { makeDossier } from "./command.ts";
import { allOf } from "./dossier.case.ts";
import { createNames, readKey } from "./names.ts";
import { stateSource } from "./sources/state.ts";
import { verifyPack } from "./verify.ts";
import type { Verification } from "./verify.ts";

const startMs = Date.UTC(2026, 7, 1);
const iso = (ms: number): string => new Date(ms).toISOString();
const campaign = "C-2026-08-01-0a1b2c";
const accounts = ["mallory@example.com", "組織-一", "org-3"] as const;
const shared = "indicator--0f2a5b1c-7a55-4c9b-8f55-0b8a1f3d2c11";
const identified = { by: "Ada", reason: "order of the court in case 7" };

/** The log is not at hand in these tests: see `shared.test.ts`. */
const withoutProof = "whether the transparency log holds what was shared: 1 entry has no proof";

/** What must not leave, in each place where it lies. */
const secrets = {
  statement: "We train our chess tutor with it, call Bob Miller",
  answer: "Dear Bob Miller, you are right",
  reason: "Bob Miller called from the tutor company",
  address: "203.0.113.9",
  tls: "t13d1516h2_8daaf6152771_b186095e22b6",
  organization: "Tutor Company Limited",
  payment: "pay-77120",
  standing: "its words are: how does a knight move",
};

let dir: string;
let state: State;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "stillwatch-dossier-"));
  state = await openState({ path: join(dir, "data") });
  await liveThrough(state);
});
afterAll(async () => {
  await state.close();
  await rm(dir, { recursive: true, force: true });
});

/** A campaign from its discovery to an upheld appeal, and an order of a person besides. */
async function liveThrough(on: State): Promise<void> {
  const { confidence, verdicts, families, capabilities } = standing().campaign;
  const evidence = [
    {
      signal: "twins",
      summary: "3 accounts are as alike as samples of one source",
      strength: 4,
      accounts: 3,
      against: false,
    },
    { signal: "infrastructure", summary: `all come from ${secrets.address}`, strength: 2, accounts: 3, against: false },
  ] as const;
  const grounds = { families, evidence: [...evidence] };
  await on.campaigns.put({
    id: campaign,
    state: "live",
    first_seen: iso(startMs),
    last_seen: iso(startMs + hourMs),
    verdict: { confidence, verdicts, families, capabilities },
    memory: memoryOf({
      id: campaign,
      case: { ...grounds, leads: [], restricted: false, confidence, verdicts, capabilities },
      members: new Map(),
      marks: null,
    }),
  });
  for (const account of accounts)
    await on.accounts.put([{ account, organization: secrets.organization, payment: secrets.payment }]);
  const standings = accounts.map((account) =>
    standing({
      account,
      time: iso(startMs),
      campaign: { ...standing().campaign, id: campaign },
      carriers: [
        { kind: "address", value: secrets.address, members: 1, strangers: 2 },
        { kind: "tls", value: secrets.tls, members: 1, strangers: 9 },
      ],
      reasons: [secrets.standing],
      evidence: grounds.evidence,
    }),
  );
  await on.standings.put(standings);
  const desk = createDesk({ state: on, policy: testPolicy() });
  await desk.adopt(startMs);
  await desk.take(standings, startMs);
  const step = { action: "hold-new-keys", parameters: {}, afterMs: 0, ttlMs: hourMs } as const;
  const by = { ...person, reason: secrets.reason };
  const order = { account: accounts[2], campaign, step };
  await desk.order({ ...order, scope: { kind: "address", value: secrets.address } }, by, startMs);
  const proposal = { id: "0f2a5b1c-7a55-4c9b-8f55-0b8a1f3d2c10", flow: "intelligence", kind: "proposal" } as const;
  await on.outbox.propose({ ...proposal, about: campaign, proposed: iso(startMs), proposed_by: "Bob", objects: [] });
  const left = {
    item: proposal.id,
    object: shared,
    type: "indicator",
    version: iso(startMs),
    flow: proposal.flow,
  } as const;
  const way = { way: "collection", released_by: "Bob", log_index: 3, salt: "AAAA" } as const;
  await on.ledger.append([{ ...left, ...way, recipients: ["lab-b"] }], startMs);
  const appeals = createAppeals(desk);
  const [decision] = await on.decisions.inForceOfAccounts([accounts[0]], startMs);
  await on.notices.record([
    {
      decision: decision?.id ?? "",
      kind: "decided",
      channel: "response",
      category: "coordinated-extraction",
      sent: iso(startMs + 1),
    },
  ]);
  const objection = { account: accounts[0], reference: decision?.id ?? "", statement: secrets.statement };
  const { id } = await appeals.file(objection, startMs + hourMs);
  await appeals.takeUp(id, "Bob", startMs + hourMs);
  await appeals.uphold(id, secrets.answer, { name: "Bob", reason: secrets.reason }, startMs + 2 * hourMs);
}

interface Made {
  readonly out: string;
  readonly dossier: Dossier;
  readonly lines: readonly DossierAuditLine[];
}

let made = 0;
async function make(who: typeof identified | null = null): Promise<Made> {
  const out = join(dir, `dossier-${++made}`);
  const clock = fixedClock(startMs + 3 * hourMs);
  await makeDossier(stateSource(state, null), { campaign, out, key: join(dir, "key"), identified: who, clock });
  const lines = (await readFile(join(out, "audit.ndjson"), "utf8")).trim().split("\n");
  return {
    out,
    dossier: dossierSchema.parse(JSON.parse(await readFile(join(out, "dossier.json"), "utf8"))),
    lines: lines.map((line) => dossierAuditLineSchema.parse(JSON.parse(line))),
  };
}

async function verified(out: string, { withKey = true }: { withKey?: boolean } = {}): Promise<Verification> {
  const key = await readKey(join(dir, "key"));
  return verifyPack({ dir: out, state, names: withKey && key !== null ? createNames(key) : null, log: null });
}

describe("a dossier of a server's state", () => {
  test("says what was decided by which policy, and what became of it", async () => {
    const { dossier } = await make();
    expect(dossier).toMatchObject({
      campaign: { id: campaign, state: "live", confidence: 0.97, exchanges: null },
      source: { kind: "state" },
      evidence: [{ family: "twins", sentence: "3 accounts are as alike as samples of one source" }, { sentence: null }],
      shared: [
        { object: { id: shared, type: "indicator" }, flow: "intelligence", recipients: ["lab-b"], log_index: 3 },
      ],
      appeals: [{ state: "upheld", opened: iso(startMs + hourMs) }],
    });
    expect(dossier.accounts).toHaveLength(3);
    expect(dossier.policies.map(({ name, version }) => [name, version])).toEqual([["test", "v1"]]);
    const done = dossier.decisions.map(({ action, policy, ended, scope }) => [
      action,
      policy.rule,
      scope,
      ended?.cause,
    ]);
    expect(done).toContainEqual(["throttle", "sure", "account", "appeal"]);
    expect(done).toContainEqual(["throttle", "sure", "account", undefined]);
    expect(done).toContainEqual(["hold-new-keys", "order", "address", undefined]);
    expect(dossier.decisions.filter(({ notice }) => notice !== null)).toHaveLength(1);
    const [appeal] = dossier.appeals;
    expect(dossier.decisions.map(({ id }) => id)).toEqual(expect.arrayContaining(appeal?.decisions ?? [""]));
    expect(dossier.accounts.map(({ account }) => account)).toContain(appeal?.account);
  });

  test("names nobody and tells no hash of an entry, and all of it can be compared with the log", async () => {
    const { out, lines } = await make();
    const all = await allOf(out);
    for (const word of [...accounts, ...Object.values(secrets), "Bob"])
      expect([word, all.includes(word)]).toEqual([word, false]);
    const references = (await state.decisions.ofCampaign(campaign)).rows.map(({ decision }) => decision.id);
    expect(references.filter((id) => all.includes(id))).toEqual([]);
    expect(lines.map(({ action }) => action)).toEqual(
      expect.arrayContaining(["policy.adopted", "decision.made", "appeal.upheld", "account.reinstated"]),
    );
    const entries = await state.audit.entriesAfter(0, 1_000);
    const end = entries.findLast(({ action }) => action !== "dossier.made");
    expect(entries.filter(({ hash, sequence }) => sequence < (end?.sequence ?? 0) && all.includes(hash))).toEqual([]);
    expect(await verified(out)).toMatchObject({ faults: [], unchecked: [withoutProof] });
    const { unchecked } = await verified(out, { withKey: false });
    expect(unchecked.join()).toContain(`the ${lines.length} sealed entries`);
    expect((await verifyPack({ dir: out, state: null, names: null, log: null })).unchecked.join()).toContain(
      "give --data",
    );
  });

  test("names the accounts where a person with a reason asks, who stands in the audit log; nothing else comes out", async () => {
    const { out, dossier, lines } = await make(identified);
    expect(new Set(dossier.accounts.map(({ identity }) => identity))).toEqual(new Set(accounts));
    const all = await allOf(out);
    for (const secret of Object.values(secrets)) expect([secret, all.includes(secret)]).toEqual([secret, false]);
    expect(lines.filter(({ proof }) => proof.kind === "open").length).toBeGreaterThan(0);
    expect(await verified(out)).toMatchObject({ faults: [], unchecked: [withoutProof] });
    const [last] = await state.audit.about({ kind: "campaign", id: campaign }, 1);
    const { manifest } = await verified(out);
    expect(last).toMatchObject({
      actor: "Ada",
      action: "dossier.made",
      detail: { head: manifest?.head, identifies: true, reason: identified.reason },
    });
  });

  test("of a campaign that is closed still has what its members were convicted on", async () => {
    const { dossier } = await state
      .transaction(async (within) => {
        await within.campaigns.close(campaign);
        throw new Stop(await stateSource({ ...state, transaction: (work) => work(within) }, null).read(campaign));
      })
      .catch((error: unknown) => {
        if (error instanceof Stop) return { dossier: error.file };
        throw error;
      });
    expect(dossier.campaign.state).toBe("closed");
    expect(dossier.evidence.map(({ signal }) => signal)).toEqual(["twins", "infrastructure"]);
  });

  test("of a campaign that is not there names those that are", async () => {
    await expect(stateSource(state, null).read("C-1")).rejects.toThrow('the state has no campaign "C-1"');
  });
});

/** Undoes a transaction and keeps what was read in it. */
class Stop extends Error {
  readonly file;
  constructor(file: Awaited<ReturnType<ReturnType<typeof stateSource>["read"]>>) {
    super("undone");
    this.file = file;
  }
}

describe("a dossier whose log was changed", () => {
  test("is seen to differ from it, and no further one is made", async () => {
    const { out } = await make();
    await state.close();
    const database = await openDatabase({ path: join(dir, "data") }, migrations);
    await database.run(sql`GRANT ALL ON audit_entry TO CURRENT_USER`);
    await database.run(sql`ALTER TABLE audit_entry DISABLE TRIGGER append_only`);
    await database.run(sql`UPDATE audit_entry SET actor = 'nobody' WHERE sequence = 2`);
    await database.close();
    state = await openState({ path: join(dir, "data") });
    expect((await verified(out)).faults).toEqual([
      "the audit log is broken at entry 2: its content is not what was written",
    ]);
    await expect(make()).rejects.toThrow(BrokenLogError);
  });
});
