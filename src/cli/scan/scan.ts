import { realpath } from "node:fs/promises";
import { detect } from "../../detect/detect.ts";
import type { Detection, Stage } from "../../detect/detect.ts";
import { missingFamilies } from "../../detect/missing.ts";
import { falseCampaignRate, familiesRequired } from "../../detect/campaigns/verdict.ts";
import { campaignSignals } from "../../detect/leads/signals.ts";
import { ingest } from "../../ingest/ingest.ts";
import type { IngestProgress, IngestSummary } from "../../ingest/ingest.ts";
import { prepareIntents } from "../../ingest/intent/sql.ts";
import { systemClock } from "../../kit/clock.ts";
import { makeFolder } from "../../kit/make-folder.ts";
import { UserError } from "../../kit/user-error.ts";
import { seededRandom } from "../../kit/random.ts";
import type { ReportedSignals } from "../../model/campaign-signals.ts";
import type { Report } from "../../model/report.ts";
import { openEngine } from "../../store/engine.ts";
import type { Store } from "../../store/engine.ts";
import { sql } from "../../store/sql.ts";
import { RejectedLinesError } from "../errors.ts";
import { reportFolder } from "../report/folder.ts";
import { noExchanges } from "../no-exchanges.ts";
import { removeReport, writeRejects, writeReport } from "../report/write.ts";
import { printable } from "../terminal/printable.ts";
import type { Terminal } from "../terminal/terminal.ts";

export interface ScanOptions {
  readonly log: string;
  readonly out: string;
  readonly format: string | undefined;
  readonly facts: string | undefined;
  readonly keepText: boolean;
  /** Writes what the campaigns can be recognised by, too, to tell others. */
  readonly signals: boolean;
  readonly strict: boolean;
  readonly memoryBytesMax: number | undefined;
  readonly server: string | undefined;
}

const stages: Readonly<Record<Stage, { step: number; label: string }>> = {
  tasks: { step: 0, label: "Sorting into tasks" },
  candidates: { step: 1, label: "Forming candidates" },
  evidence: { step: 2, label: "Weighing evidence" },
  members: { step: 3, label: "Gathering members" },
  report: { step: 4, label: "Writing the report" },
};

/** Reads a log, finds its campaigns and writes the report folder. The same log gives the same report. */
export async function scan(options: ScanOptions, terminal: Pick<Terminal, "progress" | "note">): Promise<Report> {
  await makeFolder(options.out);
  await refuseToReplace(options);
  const store = await openEngine({
    ...(options.memoryBytesMax === undefined ? {} : { memoryBytesMax: options.memoryBytesMax }),
    ...(options.server === undefined ? {} : { server: options.server }),
  });
  try {
    const intents = await prepareIntents(store);
    const summary = await ingest(store, {
      path: options.log,
      except: options.out,
      intents,
      ...(options.format === undefined ? {} : { format: options.format }),
      ...(options.facts === undefined ? {} : { facts: options.facts }),
      keepText: options.keepText,
      clock: systemClock,
      onProgress: (progress) => showReading(progress, terminal),
    });
    for (const note of summary.notes) terminal.note(printable(note));
    if (options.strict && summary.rejected > 0) {
      // An earlier report is of other lines.
      await removeReport(options.out);
      await writeRejects(options.out, summary.rejects());
      throw new RejectedLinesError(
        `${summary.rejected} of ${summary.lines} lines could not be read`,
        `${reportFolder(options.out).rejects} names each; mend the log, or leave --strict out`,
      );
    }
    if (summary.lines === 0) throw noExchanges(options.log, summary);
    const detection = await detect(store, {
      random: seededRandom("scan"),
      intents: intents.intents,
      onStage: (stage) =>
        terminal.progress.update({ done: stages[stage].step, total: 5, unit: "steps", label: stages[stage].label }),
    });
    const report = await composeReport(store, summary, detection);
    await writeReport(options.out, {
      report,
      scores: detection.scores(),
      explanations: detection.explanations(),
      rejects: summary.rejects(),
      ...(options.signals ? { signals: signalsOf(store, report) } : {}),
    });
    return report;
  } finally {
    await store.close();
  }
}

/** The report has an `accounts.ndjson`, as worlds have. */
async function refuseToReplace({ log, out }: ScanOptions): Promise<void> {
  const place = await realpath(log).catch(() => null);
  if (place !== (await realpath(out))) return;
  throw new UserError(`the report would replace files of the log in ${out}`, "name another folder with --out");
}

async function* signalsOf(store: Store, { campaigns, source }: Report): AsyncGenerator<ReportedSignals> {
  const window = { sinceMs: Date.parse(source.first_seen ?? "") - 1, untilMs: Date.parse(source.last_seen ?? "") };
  for (const { id, accounts } of campaigns) {
    const { fingerprints, skeletonPieces } = await campaignSignals(store, accounts, window);
    yield { campaign: id, fingerprints, pieces: [...skeletonPieces] };
  }
}

/** How many exchanges there are is not known before they are read; how many bytes is. */
function showReading({ exchanges, bytesDone, bytesTotal }: IngestProgress, terminal: Pick<Terminal, "progress">): void {
  const total = bytesDone > 0 ? Math.max(exchanges, Math.round((exchanges * bytesTotal) / bytesDone)) : null;
  terminal.progress.update({ done: exchanges, total, unit: "exchanges", label: "Reading" });
}

async function composeReport(store: Store, summary: IngestSummary, detection: Detection): Promise<Report> {
  const [span] = await store.rows<{ accounts: number; first_ms: number; last_ms: number }>(sql`
    SELECT toUInt32(count()) AS accounts, toUnixTimestamp64Milli(min(first_seen)) AS first_ms,
      toUnixTimestamp64Milli(max(last_seen)) AS last_ms
    FROM detect_account`);
  const models = await store.rows<{ model: string; released_ms: number; capabilities: string[] }>(sql`
    SELECT model, toUnixTimestamp64Milli(released) AS released_ms, capabilities FROM model_release ORDER BY released, model`);
  const instant = (ms: number): string => new Date(ms).toISOString();
  return {
    schema: "https://stillwatch.dev/schemas/report-1.json",
    generated: instant(systemClock.nowMs()),
    source: {
      formats: [...summary.formats],
      files: summary.files,
      rejected: summary.rejected,
      repeated: summary.repeated,
      first_seen: span !== undefined && span.accounts > 0 ? instant(span.first_ms) : null,
      last_seen: span !== undefined && span.accounts > 0 ? instant(span.last_ms) : null,
    },
    totals: {
      exchanges: summary.exchanges,
      accounts: span?.accounts ?? 0,
      flagged: detection.flagged,
      campaigns: detection.campaigns.length,
      insufficient: detection.insufficient,
    },
    missing: await missingFamilies(store),
    bound: { false_campaign_rate: falseCampaignRate, families_required: familiesRequired },
    models: models.map((row) => ({
      model: row.model,
      released: instant(row.released_ms),
      capabilities: row.capabilities,
    })),
    campaigns: [...detection.campaigns],
    coordinated: [...detection.coordinated],
  };
}
