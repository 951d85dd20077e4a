import { getDocument } from "pdfjs-dist/legacy/build/pdf.mjs";
import { describe, expect, test } from "vitest";
import { sampleDossier, pagesOf } from "../dossier.case.ts";
import { renderPdf } from "./render.ts";

const render = (changes: Parameters<typeof sampleDossier>[0] = {}): Promise<Uint8Array> =>
  renderPdf(sampleDossier(changes), [], [{ path: "dossier.json", bytes: Buffer.from("{}") }]);

const accounts = (n: number): ReturnType<typeof sampleDossier>["accounts"] =>
  Array.from({ length: n }, () => sampleDossier().accounts).flat();

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
    const [account] = sampleDossier().accounts;
    const names = [
      "søren-1",
      "организация",
      "組織-一",
      "\u0e2d\u0e07\u0e04\u0e4c\u0e01\u0e23",
      "a\u202Eb",
      "\u{1F600}",
      "x".repeat(300),
    ];
    const identified = { by: "Ada", reason: "order of a court" };
    const text = (
      await pagesOf(await render({ identified, accounts: names.map((identity) => ({ ...account!, identity })) }))
    ).join(" ");
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
