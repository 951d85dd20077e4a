import type { AccountScore, Campaign, Report } from "../../../model/report.ts";
import { day } from "../words.ts";
import { campaignArticle } from "./campaign.ts";
import { examinedSection } from "./examined.ts";
import { PAGE_LIMITS } from "./limits.ts";
import { renderDocument } from "./document.ts";
import { html } from "./markup.ts";
import { listedMembers } from "./members.ts";
import { campaignIndex, hero, type Outcome } from "./overview.ts";

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
  return renderDocument({
    title: title(report),
    edition: `Report of ${day(report.generated)}`,
    skip: "Skip to the findings",
    style: "",
    main: html`${hero(report, outcome)} ${campaignIndex(report, byExchanges(report), anchors)}
    ${full.map((campaign, i) => campaignArticle(campaign, report, scores, `campaign-${i + 1}`))}
    ${examinedSection(report)}`,
    footer: html`The same findings for machines lie beside this page: <code>report.json</code>,
      <code>accounts.ndjson</code>, <code>explanations.ndjson</code>. This page loads nothing from the network. Times
      are UTC.`,
  });
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

function byExchanges({ campaigns }: Report): Campaign[] {
  return [...campaigns].sort((a, b) => b.exchanges - a.exchanges || (a.id < b.id ? -1 : 1));
}

function inFull(report: Report): Campaign[] {
  return byExchanges(report).slice(0, PAGE_LIMITS.campaignsInFullMax);
}
