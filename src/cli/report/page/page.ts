import { createHash } from "node:crypto";
import type { AccountScore, Campaign, Report } from "../../../model/report.ts";
import { day } from "../words.ts";
import { campaignArticle } from "./campaign.ts";
import { examinedSection } from "./examined.ts";
import { PAGE_LIMITS } from "./limits.ts";
import { html, type Markup, trusted } from "./markup.ts";
import { listedMembers } from "./members.ts";
import { campaignIndex, hero, type Outcome } from "./overview.ts";
import { SCRIPT } from "./script.ts";
import { STYLE } from "./style.ts";

/** A flat line of water under a still's drop. */
const ICON = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><path fill="#b4400c" d="M16 3c5 7 8 10.6 8 15a8 8 0 0 1-16 0c0-4.4 3-8 8-15z"/><path stroke="#77746d" stroke-width="2.5" stroke-linecap="round" d="M3 29h26"/></svg>`;

export interface PageInput {
  readonly report: Report;
  /** Of the accounts that `accountsOnPage` names; others are not looked up. */
  readonly scores: ReadonlyMap<string, AccountScore>;
  readonly outcome: Outcome;
}

/** The accounts whose scores the page shows. */
export function accountsOnPage(report: Report): Set<string> {
  return new Set(inFull(report).flatMap((campaign) => listedMembers(campaign).map(({ account }) => account)));
}

/** One self-contained document: the same input gives the same bytes. */
export function renderPage({ report, scores, outcome }: PageInput): string {
  const full = inFull(report);
  const anchors = new Map(full.map((campaign, i) => [campaign.id, `campaign-${i + 1}`]));
  const policy = [
    "default-src 'none'",
    `style-src '${hash(STYLE)}'`,
    `script-src '${hash(SCRIPT)}'`,
    "img-src data:",
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
  const body: Markup = html`<a class="skip" href="#main">Skip to the findings</a>
    <header class="masthead">
      <p class="brand">${trusted(logo())}Stillwatch</p>
      <p class="edition">Report of ${day(report.generated)}</p>
      <button type="button" class="theme" hidden>Theme: system</button>
    </header>
    <main id="main" tabindex="-1">
      ${hero(report, outcome)} ${campaignIndex(report, byExchanges(report), anchors)}
      ${full.map((campaign, i) => campaignArticle(campaign, report, scores, `campaign-${i + 1}`))}
      ${examinedSection(report)}
    </main>
    <footer>
      <p>
        The same findings for machines lie beside this page: <code>report.json</code>, <code>accounts.ndjson</code>,
        <code>explanations.ndjson</code>. This page loads nothing from the network. Times are UTC.
      </p>
    </footer>
    <div id="tip" hidden></div>`;
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${policy}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="referrer" content="no-referrer" />
        <meta name="robots" content="noindex" />
        <title>${title(report)}</title>
        <link rel="icon" href="data:image/svg+xml,${encodeURIComponent(ICON)}" />
        ${trusted(`<style>${STYLE}</style>`)} ${trusted(`<script>${SCRIPT}</script>`)}
      </head>
      <body>
        ${body}
      </body>
    </html> `.text;
}

function title({ totals, generated }: Report): string {
  const found =
    totals.campaigns === 0
      ? "no campaign found"
      : totals.campaigns === 1
        ? "1 campaign"
        : `${totals.campaigns} campaigns`;
  return `Stillwatch: ${found}, ${generated.slice(0, 10)}`;
}

function logo(): string {
  return ICON.replace("<svg ", '<svg class="logo" aria-hidden="true" width="22" height="22" ');
}

function byExchanges({ campaigns }: Report): Campaign[] {
  return [...campaigns].sort((a, b) => b.exchanges - a.exchanges || (a.id < b.id ? -1 : 1));
}

function inFull(report: Report): Campaign[] {
  return byExchanges(report).slice(0, PAGE_LIMITS.campaignsInFullMax);
}

/** A source expression of Content Security Policy Level 3, section 2.3.1. */
function hash(text: string): string {
  return `sha256-${createHash("sha256").update(text).digest("base64")}`;
}
