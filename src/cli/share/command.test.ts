import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { z } from "zod";
import { sampleExplanations, sampleReport, sampleScores } from "../../../test/fixtures/report/build.ts";
import { openApi } from "../../api/desk/desk-api.case.ts";
import type { OpenApi } from "../../api/desk/desk-api.case.ts";
import { toldOf } from "../../model/told-campaign.ts";
import { createProposals } from "../../share/circle/proposals.ts";
import { randomUUID } from "node:crypto";
import type { NewLedgerEntry } from "../../store/state/ledger.ts";
import { emptyState } from "../../store/state/empty-state.case.ts";
import type { KnownCampaign } from "../../share/intelligence/known.ts";
import { readMembers } from "../../share/circle/members.ts";
import { campaign as campaignOf, key, sharing, SECRETS } from "../../share/stix/stix.case.ts";
import { REMARKS } from "../../share/stix/words.ts";
import { main } from "../main.ts";
import { writeReport } from "../report/write.ts";

const knownCampaign: KnownCampaign = {
  contributions: [
    {
      member: "identity--b",
      campaign: "campaign--1",
      sinceMs: Date.UTC(2026, 7, 30),
      accounts: "10-99",
      repeats: false,
      fingerprints: { payment: 1, device: 0, tls: 0 },
      skeletonLines: 0,
      techniques: [],
      capabilities: ["coding"],
      evidence: [],
      hoursInCommon: null,
      courses: [],
    },
  ],
  consensus: {
    saw: ["identity--b"],
    repeats: [],
    absent: ["identity--gone"],
    honest: [],
    agree: [],
    disagree: [],
    independent: 1,
    confidence: 0.4,
    withheld: ["identity--b"],
  },
  here: [{ campaign: "c-1", agreesWith: [{ member: "identity--b", hoursInCommon: null }] }],
};

/** Overlaps are compared in overlap.test.ts. */
const notHere = () => Promise.reject(new Error("nothing is compared here"));

let folder: string;
let api: OpenApi;
const said: string[] = [];
const asked: unknown[] = [];

/** Runs a command as somebody of the staff; what it prints, line by line. */
async function run(by: string, ...argv: readonly string[]): Promise<string[]> {
  said.length = 0;
  await writeFile(join(folder, by), by);
  const code = await main([
    "node",
    "stillwatch",
    "share",
    ...argv,
    "--server",
    api.url,
    "--token-file",
    join(folder, by),
  ]);
  if (code !== 0) throw new Error(`${code}: ${said.join("")}`);
  return said.join("").trimEnd().split("\n");
}

/** What the audit log has about something, the oldest first. */
async function acts(kind: string, id: string): Promise<string[]> {
  const entries = await api.state.audit.about({ kind, id }, 10);
  return entries.toReversed().map(({ action, actor }) => `${action} by ${actor}`);
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "stillwatch-share-"));
  const membersFile = join(folder, "members.yaml");
  await writeFile(
    membersFile,
    `members:
  - id: identity--00000000-0000-4000-8000-000000000001
    name: member-a
    joined: 2026-01-01
    keys: [{ id: a-1, public-key: "${Buffer.alloc(32, 1).toString("base64")}", from: 2026-01-01, until: 2027-01-01 }]`,
  );
  const state = await emptyState();
  api = await openApi({
    state,
    circle: {
      proposals: createProposals({
        state,
        self: () => readMembers(membersFile).list[0]!,
        circleKeys: [{ ...key, epoch: "2026-08" }],
        newItemId: randomUUID,
      }),
      findCampaign: async (id) =>
        id.startsWith("c-") ? { ...sharing({ actions: [] }), campaign: toldOf(campaignOf({ id })) } : null,
      recipients: () => ["member-b", "member-hub"],
      known: async () => ({
        campaigns: [knownCampaign],
        notLookedFor: [{ member: "identity--b", because: { kind: "key", epoch: "2026-06" }, indicators: 2 }],
        notInLog: [{ member: "identity--b", missing: 3, waiting: 1 }],
      }),
      ask: async (member, identifiers) => {
        asked.push({ member, identifiers });
        return identifiers.map(({ kind }) =>
          kind === "payment" ? { verdicts: ["coordinated"], seen: "2026-08" } : null,
        );
      },
      count: notHere,
      overlaps: { offer: notHere, withdraw: notHere, compare: notHere, identifiersOf: notHere },
      nameOf: (member) => (member === "identity--b" ? "member-b" : member),
    },
  });
}, 120_000);
afterAll(async () => {
  vi.restoreAllMocks();
  await api.close();
  await rm(folder, { recursive: true });
});

vi.spyOn(process.stdout, "write").mockImplementation((text) => said.push(String(text)) > 0);
vi.spyOn(process.stderr, "write").mockImplementation((text) => said.push(String(text)) > 0);
afterEach(() => {
  if (api.failures.length > 0) throw new AggregateError(api.failures, "the server has failed");
});

describe("stillwatch share", () => {
  it("shows a person exactly what would leave, and to whom, before it is released", async () => {
    const [id = ""] = await run(
      "erik",
      "propose",
      "c-1",
      "--tlp",
      "amber",
      "--permitted",
      "internally-visible-actions",
    );
    expect(await run("erik", "outbox")).toEqual([
      "item\tkind\tflow\tabout\tproposed\tby",
      `${id}\tproposal\tintelligence\tc-1\t2026-09-01T00:00:00.000Z\terik`,
    ]);
    const [about, to, ...objects] = await run("carl", "show", id);
    expect([about, to]).toEqual(["proposal of c-1 for intelligence: proposed", "to: member-b, member-hub"]);
    expect(JSON.parse(`[${objects.join(",")}]`)).toEqual((await api.state.outbox.find(id))?.objects);
    expect(objects.join("\n")).toContain("IEP:internally-visible-actions");
    expect(SECRETS.filter((secret) => objects.join("\n").includes(secret))).toEqual([]);
    expect(await run("erik", "release", id)).toEqual([`${id} is released, by erik`]);
    expect(await run("erik", "outbox", "--state", "released")).toHaveLength(2);
    expect(await acts("outbox-item", id)).toEqual(["outbox.proposed by erik", "outbox.released by erik"]);
  });

  it("lets nobody release whose role it is not", async () => {
    const [id = ""] = await run("erik", "propose", "c-2");
    await expect(run("carl", "release", id)).rejects.toThrow("2: error: this takes the role sharing");
    await expect(run("anna", "propose", "c-3")).rejects.toThrow("this takes the role sharing");
    expect(await run("erik", "refuse", id)).toEqual([`${id} is refused, by erik`]);
    await expect(run("erik", "release", id)).rejects.toThrow("nothing waits in the outbox");
    expect(await acts("outbox-item", id)).toEqual(["outbox.proposed by erik", "outbox.refused by erik"]);
  });

  it("says what can't be done, and what would be right", async () => {
    await run("erik", "propose", "c-4");
    await expect(run("erik", "propose", "c-4")).rejects.toThrow(/in the outbox already[^]*release or refuse/u);
    await expect(run("erik", "propose", "nothing")).rejects.toThrow("there is no live campaign nothing");
    await expect(run("erik", "propose", "c-5", "--flow", "response")).rejects.toThrow("nothing for response");
    await expect(run("erik", "retract", "nothing")).rejects.toThrow("nothing was sent as nothing");
    await expect(run("erik", "react", "nothing", "--remark", "1")).rejects.toThrow("what stands in object_refs");
    await expect(run("erik", "react", "nothing", "--remark", "9")).rejects.toThrow(`give 1 to ${REMARKS.length}`);
    await expect(run("mallory", "outbox")).rejects.toThrow("2: error:");
  });

  it("puts a campaign of a report into the outbox, the same way and once", async () => {
    const report = sampleReport({ campaigns: 2, accounts: 30 });
    const scan = { report, scores: sampleScores(report), explanations: sampleExplanations(report) };
    const out = join(folder, "report");
    const fingerprints = [{ kind: "payment", value: "pay-77120" }] as const;
    await writeReport(out, { ...scan, signals: [{ campaign: "c-001", fingerprints, pieces: ["7", "8"] }] });
    const [id = ""] = await run("erik", "propose", "c-001", "--report", out, "--tlp", "amber");
    const [about, to, ...lines] = await run("carl", "show", id);
    expect(about).toMatch(/^proposal of c-001@[\da-f]{12} for intelligence: proposed$/);
    expect(to).toBe("to: member-b, member-hub");
    const types = lines.map((line) => z.object({ type: z.string() }).parse(JSON.parse(line)).type);
    for (const type of ["campaign", "stillwatch-fingerprint", "stillwatch-prompt-skeleton"])
      expect(types).toContain(type);
    expect(types.filter((type) => type === "indicator")).toHaveLength(2);
    const names = report.campaigns.flatMap(({ accounts }) => accounts);
    expect([...names, "pay-77120"].filter((secret) => lines.join("\n").includes(secret))).toEqual([]);
    await expect(run("erik", "propose", "c-001", "--report", out)).rejects.toThrow("is in the outbox already");
    expect(await acts("outbox-item", id)).toEqual(["outbox.proposed by erik"]);
  });

  it("tells a campaign of a later report anew, under the ids of the one before", async () => {
    const report = sampleReport({ campaigns: 1, accounts: 30 });
    const out = join(folder, "growing");
    const write = async (accounts: number): Promise<void> => {
      const grown = sampleReport({ campaigns: 1, accounts });
      const signals = [{ campaign: "c-001", fingerprints: [], pieces: ["7", "8", `${accounts}`] }];
      await writeReport(out, { report: grown, scores: [], explanations: sampleExplanations(report), signals });
    };
    const idsIn = async (item: string): Promise<unknown[]> =>
      ((await api.state.outbox.find(item))?.objects ?? []).flatMap(({ type, id }) =>
        type === "campaign" || type === "indicator" ? [id] : [],
      );
    await write(31);
    const [first = ""] = await run("erik", "propose", "c-001", "--report", out);
    const about = (await api.state.outbox.find(first))?.about ?? "";
    const later = (): Promise<string[]> => run("erik", "propose", "c-001", "--report", out, "--updates", about);
    await expect(later()).rejects.toThrow(`nothing that holds was told of ${about}`);
    await api.state.outbox.decide(first, "released", "erik", Date.UTC(2026, 8, 1));
    await api.state.outbox.send(first, (await api.state.outbox.find(first))!.objects, [], Date.UTC(2026, 8, 1));
    await write(300);
    const [second = ""] = await later();
    expect(await api.state.outbox.find(second)).toMatchObject({ kind: "update", about });
    expect(await idsIn(second)).toEqual(await idsIn(first));
  });

  it("says what a report lacks that a campaign of it can't be told without", async () => {
    const report = sampleReport({ campaigns: 2, accounts: 30 });
    const scan = { report, scores: sampleScores(report), explanations: sampleExplanations(report) };
    const out = join(folder, "lacking");
    const propose = (id: string): Promise<string[]> => run("erik", "propose", id, "--report", out);
    await expect(propose("c-001")).rejects.toThrow("2: error: there is no report at");
    await writeReport(out, { ...scan, signals: [{ campaign: "c-001", fingerprints: [], pieces: [] }] });
    await expect(propose("c-003")).rejects.toThrow(/the report has no campaign "c-003"[^]*c-001/u);
    await expect(propose("c-002")).rejects.toThrow(/signals.ndjson says nothing of c-002[^]*of another report/u);
    await writeFile(join(out, "signals.ndjson"), '{"campaign":"c-001"}\n');
    await expect(propose("c-001")).rejects.toThrow("line 1 of");
    await writeReport(out, scan);
    await expect(propose("c-001")).rejects.toThrow(/could recognise c-001 by[^]*scan the log again with --signals/u);
  });

  it("puts reactions into the outbox", async () => {
    const about = "campaign--00000000-0000-4000-8000-000000000001";
    const [id = ""] = await run("erik", "react", about, "--opinion", "disagree", "--remark", "3");
    const item = await api.state.outbox.find(id);
    expect(item?.objects.at(-1)).toMatchObject({
      type: "opinion",
      opinion: "disagree",
      explanation: "The accounts behind this were found to be honest.",
    });
  });

  it("lists what was shared, and what came and was not taken", async () => {
    const entry: NewLedgerEntry = {
      item: randomUUID(),
      object: "campaign--1",
      type: "campaign",
      version: null,
      flow: "intelligence",
      way: "push",
      recipients: ["member-hub"],
      released_by: "erik",
      log_index: 3,
      salt: "AAAA",
    };
    await api.state.ledger.append([entry, { ...entry, object: "campaign--2" }], Date.UTC(2026, 8, 1));
    expect(await run("carl", "ledger")).toHaveLength(3);
    expect(await run("carl", "ledger", "--object", "campaign--2")).toEqual([
      "no\tat\tobject\tversion\tto\treleased by\tlog",
      "2\t2026-09-01T00:00:00.000Z\tcampaign--2\t\tpush: member-hub\terik\t3",
    ]);
    const at = "2026-09-01T00:00:00.000Z";
    const came = {
      digest: "d",
      source: "member-b",
      flow: "intelligence",
      object: "x",
      reason: "it lies",
      at,
      body: "{}",
    } as const;
    await api.state.quarantine.put("member-b", [came]);
    expect(await run("carl", "quarantine")).toEqual([
      "at\tfrom\tflow\tobject\treason",
      `${at}\tmember-b\tintelligence\tx\tit lies`,
    ]);
    await expect(run("carl", "quarantine", "--clear", "member-b")).rejects.toThrow("takes the role sharing");
    expect(await run("erik", "quarantine", "--clear", "member-b")).toEqual(["cleared: 1"]);
    expect(await acts("member", "member-b")).toContain("quarantine.cleared by erik");
  });

  it("tells what others say to those who deal with them, by their names", async () => {
    expect(await run("erik", "known")).toEqual([
      "1. 40 %, seen by 1 (worth 1.0 independent)",
      "MEMBER    SINCE       ACCOUNTS  WAS THE FIRST TO SAY",
      "member-b  2026-08-30  10-99     1 payment, coding",
      "seen here, too, as campaign c-1: agrees with what is said by member-b",
      "looked, and found nothing: identity--gone",
      "left alone: the leads of: member-b",
      "",
      "can't be looked for: 2 indicators of member-b, made with the circle's key of 2026-06",
      "",
      "not in the log of member-b, which has signed them: 3 objects",
      "not looked up yet in the log of member-b: 1 object",
    ]);
    await expect(run("carl", "known")).rejects.toThrow("this takes the role sharing");
  });

  it("asks a member about identifiers, in their one form, and says what it knows", async () => {
    const file = join(folder, "identifiers");
    await writeFile(file, "payment: card_1234567\n\nemail:Ann@Example.com\n");
    expect(await run("erik", "query", file, "--member", "member-b")).toEqual([
      "identifier\tverdicts\tseen",
      "payment:card_1234567\tcoordinated\t2026-08",
      "email:ann@example.com\tnothing is known",
    ]);
    expect(asked).toEqual([
      {
        member: "member-b",
        identifiers: [
          { kind: "payment", value: "card_1234567" },
          { kind: "email", value: "ann@example.com" },
        ],
      },
    ]);
    expect(await acts("member", "member-b")).toContain("member.asked by erik");
    await expect(run("carl", "query", file, "--member", "member-b")).rejects.toThrow("this takes the role sharing");
    await writeFile(file, "email:ann@example.com\npayment:4111111111111111\n");
    const refusal = run("erik", "query", file, "--member", "member-b");
    await expect(refusal).rejects.toThrow(/line 2 .* no payment/);
    await expect(refusal).rejects.not.toThrow("4111");
  });

  it("makes a key for its owner's eyes, and prints what others have to know", async () => {
    const file = join(folder, "key");
    said.length = 0;
    expect(await main(["node", "stillwatch", "share", "key", file, "--name", "member-a"])).toBe(0);
    expect(said.join("")).toMatch(
      /^public-key {2}[\w+/]{43}=\nlog {9}member-a\/log\+\S+\ncosigner {4}member-a\/cosigner\+\S+\nsnapshots {3}member-a\/snapshots\+\S+\n$/,
    );
    expect(said.join("")).not.toContain((await readFile(file, "utf8")).trim());
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(await main(["node", "stillwatch", "share", "key", file, "--name", "member-a"])).toBe(2);
  });
});
