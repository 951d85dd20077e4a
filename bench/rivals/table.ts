import type { Score } from "../../src/cli/evaluate/score.ts";
import type { Setting } from "./rival.ts";

interface Run {
  readonly method: string;
  /** What a rival was tuned for; empty for Stillwatch. */
  readonly tunedFor: readonly string[];
  /** Detection alone, after ingest. */
  readonly seconds: number;
}

/** One method on one world. Shares are 0 to 1, `null` where there is nothing to share. */
export interface Row extends Run {
  readonly recall: number | null;
  readonly falsePositiveRate: number;
  readonly honestFlagged: number;
  readonly bcubedPrecision: number | null;
  readonly bcubedRecall: number | null;
}

export function rowFor(run: Run, score: Score): Row {
  return {
    ...run,
    recall: score.recall,
    falsePositiveRate: score.falsePositiveRate,
    honestFlagged: [...score.honest.values()].reduce((sum, { flagged }) => sum + flagged, 0),
    bcubedPrecision: score.bcubed.precision,
    bcubedRecall: score.bcubed.recall,
  };
}

export interface WorldResult {
  readonly world: string;
  readonly exchanges: number;
  readonly accounts: number;
  readonly distillers: number;
  readonly stillwatch: Row;
  readonly rivals: readonly Row[];
}

export interface Results {
  readonly tunedOn: readonly string[];
  readonly methods: readonly {
    readonly name: string;
    readonly source: string;
    readonly tunedFor: readonly string[];
    readonly settingsTried: number;
    readonly parameters: Setting;
  }[];
  readonly worlds: readonly WorldResult[];
  /** Why worlds are missing. */
  readonly skipped: readonly string[];
}

/** The page about the rivals, as Markdown. */
export function pageOf(results: Results): string {
  return [
    "# Rivals",
    "_Written by `npm run bench:rivals`; the same figures stand in `docs/rivals.json`. Do not edit._",
    [
      "Methods that others have published, or that every provider has, on the same ingested store as Stillwatch and under the same scorer (`bench/rivals/`).",
      "They see the sketches that ingest keeps, as Stillwatch does, and not the texts. Each was tuned twice: for the best F1, and for the best recall at one",
      "honest account in a thousand at most; there is one row where both gave the same setting. Stillwatch was not tuned here. The worlds of tuning have seeds",
      "of their own and are not compared:",
      `${results.tunedOn.join("; ")}.`,
      "Tuning weighs accounts, so that large campaigns count most. The simulator is this project's own, which may suit Stillwatch;",
      "the practice worlds come from elsewhere. Seconds are those of one run of detection, after ingest.",
    ].join("\n"),
    "## Where a rival does better",
    "Every measure in which a rival is ahead of Stillwatch, and what it pays for it.",
    results.worlds.map(wordsOn).join("\n"),
    "## Figures",
    "Recall and the false-positive rate are over accounts; B-cubed precision (P) and recall (R) compare campaigns with the groups reported. A dash: there is\nnothing to divide by.",
    markdownTable(
      [
        "world",
        "method",
        "tuned for",
        "recall",
        "false-positive rate",
        "honest flagged",
        "B-cubed P",
        "B-cubed R",
        "seconds",
      ],
      results.worlds.flatMap((world) =>
        [world.stillwatch, ...world.rivals].map((row, i) => [i === 0 ? world.world : "", ...cellsOf(row)]),
      ),
    ),
    ...results.skipped.map((reason) => `${reason}.`),
    "## Worlds",
    markdownTable(
      ["world", "exchanges", "accounts", "distillers"],
      results.worlds.map((world) => [
        world.world,
        ...[world.exchanges, world.accounts, world.distillers].map((value) => value.toLocaleString("en")),
      ]),
    ),
    "## Methods and their settings",
    markdownTable(
      ["method", "source", "tuned for", "settings tried", "setting"],
      results.methods.map((method) => [
        method.name,
        method.source,
        method.tunedFor.join(", "),
        method.settingsTried.toLocaleString("en"),
        Object.entries(method.parameters)
          .map(([name, value]) => `${name} ${value}`)
          .join(", "),
      ]),
    ),
  ]
    .join("\n\n")
    .concat("\n");
}

/** Where rivals are better than Stillwatch on a world, in words, and at what price: a list item. */
export function wordsOn({ world, stillwatch, rivals }: WorldResult): string {
  const items = rivals.flatMap((rival) => {
    const gains = measures.filter(({ of, better }) => better(of(rival), of(stillwatch)));
    const losses = measures.filter(({ of, better }) => better(of(stillwatch), of(rival)));
    // Whoever flags nobody makes no mistakes: that is no merit.
    const silent = rival.recall === 0 && rival.honestFlagged === 0;
    if (gains.length === 0 || silent) return [];
    const list = (which: readonly Measure[]): string =>
      which.map(({ name, of, show }) => `${name} ${show(of(rival))} against ${show(of(stillwatch))}`).join(", ");
    const verdict = losses.length === 0 ? "beats Stillwatch outright" : "is ahead in part";
    const price = losses.length === 0 ? "worse in nothing" : `but ${list(losses)}`;
    return [`  - **${labelOf(rival)}** ${verdict}: ${list(gains)}; ${price}.`];
  });
  if (items.length === 0) return `- ${world}: no rival is ahead in any measure.`;
  return [`- ${world}:`, ...items].join("\n");
}

const labelOf = ({ method, tunedFor }: Row): string => `${method} (${tunedFor.join(", ")})`;

type Compare = (one: number | null, other: number | null) => boolean;
const higher: Compare = (one, other) => one !== null && other !== null && one > other;
const lower: Compare = (one, other) => higher(other, one);

const ratio = (value: number | null): string => (value === null ? "–" : value.toFixed(3));
const percent = (value: number | null): string => (value === null ? "–" : `${(value * 100).toFixed(2)} %`);

interface Measure {
  readonly name: string;
  readonly of: (row: Row) => number | null;
  readonly better: Compare;
  readonly show: (value: number | null) => string;
}

const measures: readonly Measure[] = [
  { name: "recall", of: (row) => row.recall, better: higher, show: ratio },
  { name: "false-positive rate", of: (row) => row.falsePositiveRate, better: lower, show: percent },
  { name: "B-cubed precision", of: (row) => row.bcubedPrecision, better: higher, show: ratio },
  { name: "B-cubed recall", of: (row) => row.bcubedRecall, better: higher, show: ratio },
];

function cellsOf(row: Row): string[] {
  return [
    row.method,
    row.tunedFor.join(", "),
    ratio(row.recall),
    percent(row.falsePositiveRate),
    row.honestFlagged.toLocaleString("en"),
    ratio(row.bcubedPrecision),
    ratio(row.bcubedRecall),
    row.seconds.toFixed(1),
  ];
}

/** Columns are padded to one width, as the formatter wants them. */
function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((_, i) => Math.max(3, ...[head, ...rows].map((row) => row[i]?.length ?? 0)));
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, i) => cell.padEnd(widths[i]!)).join(" | ")} |`;
  return [line(head), line(widths.map((width) => "-".repeat(width))), ...rows.map(line)].join("\n");
}
