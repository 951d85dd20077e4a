import type { AccountScore, Campaign, Report } from "../../../model/report.ts";
import { counted, day, listed, VERDICTS, verdictWords } from "../words.ts";
import { evidenceColumns, verdictRow, withoutTable } from "./evidence.ts";
import { graphFigure } from "./graph.ts";
import { hoursFigure } from "./hours.ts";
import { PAGE_LIMITS } from "./limits.ts";
import { loadsFigure } from "./loads.ts";
import { clip, html, type Markup } from "./markup.ts";
import { membersTable } from "./members.ts";
import { timelineFigure } from "./timeline.ts";

/** From where the traffic counts as a harvest in a headline. */
const EXTRACTIVE_MIN = 0.5;

/** The story of one campaign. `id` is unique on the page. */
export function campaignArticle(
  campaign: Campaign,
  report: Report,
  scores: ReadonlyMap<string, AccountScore>,
  id: string,
): Markup {
  const figures = [
    {
      name: "Confidence",
      claim: "This is a campaign, not chance.",
      probability: campaign.confidence,
    },
    ...VERDICTS.map((verdict) => ({
      ...verdictWords(verdict),
      probability: campaign.verdicts[verdict],
    })),
  ];
  return html`<article class="campaign" id="${id}" aria-labelledby="${id}-headline">
    <header>
      <p class="eyebrow">Campaign <bdi>${clip(campaign.id, PAGE_LIMITS.nameCharactersMax)}</bdi></p>
      <h2 id="${id}-headline">${headline(campaign)}</h2>
    </header>
    ${verdictRow(figures)} ${timelineFigure(campaign, report, id)}
    <div class="pair pair-graph">
      ${graphFigure(campaign, id)}
      <div>${loadsFigure(campaign, id)}${hoursFigure(campaign, id)}</div>
    </div>
    ${evidenceColumns(campaign)} ${withoutTable(campaign)} ${membersTable(campaign, scores, id)}
  </article>`;
}

/** How many accounts, how many exchanges, since when, and what they harvested. */
function headline({ accounts, exchanges, first_seen, capabilities, verdicts }: Campaign): string {
  const who = `${counted(accounts.length, "account")} ${accounts.length === 1 ? "has" : "have"} drawn ${counted(exchanges, "exchange")} since ${day(first_seen)}`;
  const names = capabilities.slice(0, 4).map((capability) => clip(capability, 32));
  if (verdicts.extractive < EXTRACTIVE_MIN) return `${who}, acting as one; whether they harvest is open.`;
  if (names.length === 0) return `${who}, harvesting the model's answers.`;
  return `${who}, harvesting ${listed(names)}.`;
}
