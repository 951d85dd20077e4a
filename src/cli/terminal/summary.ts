import type { Campaign, Report } from "../../model/report.ts";
import { reportFolder } from "../report/folder.ts";
import { count, counted, day, familyWords, isIntentUntold, listed, percent, roughly, share } from "../report/words.ts";
import { printable } from "./printable.ts";
import { type Column, renderTable } from "./table.ts";
import type { Terminal } from "./terminal.ts";
import { wrap } from "./width.ts";

/** Rows of the table; the page and `report.json` have the rest. */
const CAMPAIGNS_SHOWN_MAX = 20;

export interface SummaryOptions {
  /** The report folder, as the person named it. */
  readonly outDir: string;
  readonly terminal: Pick<Terminal, "width" | "paint">;
}

/** What a scan prints when it is through: what was read, what was found, what to do next. */
export function renderSummary(report: Report, { outDir, terminal }: SummaryOptions): string {
  const sections = [whatWasRead(report, terminal), whatWasFound(report, terminal), nextSteps(report, outDir, terminal)];
  return `\n${sections.join("\n\n")}\n`;
}

type View = SummaryOptions["terminal"];

function whatWasRead({ source, totals, missing }: Report, { width, paint }: View): string {
  const lines = [
    `${counted(totals.exchanges, "exchange")} of ${counted(totals.accounts, "account")}` +
      ` from ${counted(source.files, "file")}${source.formats.length > 0 ? ` (${listed(source.formats)})` : ""}`,
  ];
  if (source.first_seen !== null && source.last_seen !== null) {
    lines.push(`${day(source.first_seen)} to ${day(source.last_seen)}, UTC`);
  }
  if (source.repeated > 0) lines.push(`${counted(source.repeated, "repeated exchange")} counted once`);
  if (totals.insufficient > 0) {
    lines.push(
      `${counted(totals.insufficient, "account")} (${share(totals.insufficient, totals.accounts)}) with too little traffic to be judged`,
    );
  }
  const text = lines.map((line) => wrap(printable(line), width, "  "));
  if (source.rejected > 0) {
    text.push(
      paint("yellow", wrap(`${counted(source.rejected, "line")} could not be read: see rejects.ndjson`, width, "  ")),
    );
  }
  for (const { family, reason } of totals.exchanges > 0 ? missing : []) {
    text.push(paint("yellow", wrap(printable(`${familyWords(family).name} was not examined: ${reason}`), width, "  ")));
  }
  return [paint("bold", "Read"), ...text].join("\n");
}

function whatWasFound(report: Report, { width, paint }: View): string {
  const { campaigns, coordinated, totals } = report;
  if (totals.exchanges === 0) return paint("bold", paint("yellow", "Nothing to judge: no line could be read"));
  if (isIntentUntold(report)) {
    const groups = `${counted(coordinated.length, "group")} of accounts run by one hand: see the report`;
    return [
      paint("bold", paint("yellow", "Without messages no campaign can be told")),
      wrap(coordinated.length === 0 ? "No group of accounts is seen to be run by one hand." : groups, width, "  "),
    ].join("\n");
  }
  const letGo =
    coordinated.length === 0
      ? []
      : [
          wrap(
            `${counted(coordinated.length, "group")} of accounts run by one hand and let go (gateways, relays, firms): see the report`,
            width,
            "  ",
          ),
        ];
  if (campaigns.length === 0) {
    return [
      paint("bold", paint("green", "No campaign found")),
      wrap("No group of accounts met the bar of the run.", width, "  "),
      ...letGo,
    ].join("\n");
  }
  const title =
    `${counted(totals.campaigns, "campaign")}, ${counted(totals.flagged, "account")} flagged` +
    ` (${share(totals.flagged, totals.accounts)} of all)`;
  const shown = campaigns.slice(0, CAMPAIGNS_SHOWN_MAX);
  const lines = [paint("bold", paint("red", title)), renderTable(COLUMNS, shown, { width, paint })];
  if (shown.length < campaigns.length)
    lines.push(`… and ${count(campaigns.length - shown.length)} more in report.json`);
  return [...lines, ...letGo].join("\n");
}

/** Eighty columns are enough for all of them. */
const COLUMNS: readonly Column<Campaign>[] = [
  { title: "campaign", align: "left", widthMin: 8, cell: ({ id }) => id },
  { title: "accounts", align: "right", widthMin: 8, cell: ({ accounts }) => count(accounts.length) },
  { title: "exchanges", align: "right", widthMin: 9, cell: ({ exchanges }) => roughly(exchanges) },
  { title: "since", align: "left", widthMin: 10, cell: ({ first_seen }) => first_seen.slice(0, 10) },
  { title: "coord.", align: "right", widthMin: 6, cell: ({ verdicts }) => percent(verdicts.coordinated) },
  { title: "extr.", align: "right", widthMin: 5, cell: ({ verdicts }) => percent(verdicts.extractive) },
  { title: "unauth.", align: "right", widthMin: 7, cell: ({ verdicts }) => percent(verdicts.unauthorised) },
  { title: "conf.", align: "right", widthMin: 5, cell: ({ confidence }) => percent(confidence) },
  { title: "harvested", align: "left", widthMin: 6, cell: ({ capabilities }) => capabilities.join(", ") || "unknown" },
];

function nextSteps({ campaigns }: Report, outDir: string, { paint }: View): string {
  const account = campaigns[0]?.accounts[0] ?? "ACCOUNT";
  return [
    paint("bold", "Next"),
    `  open ${shellPath(reportFolder(outDir).page)}`,
    `  stillwatch explain ${explainWords(account, outDir)}`,
  ].join("\n");
}

/** A name that looks like an option stands behind `--`, and that behind the options. */
function explainWords(account: string, outDir: string): string {
  const report = `--report ${shellPath(outDir)}`;
  return account.startsWith("-") ? `${report} -- ${shellWord(account)}` : `${shellWord(account)} ${report}`;
}

/** A path as a word of a POSIX shell that no command takes for an option. */
export const shellPath = (path: string): string => shellWord(path.startsWith("-") ? `./${path}` : path);

/** A word that a POSIX shell reads back as it is, as far as it can be shown at all. */
export function shellWord(text: string): string {
  const shown = printable(text);
  return /^[\w@%+=:,./-]+$/.test(shown) ? shown : `'${shown.replaceAll("'", String.raw`'\''`)}'`;
}
