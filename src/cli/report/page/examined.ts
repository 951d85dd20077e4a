import { FAMILIES, type Report, type Verdicts } from "../../../model/report.ts";
import { count, counted, day, isIntentUntold, listed } from "../words.ts";
import { boundSentence, familiesExamined } from "./evidence.ts";
import { clip, definitionList, html, type Markup } from "./markup.ts";

/** What was read, what was looked for, and how far the result can be trusted. */
export function examinedSection(report: Report): Markup {
  const { source, totals, models } = report;
  const facts: { name: string; value: string }[] = [
    {
      name: "Log format",
      value: source.formats.length === 0 ? "unknown" : listed(source.formats.map((format) => clip(format, 40))),
    },
    { name: "Files", value: count(source.files) },
    { name: "Exchanges", value: count(totals.exchanges) },
    { name: "Accounts", value: count(totals.accounts) },
    {
      name: "First and last",
      value:
        source.first_seen === null || source.last_seen === null
          ? "none"
          : `${day(source.first_seen)} – ${day(source.last_seen)}, UTC`,
    },
    { name: "Repeated, counted once", value: count(source.repeated) },
    {
      name: "Lines not readable",
      value: source.rejected === 0 ? "none" : `${count(source.rejected)}, kept in rejects.ndjson`,
    },
    { name: "Model releases known", value: models.length === 0 ? "none" : count(models.length) },
  ];
  const gaps =
    report.missing.length === 0
      ? "The log carried the fields for every family of evidence."
      : `${counted(report.missing.length, "family", "families")} of evidence could not be examined because the log lacks the fields: a campaign that only shows there would not be found.`;
  return html`<section class="examined" aria-labelledby="examined-title">
    <h2 id="examined-title">What was examined</h2>
    <div class="examined-columns">
      <section>
        <h3>What was read</h3>
        ${definitionList("facts", facts)}
      </section>
      <section class="looked-for">
        <h3>What was looked for</h3>
        <p>${gaps}</p>
        ${familiesExamined(report, FAMILIES)}
      </section>
      <section>
        <h3>How sure this is</h3>
        <p>${boundSentence(report)}</p>
        <p>
          Odds such as “100 to 1” compare how well the finding fits one hand with how well it fits separate, honest
          accounts. Country and language are never evidence.
        </p>
        <p>
          Not being named here is no proof of innocence, and being named is a reason to look, not a sentence: ask
          <code>stillwatch explain ACCOUNT</code> for one account's case.
        </p>
      </section>
    </div>
    ${letGo(report)}
  </section>`;
}

/** Groups told on the page; report.json has the rest. */
const GROUPS_SHOWN_MAX = 10;

/** Who was seen to be one hand, and why nothing is proposed against them. */
function letGo(report: Report): Markup {
  const { coordinated } = report;
  if (coordinated.length === 0) return html``;
  const shown = coordinated.slice(0, GROUPS_SHOWN_MAX);
  const more = coordinated.length - shown.length;
  const untold = isIntentUntold(report);
  return html`<section class="let-go">
    <h3>${untold ? "Run by one hand" : "Run by one hand, and let go"}</h3>
    <p>
      ${counted(coordinated.length, "group")} of accounts ${coordinated.length === 1 ? "is" : "are"} run together, as
      far as can be seen: a gateway, a resale relay, a firm with several
      accounts${untold ? ", or a campaign: without messages nobody can tell which" : ""}. Nothing is proposed against
      them.
    </p>
    <ul>
      ${shown.map(
        ({ id, accounts, exchanges, verdicts }) =>
          html`<li>
            ${id}: ${counted(accounts.length, "account")}, ${counted(exchanges, "exchange")} of shared work;
            ${untold ? "what they ask for can't be told" : whyLetGo(verdicts)}
          </li>`,
      )}
    </ul>
    ${more > 0 ? html`<p>… and ${count(more)} more in report.json.</p>` : html``}
  </section>`;
}

function whyLetGo({ extractive, unauthorised }: Verdicts): string {
  if (extractive < 0.5) return "what they ask does not look like a harvest";
  return unauthorised < 0.5
    ? "they ask for training material, but openly, under one name or as declared"
    : "the case is too weak to act on";
}
