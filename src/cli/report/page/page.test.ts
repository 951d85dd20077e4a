import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { sampleReport, sampleScores } from "../../../../test/fixtures/report/build.ts";
import { attribute, byTag, elementsOf, textOf, within } from "../../../../test/fixtures/report/dom.ts";
import type { Report } from "../../../model/report.ts";
import { PAGE_LIMITS } from "./limits.ts";
import { renderPage } from "./page.ts";

const HOSTILE = `</script><img src=x onerror="alert(1)"><!--'&amp;\u202e\u0007`;

function pageOf(report: Report, cleared = 0): string {
  const scores = new Map(sampleScores(report).map((score) => [score.account, score]));
  return renderPage({
    report,
    scores,
    outcome: { clearedAccounts: cleared, clearedGroups: cleared },
  });
}

function bodyText(page: string): string {
  const [body] = byTag(elementsOf(page), "body");
  return textOf(body!).replace(/\s+/g, " ");
}

const PAGES: readonly { name: string; page: string }[] = [
  { name: "no campaign", page: pageOf(sampleReport({ campaigns: 0 }), 2) },
  { name: "one campaign", page: pageOf(sampleReport({ campaigns: 1 })) },
  { name: "three campaigns", page: pageOf(sampleReport({ campaigns: 3 })) },
  {
    name: "a hostile log",
    page: pageOf(hostileReport()),
  },
];

function hostileReport(): Report {
  const report = sampleReport({
    campaigns: 1,
    accounts: 9,
    accountName: (_, n) => `${HOSTILE}${n}`,
  });
  const [campaign] = report.campaigns;
  return {
    ...report,
    source: { ...report.source, formats: [HOSTILE] },
    missing: [{ family: "partition", reason: HOSTILE }],
    models: [{ model: HOSTILE, released: "2026-08-10T00:00:00Z", capabilities: [] }],
    campaigns: [
      {
        ...campaign!,
        id: HOSTILE,
        capabilities: [HOSTILE],
        resembles: { kind: HOSTILE, difference: HOSTILE },
        evidence: [{ signal: "twins", summary: HOSTILE, strength: 3, accounts: 4, against: false }],
        links: campaign!.links.map((link) => ({ ...link, via: HOSTILE })),
      },
    ],
  };
}

describe.each(PAGES)("a page with $name", ({ page }) => {
  const elements = elementsOf(page);
  const attributes = elements.flatMap(({ attrs }) => attrs);

  test("loads and runs nothing but itself", () => {
    expect(byTag(elements, "script")).toHaveLength(1);
    for (const tag of ["img", "iframe", "object", "embed", "form", "base", "foreignobject", "image", "use"]) {
      expect(byTag(elements, tag), tag).toEqual([]);
    }
    for (const { name } of attributes) expect(name).not.toMatch(/^on|^style$|^srcset$/);
    for (const { value } of attributes.filter(({ name }) => name === "src" || name === "href")) {
      expect(value).toMatch(/^#[\w-]+$|^data:image\/svg\+xml,/);
    }
    expect(page).not.toMatch(/url\(|@import/);
  });

  test("allows by policy only the style and the script that it carries", () => {
    const policy = elements.find((element) => attribute(element, "http-equiv") === "Content-Security-Policy");
    const hash = (tag: string): string =>
      createHash("sha256")
        .update(textOf(byTag(elements, tag)[0]!))
        .digest("base64");
    expect(attribute(policy!, "content")).toBe(
      `default-src 'none'; style-src 'sha256-${hash("style")}'; script-src 'sha256-${hash("script")}'; img-src data:; base-uri 'none'; form-action 'none'`,
    );
  });

  test("names every chart and table, and leaves the rest to sighted eyes", () => {
    for (const svg of byTag(elements, "svg")) {
      if (attribute(svg, "aria-hidden") === "true") continue;
      expect(attribute(svg, "role")).toBe("img");
      expect(within(svg).filter(({ tagName }) => tagName === "title" || tagName === "desc")).toHaveLength(2);
    }
    for (const table of byTag(elements, "table")) {
      const parts = within(table);
      expect(textOf(byTag(parts, "caption")[0]!).trim()).not.toBe("");
      for (const head of byTag(parts, "th")) expect(attribute(head, "scope")).toMatch(/^(row|col)$/);
    }
  });

  test("has one title, one main heading, landmarks, and no step left out between headings", () => {
    for (const tag of ["main", "header", "footer"]) expect(byTag(elements, tag).length, tag).toBeGreaterThan(0);
    expect(byTag(elements, "h1")).toHaveLength(1);
    const levels = elements.flatMap(({ tagName }) => (/^h[1-6]$/.test(tagName) ? [Number(tagName[1])] : []));
    levels.forEach((level, i) => expect(level - (levels[i - 1] ?? 0)).toBeLessThanOrEqual(1));
    expect(attribute(byTag(elements, "html")[0]!, "lang")).toBe("en");
  });

  test("gives every id once, and refers only to ids that exist", () => {
    const ids = elements.flatMap((element) => attribute(element, "id") ?? []);
    expect(new Set(ids).size).toBe(ids.length);
    const references = attributes.flatMap(({ name, value }) => {
      if (["aria-labelledby", "for", "data-filters"].includes(name)) return value.split(" ");
      return name === "href" && value.startsWith("#") ? value.slice(1) : [];
    });
    for (const id of references) expect(ids).toContain(id);
  });

  test("draws no shape at no place", () => {
    const places = attributes.filter(({ name }) => ["d", "x", "y", "cx", "cy", "r", "width", "height"].includes(name));
    expect(places.filter(({ value }) => /NaN|Infinity|undefined/.test(value))).toEqual([]);
    expect(attributes.filter(({ name, value }) => /^(width|height|r)$/.test(name) && value.startsWith("-"))).toEqual(
      [],
    );
  });
});

test("shows hostile text as text, with its controls spelled out", () => {
  const page = pageOf(hostileReport());
  expect(page).not.toContain("\u202e");
  expect(page).not.toContain("\u0007");
  expect(bodyText(page)).toContain(`</script><img src=x onerror="alert(1)">`);
  expect(bodyText(page)).toContain(String.raw`\u{202e}\u{7}`);
});

test("the same findings give the same bytes", () => {
  expect(pageOf(sampleReport())).toBe(pageOf(sampleReport()));
});

test("tells the story of a campaign in sentences", () => {
  const report = sampleReport({ campaigns: 1 });
  const text = bodyText(pageOf(report));
  expect(text).toContain("138 of 15,000 accounts seem to work for one campaign.");
  expect(text).toContain(
    "138 accounts have drawn 119,256 exchanges since 28 July 2026, harvesting reasoning and coding.",
  );
  expect(text).toContain("The busiest 14 accounts carry");
  expect(text).toContain("The case does not stand without intent.");
  expect(text).toContain("at most one in 100 reported campaigns is expected to be false");
  for (const { summary } of report.campaigns[0]!.evidence) expect(text).toContain(summary);
  expect(text).toContain("meridian-4.5");
});

test("without a campaign it says so, and what was examined", () => {
  const text = bodyText(pageOf(sampleReport({ campaigns: 0 }), 2));
  expect(text).toContain("No campaign found.");
  expect(text).toContain("2 groups with 2 accounts stood out enough to be examined, and the evidence did not hold.");
  expect(text).toContain("The log carried the fields for every family of evidence.");
});

test("tells which groups one hand runs that were let go, and why", () => {
  const text = bodyText(pageOf(sampleReport()));
  expect(text).toContain(
    "G12: 31 accounts, 48,211 exchanges of shared work; what they ask does not look like a harvest",
  );
  expect(bodyText(pageOf(sampleReport({ campaigns: 0 })))).not.toContain("let go");
});

test("does not say what accounts ask where the log held nothing of it", () => {
  const missing = [{ family: "intent" as const, reason: "The log has no messages." }];
  const { coordinated } = sampleReport();
  const text = bodyText(pageOf({ ...sampleReport({ campaigns: 0, missing }), coordinated }));
  expect(text).toContain("Without messages no campaign can be told.");
  expect(text).toContain("1 group of accounts is run by one hand, as far as can be seen (below).");
  expect(text).toContain("G12: 31 accounts, 48,211 exchanges of shared work; what they ask for can't be told");
  expect(text).not.toContain("No campaign found");
  expect(text).not.toContain("does not look like a harvest");
});

test("says which families could not be examined, and why", () => {
  const text = bodyText(
    pageOf(sampleReport({ missing: [{ family: "partition", reason: "The log has no messages." }] })),
  );
  expect(text).toContain("1 family of evidence could not be examined");
  expect(text).toContain("The log has no messages.");
});

test("two hundred campaigns make a page of bounded size, and the page says what it left out", () => {
  const page = pageOf(sampleReport({ campaigns: 200, accounts: 400 }));
  expect(page.length).toBeLessThan(4e6);
  expect(byTag(elementsOf(page), "article")).toHaveLength(PAGE_LIMITS.campaignsInFullMax);
  expect(bodyText(page)).toContain("The 20 campaigns with the most exchanges are drawn in full below.");
});

test("a campaign of 25,000 accounts makes a page of bounded size, and the page says what it left out", () => {
  const page = pageOf(sampleReport({ campaigns: 1, accounts: 25_000 }));
  expect(page.length).toBeLessThan(400_000);
  const text = bodyText(page);
  expect(text).toContain("150 of 25,000 accounts drawn");
  expect(text).toContain("The busiest 200 of 25,000 accounts; accounts.ndjson has all.");
  expect(text).toContain("Each bar is the mean of 179 accounts");
});

test("a campaign that says next to nothing is drawn all the same", () => {
  const report = sampleReport({ campaigns: 1, accounts: 1 });
  const bare = {
    ...report.campaigns[0]!,
    accounts: ["only"],
    capabilities: [],
    evidence: [],
    without: [],
    timeline: [],
    loads: [],
    links: [],
    hours: Array.from({ length: 24 }, () => 0),
  };
  const text = bodyText(
    pageOf({
      ...report,
      models: [],
      source: { ...report.source, first_seen: null, last_seen: null },
      campaigns: [bare],
    }),
  );
  expect(text).toContain("1 account has drawn");
  expect(text).toContain("Nothing was found that speaks against it.");
});

test("a clock a century off leaves a timeline of bounded length", () => {
  const report = sampleReport({ campaigns: 1, accounts: 6 });
  const [campaign] = report.campaigns;
  const timeline = [{ day: "1926-01-01", exchanges: 1 }, ...campaign!.timeline];
  const page = pageOf({
    ...report,
    campaigns: [{ ...campaign!, first_seen: "1926-01-01T00:00:00Z", timeline }],
  });
  expect(bodyText(page)).toMatch(/Exchanges per \d+ days/);
  expect(page.length).toBeLessThan(150_000);
});
