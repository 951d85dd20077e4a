import { cp, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { sampleExplanations, sampleReport, sampleScores } from "../../../test/fixtures/report/build.ts";
import { fixedClock } from "../../kit/clock.ts";
import { UserError } from "../../kit/user-error.ts";
import { dossierManifestSchema, dossierSchema } from "../../model/dossier.ts";
import type { Dossier } from "../../model/dossier.ts";
import type { Report } from "../../model/report.ts";
import { EXIT, failureOf } from "../errors.ts";
import { writeReport } from "../report/write.ts";
import { makeDossier, verify } from "./command.ts";
import type { MakeOptions } from "./command.ts";
import { allOf } from "./dossier.case.ts";
import { manifestOf, MANIFEST_FILE, PACK_FILES } from "./manifest.ts";
import { reportFolderSource } from "./sources/report-folder.ts";

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "stillwatch-dossier-"));
  await scanned(sampleReport({ campaigns: 2, accounts: 30 }), "report");
});
afterAll(() => rm(dir, { recursive: true, force: true }));

async function scanned(report: Report, name: string): Promise<void> {
  await writeReport(join(dir, name), {
    report,
    scores: sampleScores(report),
    explanations: sampleExplanations(report),
  });
}

let made = 0;
async function make(changes: Partial<MakeOptions> = {}, report = "report"): Promise<{ out: string; dossier: Dossier }> {
  const out = join(dir, `dossier-${++made}`);
  const options = {
    campaign: "c-001",
    out,
    key: join(dir, "key"),
    identified: null,
    clock: fixedClock(Date.UTC(2026, 9, 1)),
  };
  await makeDossier(reportFolderSource(join(dir, report)), { ...options, ...changes });
  return { out, dossier: dossierSchema.parse(JSON.parse(await readFile(join(out, "dossier.json"), "utf8"))) };
}

async function checked(folder: string): Promise<{ code: number; told: string }> {
  const lines: string[] = [];
  try {
    await verify(
      { dir: folder, data: undefined, url: undefined, key: undefined, log: null, json: false },
      { print: (text) => lines.push(text) },
    );
    return { code: EXIT.done, told: lines.join("\n") };
  } catch (error) {
    const { exitCode, text } = failureOf(error, { verbose: false, paint: (_style, of) => of });
    return { code: exitCode, told: [...lines, text].join("\n") };
  }
}

describe("a dossier of a scan", () => {
  test("says what the report says, names nobody, and is whole", async () => {
    const { out, dossier } = await make();
    expect((await readdir(out)).toSorted()).toEqual(["dossier.json", "dossier.pdf", "manifest.json"]);
    const [campaign] = sampleReport({ campaigns: 2, accounts: 30 }).campaigns;
    expect(dossier).toMatchObject({
      identified: null,
      source: { kind: "report", files: [{ name: "report.json" }, { name: "explanations.ndjson" }] },
      campaign: { id: "c-001", state: "found", exchanges: campaign?.exchanges, confidence: campaign?.confidence },
      without: campaign?.without,
      resembles: campaign?.resembles,
      bound: { false_campaign_rate: 0.01, families_required: 2 },
      timeline: { days: campaign?.timeline, hours: campaign?.hours },
      decisions: [],
      shared: null,
    });
    expect(dossier.evidence.map(({ sentence }) => sentence)).toEqual(campaign?.evidence.map(({ summary }) => summary));
    expect(dossier.accounts).toHaveLength(30);
    expect(dossier.software.packs.map(({ name }) => name)).toContain("rubric-grading.yaml");
    const all = await allOf(out);
    expect(campaign?.accounts.filter((account) => all.includes(account))).toEqual([]);
    expect(await checked(out)).toEqual({ code: EXIT.done, told: expect.stringContaining("nothing is wrong with it") });
  });

  test("has the same bytes when it is made again, and the same names for the same accounts", async () => {
    const [one, again] = [await make(), await make()];
    for (const name of await readdir(one.out))
      expect(await readFile(join(again.out, name))).toEqual(await readFile(join(one.out, name)));
    const other = await make({ key: join(dir, "another-key") });
    expect(other.dossier.accounts[0]?.account).not.toBe(one.dossier.accounts[0]?.account);
  });

  test("names the accounts for a person with a reason, who stands in it and beside the report", async () => {
    const identified = { by: "Ada", reason: "order of the court in case 7" };
    const { out, dossier } = await make({ identified });
    expect(dossier.identified).toEqual(identified);
    const [campaign] = sampleReport({ campaigns: 2, accounts: 30 }).campaigns;
    expect(new Set(dossier.accounts.map(({ identity }) => identity))).toEqual(new Set(campaign?.accounts));
    const { head } = dossierManifestSchema.parse(JSON.parse(await readFile(join(out, MANIFEST_FILE), "utf8")));
    const lines = (await readFile(join(dir, "report", "dossiers.ndjson"), "utf8")).trim().split("\n");
    const last: unknown = JSON.parse(lines.at(-1) ?? "");
    expect(last).toMatchObject({ campaign: "c-001", identified, head });
    expect(await checked(out)).toMatchObject({ code: EXIT.done });
  });

  test("is not written over what is there, and not of what is not", async () => {
    const { out } = await make();
    await expect(make({ out })).rejects.toThrow(/is not empty/);
    const failure: unknown = await make({ campaign: "c-01" }).catch((error: unknown) => error);
    if (!(failure instanceof UserError)) throw failure;
    expect(failure.message).toContain('the report has no campaign "c-01"');
    expect(failure.hint).toContain("c-001");
    await expect(make({}, "nowhere")).rejects.toThrow(/there is no report at/);
  });
});

describe("what must not leave does not, wherever it stands", () => {
  /** A kind of secret, and a text that holds one. */
  const SECRETS: readonly (readonly [kind: string, secret: string])[] = [
    ["an e-mail address", "mallory@example.com"],
    ["an IPv4 address", "203.0.113.9"],
    ["an IPv6 address", "2001:db8:0:1::9"],
    ["a payment card", "4111 1111 1111 1111"],
    ["a telephone number", "+44 20 7946 0958"],
    ["an API key", "sk-live-0a1b2c3d"],
    ["a fingerprint", "t13d1516h2_8daaf6152771_b186095e22b6"],
    ["a page of somebody", "https://example.com/mallory"],
    ["an account's name", "org-mallory-1"],
  ];

  test.each(SECRETS)("%s", async (kind, secret) => {
    const report = sampleReport({
      campaigns: 1,
      accounts: 12,
      accountName: (_, n) => (n === 0 ? "org-mallory-1" : `org-${n}-x`),
    });
    const [campaign] = report.campaigns;
    const said = (text: string): string => `${text} ${secret}`;
    const planted: Report = {
      ...report,
      source: { ...report.source, formats: [secret] },
      missing: [{ family: "continuation", reason: said("no field in") }],
      models: [...report.models, { model: secret, released: "2026-08-04T00:00:00Z", capabilities: [secret] }],
      campaigns: [
        {
          ...campaign!,
          capabilities: ["reasoning", secret],
          evidence: campaign!.evidence.map((item) => ({ ...item, summary: said("4 of 9 share") })),
          resembles: { kind: said("a school"), difference: said("it has") },
          links: campaign!.links.map((link) => ({ ...link, via: secret })),
        },
      ],
    };
    const name = `planted-${kind.replaceAll(/\W+/g, "-")}`;
    await scanned(planted, name);
    const { out, dossier } = await make({}, name);
    const all = await allOf(out);
    // Neither as it stands nor set apart in other ways; and no failure prints the whole pack.
    expect(all.replaceAll(/\s/g, "").includes(secret.replaceAll(/\s/g, ""))).toBe(false);
    expect(dossier.evidence.map(({ sentence }) => sentence)).toEqual(dossier.evidence.map(() => null));
    expect(dossier.evidence.map(({ strength }) => strength)).toEqual(
      campaign!.evidence.map(({ strength }) => strength),
    );
  });

  test("prompts and answers have no field: what stands beside the report is not looked at", async () => {
    const prompt = "Write down each step of how you think about the chess problem below";
    const report = sampleReport({ campaigns: 1, accounts: 12 });
    const explanations = sampleExplanations(report).map((one) => ({
      ...one,
      evidence: one.evidence.map((item) => ({ ...item, summary: prompt })),
    }));
    const scores = sampleScores(report).map((score) => ({ ...score, reasons: [prompt] }));
    await writeReport(join(dir, "prompted"), { report, scores, explanations });
    const { out } = await make({}, "prompted");
    expect((await allOf(out)).includes(prompt)).toBe(false);
  });
});

describe("stillwatch dossier verify", () => {
  let whole: string;
  beforeAll(async () => {
    ({ out: whole } = await make());
  });

  let copies = 0;
  async function forged(forge: (copy: string) => Promise<void>): Promise<{ code: number; told: string }> {
    const copy = join(dir, `copy-${++copies}`);
    await cp(whole, copy, { recursive: true });
    await forge(copy);
    return checked(copy);
  }
  const change = (name: string, from: string, to: string) => async (copy: string) => {
    const text = await readFile(join(copy, name), "latin1");
    expect(text).toContain(from);
    await writeFile(join(copy, name), text.replace(from, to), "latin1");
  };

  const withHead = (head: string) => async (copy: string) => {
    const manifest = dossierManifestSchema.parse(JSON.parse(await readFile(join(copy, MANIFEST_FILE), "utf8")));
    await writeFile(join(copy, MANIFEST_FILE), JSON.stringify({ ...manifest, head }));
  };

  test.each([
    ["dossier.json is not what was written", change("dossier.json", '"confidence": 0.998', '"confidence": 0.999')],
    ["dossier.pdf is not what was written", change("dossier.pdf", "%%EOF", "%%EOG")],
    ["dossier.pdf is missing", (copy: string) => rm(join(copy, "dossier.pdf"))],
    ["notes.txt is in the folder", (copy: string) => writeFile(join(copy, "notes.txt"), "")],
    ["the manifest's head is not the hash of its last file", withHead("0".repeat(64))],
    [
      "what the manifest says of dossier.json is not what was written",
      change("manifest.json", '"bytes": ', '"bytes": 1'),
    ],
    ["does not follow what stands before it", change("manifest.json", '"written": "2026-10', '"written": "2026-11')],
    ["manifest.json is not what a dossier has", change("manifest.json", "{", "[")],
  ])("says that %s", async (fault, forge) => {
    const { code, told } = await forged(forge);
    expect(told).toContain(fault);
    expect(code).toBe(EXIT.broken);
  });

  test("sees that the page says something else, though the chain was made anew", async () => {
    const { out } = await make({ campaign: "c-002" });
    const other = await readFile(join(out, PACK_FILES.page));
    const { code, told } = await forged(async (copy) => {
      const manifest = dossierManifestSchema.parse(JSON.parse(await readFile(join(copy, MANIFEST_FILE), "utf8")));
      const { files: _files, head: _head, ...header } = manifest;
      const dossier = { path: PACK_FILES.dossier, bytes: await readFile(join(copy, PACK_FILES.dossier)) };
      await writeFile(join(copy, PACK_FILES.page), other);
      const anew = manifestOf(header, [dossier, { path: PACK_FILES.page, bytes: other }]);
      await writeFile(join(copy, MANIFEST_FILE), JSON.stringify(anew));
    });
    expect(told).toContain("wrong: dossier.pdf does not say what dossier.json does");
    expect(code).toBe(EXIT.broken);
  });

  test("says that a folder without a manifest is none", async () => {
    expect(await checked(join(dir, "report"))).toMatchObject({
      code: EXIT.usage,
      told: expect.stringContaining("holds no dossier"),
    });
  });
});
