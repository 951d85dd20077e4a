import type { Campaign, Evidence, Report } from "../../../model/report.ts";
import { count, counted, familyWords, likelihood, odds, percent, STRENGTH_SHOWN_MAX } from "../words.ts";
import { meter } from "./chart.ts";
import { PAGE_LIMITS } from "./limits.ts";
import { clip, html, type Markup } from "./markup.ts";

/** What gave the campaign away; beside it what speaks against it, and whom it could be mistaken for. */
export function evidenceColumns({ evidence, resembles }: Campaign): Markup {
  const weighed = [...evidence].sort((a, b) => b.strength - a.strength);
  const forIt = weighed.filter(({ against }) => !against);
  const againstIt = weighed.filter(({ against }) => against);
  return html`<div class="pair">
    <section class="ruled">
      <h3>What gave it away</h3>
      ${list(forIt, "accent", "Nothing was written down.")}
    </section>
    <div class="stack">
      <section class="ruled">
        <h3>What speaks against it</h3>
        ${list(againstIt, "calm", "Nothing was found that speaks against it.")}
      </section>
      <section class="ruled resembles">
        <h3>Whom it could be mistaken for</h3>
        <p class="lookalike">${clip(resembles.kind, PAGE_LIMITS.nameCharactersMax)}</p>
        <p>${clip(resembles.difference, PAGE_LIMITS.sentenceCharactersMax)}</p>
      </section>
    </div>
  </div>`;
}

function list(items: readonly Evidence[], color: "accent" | "calm", none: string): Markup {
  if (items.length === 0) return html`<p class="none">${none}</p>`;
  const shown = items.slice(0, PAGE_LIMITS.evidenceShownMax);
  return html`<ul class="evidence">
      ${shown.map(
        ({ signal, summary, strength }) =>
          html`<li>
            <p class="evidence-head">
              <strong>${familyWords(signal).name}</strong>
              <span class="odds">${odds(strength)}</span>
            </p>
            ${meter(strength / STRENGTH_SHOWN_MAX, color)}
            <p>${clip(summary, PAGE_LIMITS.sentenceCharactersMax)}</p>
          </li>`,
      )}
    </ul>
    ${shown.length < items.length ? html`<p class="limit">${count(items.length - shown.length)} weaker ones are in report.json.</p>` : null}`;
}

/** What is left of the case when one family is taken away. */
export function withoutTable({ id, without, confidence }: Campaign): Markup | null {
  if (without.length === 0) return null;
  const fatal = without.filter(({ convicted }) => !convicted);
  const lead =
    fatal.length === 0
      ? "The case stands without any one family of evidence."
      : `The case does not stand without ${fatal.map(({ family }) => familyWords(family).name.toLowerCase()).join(", or without ")}.`;
  return html`<section class="ruled without">
    <div>
      <h3>What remains without each family</h3>
      <p>${lead}</p>
    </div>
    <table class="plain">
      <caption class="hidden">
        Confidence in campaign ${clip(id, PAGE_LIMITS.nameCharactersMax)} without each family of evidence;
        ${percent(confidence)} with all
      </caption>
      <thead>
        <tr>
          <th scope="col">Without</th>
          <th scope="col" colspan="2">Confidence</th>
          <th scope="col">Still a campaign</th>
        </tr>
      </thead>
      <tbody>
        ${without.map(
          (rest) =>
            html`<tr>
              <th scope="row">${familyWords(rest.family).name}</th>
              <td class="number">${percent(rest.confidence)}</td>
              <td class="bar-cell">${meter(rest.confidence, rest.convicted ? "accent" : "calm")}</td>
              <td>${rest.convicted ? "yes" : html`<strong>no</strong>`}</td>
            </tr>`,
        )}
      </tbody>
    </table>
  </section>`;
}

/** Which families were looked at in this run, and what the others would need. */
export function familiesExamined({ missing }: Report, families: readonly Evidence["signal"][]): Markup {
  const reasons = new Map(missing.map(({ family, reason }) => [family, reason]));
  return html`<ul class="families">
    ${families.map((family) => {
      const reason = reasons.get(family);
      const { name, looksFor } = familyWords(family);
      const state =
        reason === undefined
          ? html`<span class="state state-yes">examined</span>`
          : html`<span class="state state-no">not examined</span>`;
      return html`<li>
        <p><strong>${name}</strong> ${state}</p>
        <p>
          ${looksFor}${reason === undefined ? null : html`<br /><em>${clip(reason, PAGE_LIMITS.sentenceCharactersMax)}</em>`}
        </p>
      </li>`;
    })}
  </ul>`;
}

/** The confidence and the three verdicts. */
export function verdictRow(figures: readonly { name: string; claim: string; probability: number }[]): Markup {
  return html`<dl class="verdicts">
    ${figures.map(
      ({ name, claim, probability }, i) =>
        html`<div>
          <dt>${name}</dt>
          <dd>
            <span class="big">${percent(probability)}</span>
            <span class="word">${likelihood(probability)}</span>${meter(probability, i === 0 ? "ink" : "accent")}<span
              class="claim"
              >${claim}</span
            >
          </dd>
        </div>`,
    )}
  </dl>`;
}

/** What the bar of the run was, in words. */
export function boundSentence({ bound }: Report): string {
  const rate = bound.false_campaign_rate;
  const promise =
    rate <= 0
      ? "No bound on false campaigns was set for this run."
      : `The run was judged so that at most one in ${count(Math.floor(1 / rate + 1e-9))} reported campaigns is expected to be false.`;
  return `${promise} A group is only called a campaign where at least ${counted(bound.families_required, "independent family", "independent families")} of evidence agree on it.`;
}
