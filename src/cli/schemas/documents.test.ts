import { Ajv2020 } from "ajv/dist/2020.js";
import formats from "ajv-formats";
import { describe, expect, test } from "vitest";
import { sampleExplanations, sampleReport, sampleScores } from "../../../test/fixtures/report/build.ts";
import { sampleDossier } from "../dossier/dossier.case.ts";
import { manifestOf } from "../dossier/manifest.ts";
import { DOCUMENTS, renderSchema } from "./documents.ts";

const report = sampleReport();
const auditLine = {
  sequence: 1,
  at: "2026-08-01T09:00:00Z",
  actor: "desk",
  action: "decision.made",
  proof: { kind: "sealed", seal: "0".repeat(64) },
};
const manifest = manifestOf(
  {
    schema: "https://stillwatch.dev/schemas/dossier-manifest-1.json",
    campaign: "C1",
    written: "2026-08-01T09:00:00Z",
    version: "0.1.0",
  },
  [{ path: "dossier.json", bytes: Buffer.from("{}") }],
);

/** For each document lines that are right, and lines that are not. */
const SAMPLES: Readonly<Record<string, { right: readonly unknown[]; wrong: readonly unknown[] }>> = {
  "exchange-1.json": {
    right: [
      { time: "2026-08-01T09:00:00.000Z", id: "x1", account: "a", model: "m" },
      {
        time: 1_785_574_800_000,
        id: "x1",
        account: "a",
        model: "m",
        messages: [{ role: "user", content: "" }],
        usage: { input: 3 },
        unknown_field: 1,
      },
    ],
    wrong: [
      {},
      { time: "yesterday", id: "x1", account: "a", model: "m" },
      { time: 1, id: "x1", account: "a", model: "m", usage: { input: -1 } },
    ],
  },
  "account-facts-1.json": {
    right: [{ account: "a" }, { account: "a", verified: false, created: 0 }],
    wrong: [{ account: "" }, { account: "a", verified: "yes" }],
  },
  "model-release-1.json": {
    right: [{ model: "m", released: "2026-08-01T00:00:00Z" }],
    wrong: [{ model: "m" }],
  },
  "truth-1.json": {
    right: [{ account: "a", label: "honest", class: "casual" }],
    wrong: [{ account: "a", label: "guilty", class: "casual" }],
  },
  "report-1.json": {
    right: [report, sampleReport({ campaigns: 0 })],
    wrong: [
      { ...report, schema: "other" },
      { ...report, totals: {} },
    ],
  },
  "account-score-1.json": {
    right: sampleScores(report),
    wrong: [{ account: "a", score: 2, campaign: null, action: "observe", reasons: [] }],
  },
  "explanation-1.json": {
    right: sampleExplanations(report),
    wrong: [{ ...sampleExplanations(report)[0], status: "guilty" }],
  },
  "campaign-signals-1.json": {
    right: [
      {
        campaign: "c-001",
        fingerprints: [{ kind: "tls", value: "t13d1516h2_8daaf6152771_b186095e22b6" }],
        pieces: ["7"],
      },
    ],
    wrong: [{ campaign: "c-001" }, { campaign: "c-001", fingerprints: [{ kind: "name", value: "x" }], pieces: [] }],
  },
  "dossier-1.json": {
    right: [sampleDossier(), sampleDossier({ shared: null })],
    wrong: [
      { ...sampleDossier(), prompt: "Think step by step" },
      { ...sampleDossier(), accounts: [{ ...sampleDossier().accounts[0], account: "org-1" }] },
    ],
  },
  "dossier-audit-line-1.json": {
    right: [auditLine],
    wrong: [
      { ...auditLine, proof: { kind: "open" } },
      { ...auditLine, account: "org-1" },
    ],
  },
  "dossier-manifest-1.json": {
    right: [manifest],
    wrong: [
      { ...manifest, files: [] },
      { ...manifest, head: "" },
    ],
  },
};

describe.each(DOCUMENTS)("$file", (document) => {
  const text = renderSchema(document);

  test("is published as the code has it (mend with `npx vitest run src/cli/schemas -u`)", async () => {
    await expect(text).toMatchFileSnapshot(`../../../schemas/${document.file}`);
  });

  test("takes what is right and refuses what is wrong", () => {
    const ajv = new Ajv2020({ strict: true, allowUnionTypes: true });
    formats.default(ajv);
    const validate = ajv.compile(JSON.parse(text));
    const { right, wrong } = SAMPLES[document.file]!;
    for (const value of right) expect(validate(value), JSON.stringify(validate.errors)).toBe(true);
    for (const value of wrong) expect(validate(value), JSON.stringify(value)).toBe(false);
  });
});
