import { FAMILIES } from "../../model/report.ts";
import { EVASION_LADDER } from "../../sim/campaign/ladder.ts";
import { HELD_OUT_CLASSES } from "../../sim/honest/held-out.ts";
import { HELD_OUT_PIPELINES } from "../../sim/pipeline/phrases.ts";
import { count, familyWords, listed } from "../report/words.ts";
import type { Trial } from "./evaluate.ts";
import type { ClassSummary, CurveSummary, PointSummary, Spread, Summary } from "./summary.ts";

/** Misses that are told one by one. */
const MISSES_MAX = 60;

export interface Settings {
  /** The command line that gives the same figures. */
  readonly command: string;
  /** Whose honest traffic it was. */
  readonly source: "simulated" | "log";
}

/** The evaluation as one page of Markdown. */
export function renderMarkdown(summary: Summary, settings: Settings): string {
  return [
    "# Evaluation",
    opening(summary, settings),
    "## Honest accounts",
    honest(summary),
    "### Who was flagged, and when",
    wronged(summary),
    "## Campaigns",
    campaignsIntroduction(summary),
    ...summary.curves.flatMap((curve) => [`### ${curve.title}`, curveTable(curve)]),
    "## Without one family",
    families(summary),
    "## Misses",
    misses(summary),
  ]
    .map((block) => `${block}\n`)
    .join("\n");
}

function opening({ honestWorlds, falseCampaigns, everybody }: Summary, { command, source }: Settings): string {
  const held = [
    `Held out, that is in no scenario on which the detector was tuned: the pipelines ${listed(HELD_OUT_PIPELINES.map(code))},`,
    `and the look-alikes ${listed(HELD_OUT_CLASSES.map(code))}.`,
    "Who wrote them had read neither the detector's code nor its patterns of intent. What was held out before has been looked at since and counts as ordinary:",
    "the pipelines `dialogue`, `preference`, `formal-proof`, `document-questions`, `function-traces`, `persona-questions`, `critique-revision` and `bare-questions`, and the look-alikes `relay-code`, `relay-translation`, `undeclared-data`, `gateway-failover`, `nightly-plugin`, `exam-course`, `group-departments`, `writing-shop` and `relay-one-shot`.",
  ].join(" ");
  const traffic =
    source === "log"
      ? "The campaigns are simulated and were put into a log that is taken to be honest: whoever is found in it without them counts as a false positive."
      : `Everything here is simulated, and a detector that does well on it can still fail on traffic that it has not seen. ${held}`;
  return [
    `Written by \`${command}\`; the same command gives the same figures.`,
    "",
    traffic,
    "",
    `Without any campaign, ${honestWorlds} ${honestWorlds === 1 ? "log" : "logs"} of ${count(everybody.accounts)} honest accounts gave ${falseCampaigns} false ${falseCampaigns === 1 ? "campaign" : "campaigns"}.`,
  ].join("\n");
}

function honest({ classes, everybody }: Summary): string {
  const row = ({
    name,
    accounts,
    flaggedAlone,
    letGoAlone,
    flaggedInTrial,
    flaggedEver,
    interval,
  }: ClassSummary): string[] => [
    HELD_OUT_CLASSES.some((held) => held === name) ? `${name} (held out)` : name,
    count(accounts),
    count(flaggedAlone),
    count(letGoAlone),
    flaggedInTrial === null ? "–" : rate(flaggedInTrial),
    count(flaggedEver),
    `${rate(interval.low)} to ${rate(interval.high)}`,
  ];
  return [
    "_Flagged alone_: by a scan of the honest traffic by itself. _One hand, let go_: told by it as coordinated and not extractive, which is right of a gateway and a relay. _In a trial_: the share that a scan flags with a campaign about, over all trials. _Flagged ever_: in at least",
    "one of the trials on that traffic, which is a stricter count than the rate of one scan. The interval is Wilson's at 95 % for the latter; accounts of one group are flagged together, so it is",
    "narrower than it should be where an operator has many accounts. A larger background of a seed holds the groups of the smaller one, which so count again.",
    "",
    table(
      ["class", "accounts", "flagged alone", "one hand, let go", "in a trial", "flagged ever", "95 % interval"],
      [...classes, everybody].map(row),
    ),
  ].join("\n");
}

/** By class, so that one group that is flagged again and again reads as one. */
function wronged({ wronged: flagged }: Summary): string {
  if (flagged.length === 0) return "Nobody.";
  return flagged
    .map(({ className, bed, scale, seed, accountsMax, trials }) => {
      const where = `${bed} x ${scale}, seed ${seed}`;
      const times = `in ${trials} ${trials === 1 ? "trial" : "trials"} with a campaign about`;
      return `- ${className}: up to ${accountsMax} ${accountsMax === 1 ? "account" : "accounts"} (${where}) ${times}.`;
    })
    .join("\n");
}

function campaignsIntroduction({ curves }: Summary): string {
  const climbs = curves.some(({ name }) => name.startsWith("ladder"));
  const ladder = EVASION_LADDER.map(({ step, title }) => `${step}. ${title}.`).join("\n");
  return [
    "_Recall_: flagged accounts of the campaigns, on average and from least to greatest. _Told_: accounts that the report names, flagged or as one hand's that shows no extraction. _Leaked_: their answered exchanges on accounts that were not",
    "flagged. _At 1 in 10,000_: recall if the threshold lets one honest account in 10,000 pass. _Merged_: reported campaigns that hold accounts of several true ones; _mixed_: that",
    "hold an honest account; _split_: true campaigns reported in pieces.",
    "Where nothing else is said, the other knobs stand at step 2 of the ladder.",
    "Each seed draws the campaign's templates, items and accounts anew, and all points of a seed share them: with one trial a point is one draw.",
    ...(climbs ? ["", "The evasion ladder, each step on top of those before:", "", ladder] : []),
  ].join("\n");
}

function curveTable({ axis, series }: CurveSummary): string {
  const scaled = series.length > 1;
  const row = (scale: number, point: PointSummary): string[] => [
    ...(scaled ? [`${scale}x`] : []),
    point.label,
    String(point.trials),
    spread(point.recall),
    spread(point.told),
    spread(point.leaked),
    spread(point.recallAtOneInTenThousand),
    point.bcubedPrecision === null ? "–" : spread(point.bcubedPrecision),
    spread(point.bcubedRecall),
    String(point.merged),
    String(point.withHonest),
    String(point.split),
    rate(point.falsePositiveRate.mean),
  ];
  return [
    `Along the rows: ${axis}.`,
    "",
    table(
      [
        ...(scaled ? ["background"] : []),
        "point",
        "trials",
        "recall",
        "told",
        "leaked",
        "at 1 in 10,000",
        "B-cubed precision",
        "B-cubed recall",
        "merged",
        "mixed",
        "split",
        "honest flagged",
      ],
      series.flatMap(({ scale, points }) => points.map((point) => row(scale, point))),
    ),
  ].join("\n");
}

function families({ curves }: Summary): string {
  const rows = curves
    .filter(({ ordered, name }) => !ordered || name.startsWith("ladder"))
    .flatMap(({ name, series }) =>
      series.flatMap(({ scale, points }) =>
        points.map((point) => [
          `${name}, ${point.label}${series.length > 1 ? ` (${scale}x)` : ""}`,
          percentage(point.recall.mean),
          ...FAMILIES.map((family) => percentage(point.recallWithout[family])),
        ]),
      ),
    );
  return [
    "Recall if the campaigns that do not stand without one family of evidence are let go. A family without which little is left is one that an attacker will aim at. Nobody is acted on without intent: it alone says that the work is a harvest.",
    "",
    table(["trial", "all", ...FAMILIES.map((family) => `without ${familyWords(family).name.toLowerCase()}`)], rows),
  ].join("\n");
}

function misses({ misses: trials }: Summary): string {
  if (trials.length === 0) return "None.";
  const told = trials.slice(0, MISSES_MAX).flatMap(tell);
  const rest = trials.length - MISSES_MAX;
  return [
    "The worst first. In brackets: the group in which most of the missed accounts were examined, and the pieces of evidence that were told of it, as log10 of odds, with a minus where it speaks for the accounts.",
    "",
    ...told,
    ...(rest > 0 ? [`- and ${rest} trials with fewer misses than these.`] : []),
  ].join("\n");
}

function tell({ bed, scale, seed, curve, label, misses: missed }: Trial): string[] {
  return missed.map(({ campaign, accounts, missed: lost, byStatus, clearedIn }) => {
    const statuses = [
      [byStatus.cleared, "examined and cleared"],
      [byStatus["no-signal"], "without a signal"],
      [byStatus["insufficient-data"], "with too little data"],
      [byStatus.member, "members, only observed"],
    ] as const;
    const why = statuses.flatMap(([number, words]) => (number > 0 ? `${number} ${words}` : []));
    const group = clearedIn === null ? "" : ` (${clearedIn.accounts} in one group: ${clearedIn.evidence.join(", ")})`;
    return `- ${curve}, ${label}; ${bed} x ${scale}, seed ${seed}; ${campaign}: ${lost} of ${accounts} missed: ${listed(why)}${group}.`;
  });
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map((_, i) => (i === 0 ? "---" : "---:"))), ...rows.map(line)].join("\n");
}

function code(word: string): string {
  return `\`${word}\``;
}

/** `97 %`, and `97 % (94–99)` where the trials differ. */
export function spread({ mean, low, high }: Spread): string {
  const [least, most] = [plain(low), plain(high)];
  return least === most ? percentage(mean) : `${percentage(mean)} (${least}–${most})`;
}

/** One decimal, and never rounded up to all or down to nothing. */
export function percentage(share: number): string {
  return `${plain(share)} %`;
}

function plain(share: number): string {
  const rounded = Math.round(1_000 * share) / 10;
  if (rounded === 100 && share < 1) return "99.9";
  if (rounded === 0 && share > 0) return "<0.1";
  return String(rounded);
}

/** Two digits, for small shares. */
export function rate(share: number): string {
  return share === 0 ? "0" : `${Number((100 * share).toPrecision(2))} %`;
}
