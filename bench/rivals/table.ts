import type { Score } from "./score.ts";
import type { Setting } from "./rival.ts";

/** One method on one world. */
export interface Row extends Score {
  readonly method: string;
  /** What a rival was tuned for; empty for Stillwatch. */
  readonly tunedFor: readonly string[];
  readonly seconds: number;
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
    `Methods that others have published, or that every provider has, on the same ingested store as Stillwatch and under the same
scorer (code in \`bench/rivals/\`). They see sketches, as Stillwatch does, not texts. Each was tuned on
${results.tunedOn.join(" and ")}, which are not compared here: once for the best F1, once for the best recall at one honest
account in a thousand at most (one row where both gave the same setting). Seconds are those of detection, after ingest.`,
    "## Where a rival does better",
    results.worlds.map((world) => `- ${wordsOn(world)}`).join("\n"),
    "## Figures",
    "Recall and the false-positive rate are over accounts; B-cubed precision (P) and recall (R) over campaigns. A dash: nothing to divide by.",
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

/** Where a rival is better than Stillwatch on a world, in words, and at what price. */
export function wordsOn({ world, stillwatch, rivals }: WorldResult): string {
  const parts = rivals.flatMap((rival) => {
    const gains = measures.filter(({ of, better }) => better(of(rival), of(stillwatch)));
    const losses = measures.filter(({ of, better }) => better(of(stillwatch), of(rival)));
    // Whoever flags nobody makes no mistakes: that is no merit.
    if (gains.length === 0 || (rival.recall === 0 && rival.falsePositiveRate === 0)) return [];
    const list = (which: typeof measures): string =>
      which.map(({ name, of, show }) => `${name} ${show(of(rival))} against ${show(of(stillwatch))}`).join(", ");
    const price = losses.length === 0 ? "and is worse in nothing" : `but ${list(losses)}`;
    return [`**${labelOf(rival)}** has ${list(gains)}, ${price}`];
  });
  return parts.length === 0
    ? `${world}: no rival is better than Stillwatch in any measure.`
    : `${world}: ${parts.join("; ")}.`;
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
