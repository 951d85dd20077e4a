import type { AccountScore, Campaign } from "../../../model/report.ts";
import { count, percent, share } from "../words.ts";
import { PAGE_LIMITS } from "./limits.ts";
import { clip, html, type Markup } from "./markup.ts";

/** The accounts of a campaign's table: the busiest, then by name. */
export function listedMembers({
  accounts,
  loads,
}: Campaign): { account: string; exchanges: number; harvest: number }[] {
  const load = new Map(loads.map((item) => [item.account, item]));
  const all = accounts.map((account) => load.get(account) ?? { account, exchanges: 0, harvest: 0 });
  all.sort((a, b) => b.exchanges - a.exchanges || (a.account < b.account ? -1 : 1));
  return all.slice(0, PAGE_LIMITS.membersListedMax);
}

/** Folded away: a table of the accounts with a box to filter it. */
export function membersTable(campaign: Campaign, scores: ReadonlyMap<string, AccountScore>, id: string): Markup {
  const rows = listedMembers(campaign);
  const all = campaign.accounts.length;
  const name = clip(campaign.id, PAGE_LIMITS.nameCharactersMax);
  const limit =
    rows.length < all
      ? html`<p class="limit">The busiest ${count(rows.length)} of ${count(all)} accounts; accounts.ndjson has all.</p>`
      : null;
  return html`<details class="members">
    <summary>The ${count(all)} accounts</summary>
    <p class="filter">
      <label for="${id}-filter">Filter accounts</label>
      <input type="search" id="${id}-filter" data-filters="${id}-members" autocomplete="off" spellcheck="false" />
      <output for="${id}-filter"></output>
    </p>
    ${limit}
    <div class="scroll" role="region" tabindex="0" aria-label="Accounts of ${name}">
      <table class="rows" id="${id}-members" data-sortable>
        <caption class="hidden">
          Accounts of campaign ${name}, busiest first
        </caption>
        <thead>
          <tr>
            <th scope="col">Account</th>
            <th scope="col" class="number">Exchanges</th>
            <th scope="col" class="number">Shared work</th>
            <th scope="col" class="number">Score</th>
            <th scope="col">Proposed action</th>
          </tr>
        </thead>
        <tbody>
          ${rows.map(({ account, exchanges, harvest }) => {
            const score = scores.get(account);
            const part = exchanges === 0 ? 0 : Math.min(1, harvest / exchanges);
            return html`<tr>
              <th scope="row"><bdi>${clip(account, PAGE_LIMITS.nameCharactersMax)}</bdi></th>
              <td class="number" data-value="${exchanges}">${count(exchanges)}</td>
              <td class="number" data-value="${part}">${share(part, 1)}</td>
              <td class="number" data-value="${score?.score ?? 0}">
                ${score === undefined ? "–" : percent(score.score)}
              </td>
              <td>${score?.action ?? "–"}</td>
            </tr> `;
          })}
        </tbody>
      </table>
    </div>
  </details>`;
}
