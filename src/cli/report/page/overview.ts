import { dayMs } from "../../../kit/time-units.ts";
import type { Campaign, Report } from "../../../model/report.ts";
import {
  count,
  counted,
  day,
  dayInYear,
  isIntentUntold,
  listed,
  percent,
  roughly,
  share,
  VERDICTS,
  verdictWords,
} from "../words.ts";
import { meter } from "./chart.ts";
import { PAGE_LIMITS } from "./limits.ts";
import { clip, definitionList, html, type Markup } from "./markup.ts";

const DOT_COLUMNS = 28;
const DOT_STEP = 12;
const STRIP_BINS_MAX = 90;
const NUMBER_WORDS = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"];

/** How the accounts that were read came out, where that is known. */
export interface Outcome {
  /** Accounts of groups that were examined and not convicted. */
  readonly clearedAccounts: number;
  readonly clearedGroups: number;
}

/** The first thing that a person sees: the finding in a sentence, the numbers, and every account as a dot. */
export function hero(report: Report, outcome: Outcome): Markup {
  const { totals } = report;
  const figures = [
    { name: "exchanges read", value: roughly(totals.exchanges) },
    { name: "accounts", value: roughly(totals.accounts) },
    { name: totals.campaigns === 1 ? "campaign" : "campaigns", value: count(totals.campaigns) },
    {
      name: `flagged, ${share(totals.flagged, totals.accounts)} of accounts`,
      value: count(totals.flagged),
    },
    { name: "had too little traffic to be judged", value: roughly(totals.insufficient) },
  ];
  return html`<section class="hero" aria-labelledby="finding">
    <div class="hero-words">
      <h1 id="finding">${finding(report)}</h1>
      <p class="deck">${deck(report, outcome)}</p>
    </div>
    ${dots(report)} ${definitionList("figures", figures)}
  </section>`;
}

function finding(report: Report): string {
  const { totals } = report;
  if (isIntentUntold(report)) return "Without messages no campaign can be told.";
  if (totals.campaigns === 0) return "No campaign found.";
  const many = NUMBER_WORDS[totals.campaigns] ?? count(totals.campaigns);
  const verb = totals.flagged === 1 ? "seems" : "seem";
  return `${count(totals.flagged)} of ${count(totals.accounts)} accounts ${verb} to work for ${many} ${totals.campaigns === 1 ? "campaign" : "campaigns"}.`;
}

function deck(report: Report, { clearedAccounts, clearedGroups }: Outcome): string {
  const { source, totals, campaigns, coordinated } = report;
  const when =
    source.first_seen === null || source.last_seen === null
      ? ""
      : ` between ${day(source.first_seen)} and ${day(source.last_seen)}`;
  if (totals.exchanges === 0) return "There was nothing to read: the log holds no exchange.";
  if (isIntentUntold(report)) {
    const found =
      coordinated.length === 0
        ? "No group of accounts is seen to be run by one hand."
        : `${counted(coordinated.length, "group")} of accounts ${coordinated.length === 1 ? "is" : "are"} run by one hand, as far as can be seen (below).`;
    return `${counted(totals.exchanges, "exchange")} of ${counted(totals.accounts, "account")}${when} were examined by who sent them, when and from where. ${found} What they ask for can't be told, so nobody is flagged.`;
  }
  if (campaigns.length === 0) {
    const cleared =
      clearedGroups === 0
        ? "No group of accounts stood out."
        : `${counted(clearedGroups, "group")} with ${counted(clearedAccounts, "account")} stood out enough to be examined, and the evidence did not hold.`;
    return `${counted(totals.exchanges, "exchange")} of ${counted(totals.accounts, "account")}${when} were examined. ${cleared}`;
  }
  const drawn = campaigns.reduce((sum, { exchanges }) => sum + exchanges, 0);
  const harvested = [...new Set(campaigns.flatMap(({ capabilities }) => capabilities))].sort().slice(0, 5);
  const what =
    harvested.length === 0 ? "" : ` What they were after: ${listed(harvested.map((name) => clip(name, 32)))}.`;
  return `${campaigns.length === 1 ? "It drew" : "Together they drew"} ${counted(drawn, "exchange")}, ${share(drawn, totals.exchanges)} of the traffic${when}.${what} Each finding below also says what speaks against it, where anything does.`;
}

/** Every account as (part of) a dot: flagged, judged, and those of which too little is known. */
function dots({ totals }: Report): Markup | null {
  if (totals.accounts === 0) return null;
  const perDot = Math.ceil(totals.accounts / PAGE_LIMITS.dotsMax);
  const flagged = Math.ceil(totals.flagged / perDot);
  const insufficient = Math.round(totals.insufficient / perDot);
  const all = Math.max(flagged + insufficient, Math.ceil(totals.accounts / perDot));
  const kind = (i: number): string => (i < flagged ? "dot-flagged" : i < all - insufficient ? "dot" : "dot-unknown");
  const rows = Math.ceil(all / DOT_COLUMNS);
  const each = perDot === 1 ? "Every dot is an account" : `Every dot is ${count(perDot)} accounts`;
  const description = `${each}: ${counted(totals.flagged, "account")} flagged, ${counted(totals.insufficient, "account")} with too little traffic, the rest judged and clear.`;
  const circles = Array.from({ length: all }, (_, i) => {
    const x = (i % DOT_COLUMNS) * DOT_STEP + DOT_STEP / 2;
    const y = Math.floor(i / DOT_COLUMNS) * DOT_STEP + DOT_STEP / 2;
    return html`<circle class="${kind(i)}" cx="${x}" cy="${y}" r="${kind(i) === "dot-unknown" ? 3 : 3.6}" />`;
  });
  return html`<figure class="field">
    <svg role="img" aria-labelledby="field-title field-text" viewBox="0 0 ${DOT_COLUMNS * DOT_STEP} ${rows * DOT_STEP}">
      <title id="field-title">All accounts</title>
      <desc id="field-text">${description}</desc>
      ${circles}
    </svg>
    <figcaption>
      <span class="keyed">${each}.</span
      >${totals.flagged > 0 ? html` <span class="keyed"><span class="key key-flagged"></span>flagged</span>` : null}
      <span class="keyed"><span class="key key-clear"></span>clear</span
      >${totals.insufficient > 0 ? html` <span class="keyed"><span class="key key-unknown"></span>too little traffic</span>` : null}
    </figcaption>
  </figure>`;
}

/** The table of campaigns with when each was active; `anchors` are those drawn in full. */
export function campaignIndex(
  report: Report,
  ordered: readonly Campaign[],
  anchors: ReadonlyMap<string, string>,
): Markup | null {
  if (ordered.length === 0) return null;
  const shown = ordered.slice(0, PAGE_LIMITS.campaignsListedMax);
  const notes = [];
  if (anchors.size < ordered.length) {
    notes.push(`The ${count(anchors.size)} campaigns with the most exchanges are drawn in full below.`);
  }
  if (shown.length < ordered.length)
    notes.push(`${count(shown.length)} of ${count(ordered.length)} campaigns are listed; report.json has all.`);
  return html`<section class="index" aria-labelledby="index-title">
    <h2 id="index-title">${ordered.length === 1 ? "The campaign" : "The campaigns"}</h2>
    ${notes.length > 0 ? html`<p class="limit">${notes.join(" ")}</p>` : null}
    <div class="scroll" role="region" tabindex="0" aria-label="Table of campaigns">
      <table class="rows" data-sortable>
        <caption class="hidden">
          Campaigns, most exchanges first
        </caption>
        <thead>
          <tr>
            <th scope="col">Campaign</th>
            <th scope="col" class="number">Accounts</th>
            <th scope="col" class="number">Exchanges</th>
            <th scope="col">Since</th>
            <th scope="col" data-unsorted>${activityTitle(report)}</th>
            ${VERDICTS.map((verdict) => html`<th scope="col" class="number">${verdictWords(verdict).name}</th>`)}
            <th scope="col" class="number">Confidence</th>
            <th scope="col">Harvested</th>
          </tr>
        </thead>
        <tbody>
          ${shown.map((campaign) => indexRow(campaign, report, anchors.get(campaign.id) ?? null))}
        </tbody>
      </table>
    </div>
  </section>`;
}

function activityTitle({ source }: Report): string {
  return source.first_seen === null || source.last_seen === null
    ? "Active"
    : `Active, ${dayInYear(source.first_seen)} – ${dayInYear(source.last_seen)}`;
}

function indexRow(campaign: Campaign, report: Report, anchor: string | null): Markup {
  const name = html`<bdi>${clip(campaign.id, PAGE_LIMITS.nameCharactersMax)}</bdi>`;
  const { verdicts, confidence } = campaign;
  return html`<tr>
    <th scope="row">${anchor === null ? name : html`<a href="#${anchor}">${name}</a>`}</th>
    <td class="number" data-value="${campaign.accounts.length}">${count(campaign.accounts.length)}</td>
    <td class="number" data-value="${campaign.exchanges}">${count(campaign.exchanges)}</td>
    <td class="date" data-value="${Date.parse(campaign.first_seen)}">${campaign.first_seen.slice(0, 10)}</td>
    <td class="strip-cell">${strip(campaign, report)}</td>
    ${VERDICTS.map((verdict) => html`<td class="number" data-value="${verdicts[verdict]}">${percent(verdicts[verdict])}${meter(verdicts[verdict], "accent")}</td>`)}
    <td class="number" data-value="${confidence}">${percent(confidence)}${meter(confidence, "ink")}</td>
    <td>
      ${
        campaign.capabilities
          .slice(0, 4)
          .map((item) => clip(item, 32))
          .join(", ") || "unknown"
      }
    </td>
  </tr> `;
}

/** When it was active within the log: a small area of exchanges over the whole time that was read. */
function strip({ timeline }: Campaign, { source }: Report): Markup | null {
  if (source.first_seen === null || source.last_seen === null) return null;
  const startMs = Math.floor(Date.parse(source.first_seen) / dayMs) * dayMs;
  const days = Math.max(1, Math.ceil((Date.parse(source.last_seen) + 1 - startMs) / dayMs));
  const bins = Array.from({ length: Math.min(days, STRIP_BINS_MAX) }, () => 0);
  for (const item of timeline) {
    const place = Math.floor((((Date.parse(item.day) - startMs) / dayMs) * bins.length) / days);
    if (place >= 0 && place < bins.length) bins[place]! += item.exchanges;
  }
  const most = Math.max(1, ...bins);
  const path = bins
    .map((value, i) => (value === 0 ? "" : `M${i} 24V${Math.round(10 * (24 - (22 * value) / most)) / 10}h.9V24z`))
    .join("");
  return html`<svg
    class="strip"
    aria-hidden="true"
    viewBox="0 0 ${bins.length} 24"
    preserveAspectRatio="none"
    width="160"
    height="24"
  >
    <path d="${path}" />
  </svg>`;
}
