import { renderDocument } from "../report/page/document.ts";
import { definitionList, html, type Markup } from "../report/page/markup.ts";
import { count, familyWords } from "../report/words.ts";
import { FAMILIES } from "../../model/report.ts";
import { EVASION_LADDER } from "../../sim/campaign/ladder.ts";
import { HELD_OUT_CLASSES } from "../../sim/honest/held-out.ts";
import { curveChart } from "./curve-chart.ts";
import { percentage, rate, type Settings, spread } from "./markdown.ts";
import type { ClassSummary, CurveSummary, Summary } from "./summary.ts";

/** On top of the report's style: two lines a chart, and what tells backgrounds apart. */
const STYLE = `
.curve{margin-top:56px;border-top:3px solid var(--ink);padding-top:14px}
.curve h2{margin-bottom:6px}
.curve figure{margin-top:22px}.curve .pair figure{margin-top:0}.curve .pair{margin-top:22px}.curve .scroll{margin-top:18px}
.curve td{white-space:nowrap}.steps{color:var(--soft);font-size:.9375rem;max-width:52em}
.line{stroke-width:2;stroke-linecap:round}.line-recall{stroke:var(--accent)}.line-leaked{stroke:var(--calm);stroke-dasharray:6 4}
.mark-recall{fill:var(--accent)}.mark-leaked{fill:var(--calm)}
.reach{stroke-width:1.5;opacity:.6}
.key-recall{background:var(--accent)}.key-leaked{background:var(--calm)}
.held{color:var(--soft)}
`;

/** The evaluation as one self-contained page. */
export function renderEvaluationPage(summary: Summary, { command, source }: Settings): string {
  return renderDocument({
    title: "Stillwatch: evaluation",
    edition: source === "log" ? "Evaluation on a log of yours" : "Evaluation on simulated worlds",
    skip: "Skip to the figures",
    style: STYLE,
    main: html`${headline(summary)} ${honestSection(summary)} ${summary.curves.map(curveSection)}`,
    footer: html`Written by <code>${command}</code>; the same command gives the same figures. The misses stand one by
      one in <code>EVALUATION.md</code>, every trial in <code>evaluation.json</code>. This page loads nothing from the
      network.`,
  });
}

function headline({ everybody, honestWorlds, falseCampaigns, curves }: Summary): Markup {
  const trials = curves
    .flatMap(({ series }) => series.flatMap(({ points }) => points))
    .reduce((sum, point) => sum + point.trials, 0);
  const figures = [
    { name: "trials with campaigns hidden in honest traffic", value: count(trials) },
    { name: "logs without a campaign", value: count(honestWorlds) },
    { name: "campaigns reported in them", value: count(falseCampaigns) },
    { name: "honest accounts", value: count(everybody.accounts) },
    { name: "of them flagged in any trial", value: count(everybody.flaggedEver) },
  ];
  return html`<section class="hero">
    <div>
      <h1>What is found, and who is wronged</h1>
      <p class="deck">
        Campaigns were hidden in honest traffic, one evasion after another. A curve that falls shows where the detector
        breaks.
      </p>
    </div>
    ${definitionList("figures", figures)}
  </section>`;
}

function honestSection({ classes, everybody }: Summary): Markup {
  const row = ({
    name,
    accounts,
    flaggedAlone,
    letGoAlone,
    flaggedInTrial,
    flaggedEver,
    interval,
  }: ClassSummary): Markup =>
    html`<tr>
      <th scope="row">
        ${name}${HELD_OUT_CLASSES.some((held) => held === name) ? html` <span class="held">held out</span>` : null}
      </th>
      <td class="number">${count(accounts)}</td>
      <td class="number">${count(flaggedAlone)}</td>
      <td class="number">${count(letGoAlone)}</td>
      <td class="number">${flaggedInTrial === null ? "–" : rate(flaggedInTrial)}</td>
      <td class="number">${count(flaggedEver)}</td>
      <td class="number">${rate(interval.low)} to ${rate(interval.high)}</td>
    </tr>`;
  return html`<section class="index">
    <h2>Honest accounts</h2>
    <p class="limit">
      One hand, let go: told as coordinated and not extractive, which is right of a gateway and a relay.
    </p>
    <div class="scroll">
      <table class="plain">
        <thead>
          <tr>
            <th scope="col">class</th>
            <th scope="col" class="number">accounts</th>
            <th scope="col" class="number">flagged alone</th>
            <th scope="col" class="number">one hand, let go</th>
            <th scope="col" class="number">in a trial</th>
            <th scope="col" class="number">in any trial</th>
            <th scope="col" class="number">95 % interval</th>
          </tr>
        </thead>
        <tbody>
          ${[...classes, everybody].map(row)}
        </tbody>
      </table>
    </div>
  </section>`;
}

function curveSection(curve: CurveSummary): Markup {
  return html`<section class="curve">
    <h2>${curve.title}</h2>
    <p class="limit">
      Along: ${curve.axis}. Told: accounts that the report names, flagged or as one hand's and let go.
    </p>
    ${curve.name === "ladder" ? ladder() : null}
    <p class="legend">
      <span class="keyed"><span class="key key-recall"></span>recall</span>
      <span class="keyed"><span class="key key-leaked"></span>exchanges leaked</span>
    </p>
    <div class="${curve.series.length > 1 ? "pair" : "alone"}">
      ${curve.series.map(
        ({ scale, points }) =>
          html`<figure>
            ${curve.series.length > 1 ? html`<figcaption><p>Background ${scale}x</p></figcaption>` : null}
            ${curveChart({ id: `${curve.name}-${scale}`, title: curve.title, ordered: curve.ordered, points })}
          </figure>`,
      )}
    </div>
    ${curve.series.map(({ points }) => pointTable(points))}
  </section>`;
}

function ladder(): Markup {
  return html`<ol class="steps" start="0">
    ${EVASION_LADDER.map(({ title }) => html`<li>${title}.</li>`)}
  </ol>`;
}

function pointTable(points: CurveSummary["series"][number]["points"]): Markup {
  return html`<div class="scroll">
    <table class="plain">
      <thead>
        <tr>
          <th scope="col">point</th>
          <th scope="col" class="number">recall</th>
          <th scope="col" class="number">told</th>
          <th scope="col" class="number">leaked</th>
          <th scope="col" class="number">B-cubed precision</th>
          <th scope="col" class="number">B-cubed recall</th>
          ${FAMILIES.map((family) => html`<th scope="col" class="number">without ${familyWords(family).name.toLowerCase()}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${points.map(
          (point) =>
            html`<tr>
              <th scope="row">${point.label}</th>
              <td class="number">${spread(point.recall)}</td>
              <td class="number">${spread(point.told)}</td>
              <td class="number">${spread(point.leaked)}</td>
              <td class="number">${point.bcubedPrecision === null ? "–" : spread(point.bcubedPrecision)}</td>
              <td class="number">${spread(point.bcubedRecall)}</td>
              ${FAMILIES.map((family) => html`<td class="number">${percentage(point.recallWithout[family])}</td>`)}
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}
