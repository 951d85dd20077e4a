import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { getDocument } from "pdfjs-dist/legacy/build/pdf.mjs";
import { describe, expect, onTestFinished, test } from "vitest";
import { pdfValidator } from "../../../../test/peers.ts";
import { sampleDossier, pagesOf } from "../dossier.case.ts";
import { renderPdf } from "./render.ts";

const render = (changes: Parameters<typeof sampleDossier>[0] = {}): Promise<Uint8Array> =>
  renderPdf(sampleDossier(changes), [], [{ path: "dossier.json", bytes: Buffer.from("{}") }]);

const accounts = (n: number): ReturnType<typeof sampleDossier>["accounts"] =>
  Array.from({ length: n }, () => sampleDossier().accounts).flat();

const validator = pdfValidator();

const namesInManyScripts = [
  "søren-1",
  "организация",
  "組織-一",
  "\u0e2d\u0e07\u0e04\u0e4c\u0e01\u0e23",
  "a\u202Eb",
  "\u{1F600}",
];
const named = (names: readonly string[]): Parameters<typeof sampleDossier>[0] => {
  const [account] = sampleDossier().accounts;
  return {
    identified: { by: "Ada", reason: "order of a court" },
    accounts: names.map((identity) => ({ ...account!, identity })),
  };
};

/** What veraPDF finds of each: that it keeps a profile, or the clauses that it does not keep. */
async function validated(profile: string, pdfs: readonly Uint8Array[]): Promise<string[]> {
  const folder = await mkdtemp(join(tmpdir(), "stillwatch-pdf-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const files = pdfs.map((_, i) => join(folder, `${i}.pdf`));
  await Promise.all(pdfs.map((pdf, i) => writeFile(files[i]!, pdf)));
  const command = ["-cp", validator.jar, "org.verapdf.apps.GreenfieldCliWrapper", "--format", "text", "-v"];
  const { stdout, code } = await new Promise<{ readonly stdout: string; readonly code: unknown }>((done) => {
    execFile("java", [...command, "--flavour", profile, ...files], (error, out) =>
      done({ stdout: out, code: error?.code ?? 0 }),
    );
  });
  // 1: one of them does not keep it.
  if (code !== 0 && code !== 1) throw new Error(`veraPDF has ended with ${String(code)}`);
  return stdout
    .trim()
    .replaceAll(`${folder}/`, "")
    .split(/\n(?=PASS|FAIL)/);
}

describe("the page", () => {
  test("has every part of the dossier, in the outline as in the text", async () => {
    const pdf = await render();
    const text = (await pagesOf(pdf)).join(" ");
    const chapters = [
      "What is claimed, and on what evidence",
      "How often a finding like this is wrong",
      "How it was found, and what the method can't show",
      "Time line",
      "The accounts",
      "What was done",
      "What was shared",
      "Chain of custody",
    ];
    for (const chapter of chapters) expect(text).toContain(chapter);
    const document = await getDocument({ data: new Uint8Array(pdf), verbosity: 0 }).promise;
    expect((await document.getOutline()).map(({ title }) => title)).toEqual(chapters);
    for (const part of [
      "4 accounts are alike",
      "Withheld: the sentence may identify somebody.",
      "the log carries no addresses",
      "A-7KQ2-M4XP-9TBA",
      "throttle, convicted",
      "enforced, ended: appeal, customer told",
      "upheld",
      "indicator--0f2a5b1c-7a55-4c9b-8f55-0b8a1f3d2c11",
      "at most one in 100",
    ])
      expect(text).toContain(part);
  });

  test("can be read by a screen reader: tagged, with title and language, each cell of a table in its row", async () => {
    const document = await getDocument({ data: new Uint8Array(await render()), verbosity: 0 }).promise;
    expect(await document.getMarkInfo()).toMatchObject({ Marked: true });
    const { info } = await document.getMetadata();
    expect(info).toMatchObject({
      Title: "Evidence dossier: campaign C-2026-08-29-0a1b2c",
      Language: "en-GB",
      PDFFormatVersion: "1.7",
    });
    const tree = JSON.stringify(await (await document.getPage(1)).getStructTree());
    for (const role of ["H1", "P", "Table", "TR", "TH", "TD"]) expect(tree).toContain(`"role":"${role}"`);
    const charts = await Promise.all(
      Array.from({ length: document.numPages }, async (_, i) => (await document.getPage(i + 1)).getStructTree()),
    );
    expect(JSON.stringify(charts)).toContain('"role":"Figure","children"');
    expect(JSON.stringify(charts)).toContain("Decisions a day. 1 decisions on 1 days, held ones included.");
  });

  test.skipIf(validator.skipped)(`is PDF/A-2a, as veraPDF finds (${validator.ifSkipped})`, async () => {
    const days = [{ day: "2026-08-29", exchanges: 40 }];
    const timeline = { days, hours: Array.from({ length: 24 }, (_, hour) => hour), releases: [] };
    const pdfs = [
      await render({ timeline }),
      await render(named(namesInManyScripts)),
      await render({ accounts: accounts(120) }),
    ];
    const untagged = Buffer.from(Buffer.from(pdfs[0]!).toString("latin1").replace("/MarkInfo", "/MarkInfa"), "latin1");
    expect(await validated("2a", [...pdfs, untagged])).toEqual([
      "PASS 0.pdf 2a",
      "PASS 1.pdf 2a",
      "PASS 2.pdf 2a",
      expect.stringContaining("FAIL 3.pdf 2a"),
    ]);
  });

  test("has the same bytes for the same dossier, and others for another", async () => {
    const [one, again, other] = [await render(), await render(), await render({ written: "2026-09-01T00:00:00.000Z" })];
    expect(Buffer.from(again).equals(one)).toBe(true);
    expect(Buffer.from(other).equals(one)).toBe(false);
  });

  test("goes on over pages, with the titles of a table again and every page numbered", async () => {
    const pages = await pagesOf(await render({ accounts: accounts(120) }));
    const rows = (page: string): number => page.split("A-7KQ2-M4XP-9TBA").length - 1;
    const withRows = pages.filter((page) => rows(page) > 3);
    expect(withRows.length).toBeGreaterThan(2);
    for (const page of withRows) expect(page).toContain("Last judged");
    pages.forEach((page, i) => expect(page).toContain(`Page ${i + 1} of ${pages.length}`));
  });

  test("names accounts in whatever script, and spells out what it can't draw or what hides", async () => {
    const names = [...namesInManyScripts, "x".repeat(300)];
    const text = (await pagesOf(await render(named(names)))).join(" ");
    const solid = text.replaceAll(/\s/g, "");
    for (const name of names.slice(0, 4)) expect(solid).toContain(name);
    expect(solid).toContain(String.raw`a\u{202e}b`);
    expect(solid).toContain(String.raw`\u{1f600}`);
    expect(solid).toContain(`${"x".repeat(119)}…`);
    expect(text).toContain("as Ada asked for this reason: order of a court");
  });

  test("says so where it shows a part of a list only", async () => {
    const text = (await pagesOf(await render({ accounts: accounts(401) }))).join(" ");
    expect(text).toContain("The first 400 of 401; dossier.json has all.");
  });
});
