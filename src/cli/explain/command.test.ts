import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { sampleExplanations, sampleReport, sampleScores } from "../../../test/fixtures/report/build.ts";
import { UserError } from "../../kit/user-error.ts";
import type { Explanation } from "../../model/report.ts";
import { writeReport } from "../report/write.ts";
import { createPaint } from "../terminal/paint.ts";
import { explain, explainCommand } from "./command.ts";

const report = sampleReport({
  campaigns: 1,
  accounts: 12,
  accountName: (_, n) => `org-${n + 100}`,
});
const odd: Explanation = {
  account: '\u001b[2J"account":"newcomer"',
  exchanges: 9,
  first_seen: "2026-08-01T09:00:00Z",
  last_seen: "2026-08-02T09:00:00Z",
  status: "no-signal",
  candidate: null,
  score: 0,
  action: "observe",
  evidence: [],
};

/** Of the group that the report lets go. */
const reseller: Explanation = { ...odd, account: "org-relay-0", status: "cleared", candidate: "G12" };

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "stillwatch-explain-"));
  const explanations = [...sampleExplanations(report), odd, reseller];
  await writeReport(dir, { report, scores: sampleScores(report), explanations });
});
afterAll(() => rm(dir, { recursive: true, force: true }));

async function told(account: string, json = false, folder = dir): Promise<string> {
  const lines: string[] = [];
  const terminal = {
    width: 100,
    paint: createPaint(false),
    print: (text: string) => lines.push(text),
  };
  await explain({ account, report: folder, json }, terminal);
  return lines.join("\n");
}

describe("explain", () => {
  test("a member: its campaign, the evidence, what carries the case, what its owner can do", async () => {
    const text = (await told("org-104")).replace(/\s+/g, " ");
    expect(text).toContain("one of the 12 accounts of campaign c-001, with a confidence of >99%");
    expect(text).toContain("coordinated almost certain (>99%)");
    expect(text).toContain("What speaks for a campaign - Partition, a million to 1 or more:");
    expect(text).toContain("What speaks against it - Infrastructure, 4 to 1:");
    expect(text).toContain(
      "Without the evidence of intent the confidence would be 46%, and it would not be a campaign.",
    );
    expect(text).toContain("The honest group most like them is: university.");
    expect(text).toContain("an upheld appeal undoes it");
  });

  test("an account whose group was examined and cleared", async () => {
    const text = (await told("uni-lab-7")).replace(/\s+/g, " ");
    expect(text).toContain("It stands in a group that was examined (k-014), and the evidence did not hold.");
    expect(text).toContain("What partition says for one here does not come to that");
    expect(text).toContain("Nothing needs to be done.");
  });

  test("an account of a group that one hand runs, and that is let go", async () => {
    const text = (await told("org-relay-0")).replace(/\s+/g, " ");
    expect(text).toContain("It stands in a group that one hand runs, as far as can be seen (G12), and that is let go.");
    expect(text).toContain("What the accounts ask would have to be seen to be a harvest");
    expect(text).not.toContain("the evidence did not hold");
  });

  test("an account that nothing speaks of, and one with too little traffic", async () => {
    expect(await told("quiet-shop")).toContain("nothing ties it to other accounts");
    expect(await told("newcomer")).toContain("neither a suspicion nor a clearance");
  });

  test("--json prints one object and nothing else", async () => {
    const value: unknown = JSON.parse(await told("org-104", true));
    expect(value).toMatchObject({
      account: "org-104",
      status: "member",
      campaign: "c-001",
      action: "throttle",
    });
  });

  test("a name with controls and quotes is found, and shown without steering the terminal", async () => {
    const text = await told(odd.account);
    expect(text).not.toContain("\u001b");
    expect(text).toContain(String.raw`\u{1b}[2J"account":"newcomer"`);
  });

  test("an unknown account names those that are spelled alike", async () => {
    const failure = await told("org-1O4").catch((error: unknown) => error);
    if (!(failure instanceof UserError)) throw failure;
    expect(failure.message).toBe('the report has no account "org-1O4"');
    expect(failure.hint).toContain('"org-104"');
  });
});

describe("a folder that is no report", () => {
  test("is said to be none", async () => {
    await expect(told("a", false, join(dir, "nowhere"))).rejects.toThrow(/there is no report at .*nowhere/);
  });

  test("is not believed when damaged", async () => {
    const broken = await mkdtemp(join(tmpdir(), "stillwatch-explain-"));
    try {
      await writeFile(join(broken, "report.json"), "{");
      await expect(told("a", false, broken)).rejects.toThrow(/is not a report of this version/);
      await writeFile(join(broken, "report.json"), JSON.stringify(report));
      await expect(told("a", false, broken)).rejects.toThrow(/there is no .*explanations.ndjson/);
      await writeFile(join(broken, "explanations.ndjson"), `${JSON.stringify(odd)}\n{"account":"a","exch`);
      await expect(told("a", false, broken)).rejects.toThrow(/line 2, is no explanation/);
      await writeFile(join(broken, "explanations.ndjson"), '{"account":"a",}');
      await expect(told("a", false, broken)).rejects.toThrow(/line 1, is no explanation/);
      await writeFile(join(broken, "explanations.ndjson"), '{"account":"a","exchanges":-1}');
      await expect(told("a", false, broken)).rejects.toThrow(/line 1, is no explanation/);
    } finally {
      await rm(broken, { recursive: true, force: true });
    }
  });
});

test("the command takes an account, a folder and --json", () => {
  const help = explainCommand().helpInformation();
  for (const part of ["<account>", "--report <dir>", "--json"]) expect(help).toContain(part);
});
