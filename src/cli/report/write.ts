import { randomUUID } from "node:crypto";
import { mkdir, open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import type { Reject } from "../../ingest/ingest.ts";
import type { ReportedSignals } from "../../model/campaign-signals.ts";
import { type AccountScore, type Explanation, type Report, reportSchema } from "../../model/report.ts";
import { reportFolder } from "./folder.ts";
import type { Outcome } from "./page/overview.ts";
import { accountsOnPage, renderPage } from "./page/page.ts";
import { sortedLines, type KeyedLine } from "./sorted-lines.ts";

/** Bytes gathered before a write: one system call a line would be slow. */
const WRITE_CHARS = 256 * 1024;
/** Groups counted one by one for the page; beyond this their number is a lower bound. */
const CLEARED_GROUPS_MAX = 100_000;

type Rows<T> = AsyncIterable<T> | Iterable<T>;

export interface ReportInput {
  readonly report: Report;
  /** At most one an account, in any order. */
  readonly scores: Rows<AccountScore>;
  /** One an account, in any order. */
  readonly explanations: Rows<Explanation>;
  /** What the campaigns can be recognised by; where it is not given, none of an earlier report stays. */
  readonly signals?: Rows<ReportedSignals>;
  /** What could not be read: file, line and reason. */
  readonly rejects?: Rows<Reject>;
}

/**
 * Writes the report folder: `report.json`, `accounts.ndjson` and `explanations.ndjson` by account, `report.html`, and
 * `signals.ndjson` and `rejects.ndjson` where they are given. Each file is written beside its place and renamed, `report.json` last: where it exists, the rest does too. Nothing is replaced
 * before everything is written. Memory does not grow with the number of accounts.
 */
export async function writeReport(dir: string, input: ReportInput): Promise<void> {
  const { report, scores, explanations, signals, rejects } = input;
  await mkdir(dir, { recursive: true });
  const folder = reportFolder(dir);
  // Parsing refuses a value out of range, and puts the keys in the schema's order.
  const checked = reportSchema.parse(report);
  const shown = new Map<string, AccountScore>();
  const wanted = accountsOnPage(checked);
  const cleared = { accounts: 0, groups: new Set<string>() };
  const written: { draft: string; place: string }[] = [];
  const draft = async (place: string, text: Rows<string>, mode?: number): Promise<void> => {
    const file = { draft: `${place}.${randomUUID()}.part`, place };
    written.push(file);
    await writeText(file.draft, text, mode);
  };
  try {
    const scoreLines = keyed(scores, (score) => {
      if (wanted.has(score.account)) shown.set(score.account, score);
    });
    await draft(folder.scores, lines(scoreLines, folder.scores));
    const explanationLines = keyed(explanations, ({ status, candidate }) => {
      if (status !== "cleared") return;
      cleared.accounts++;
      if (candidate !== null && cleared.groups.size < CLEARED_GROUPS_MAX) cleared.groups.add(candidate);
    });
    await draft(folder.explanations, lines(explanationLines, folder.explanations));
    const outcome: Outcome = {
      clearedAccounts: cleared.accounts,
      clearedGroups: cleared.groups.size,
    };
    await draft(folder.page, [renderPage({ report: checked, scores: shown, outcome })]);
    // It holds what accounts pay with: for its owner alone.
    if (signals !== undefined) await draft(folder.signals, asLines(signals), 0o600);
    if (rejects !== undefined) await draft(folder.rejects, asLines(rejects));
    await draft(folder.report, [`${JSON.stringify(checked, null, 2)}\n`]);
    if (signals === undefined) await rm(folder.signals, { force: true });
    for (const file of written) await rename(file.draft, file.place);
  } finally {
    for (const file of written) await rm(file.draft, { force: true });
  }
}

/** Writes `rejects.ndjson` alone. */
export async function writeRejects(dir: string, rejects: Rows<Reject>): Promise<void> {
  const place = reportFolder(dir).rejects;
  const draft = `${place}.${randomUUID()}.part`;
  try {
    await writeText(draft, asLines(rejects));
    await rename(draft, place);
  } finally {
    await rm(draft, { force: true });
  }
}

/** Removes an earlier report, but not what could not be read. */
export async function removeReport(dir: string): Promise<void> {
  const { rejects: _, report, ...others } = reportFolder(dir);
  for (const file of [report, ...Object.values(others)]) await rm(file, { force: true });
}

async function* keyed<T extends { readonly account: string }>(
  rows: Rows<T>,
  see: (row: T) => void,
): AsyncGenerator<KeyedLine> {
  for await (const row of rows) {
    see(row);
    yield { key: row.account, line: JSON.stringify(row) };
  }
}

function lines(rows: AsyncIterable<KeyedLine>, place: string): AsyncIterable<string> {
  return endEach(sortedLines(rows, { scratchDir: dirname(place) }));
}

async function* asLines(rows: Rows<object>): AsyncGenerator<string> {
  for await (const row of rows) yield `${JSON.stringify(row)}\n`;
}

async function* endEach(texts: AsyncIterable<string>): AsyncGenerator<string> {
  for await (const text of texts) yield `${text}\n`;
}

async function writeText(path: string, texts: Rows<string>, mode?: number): Promise<void> {
  const file = await open(path, "wx", mode);
  try {
    let pending = "";
    for await (const text of texts) {
      pending += text;
      if (pending.length < WRITE_CHARS) continue;
      await file.appendFile(pending);
      pending = "";
    }
    await file.appendFile(pending);
    await file.sync();
  } finally {
    await file.close();
  }
}
