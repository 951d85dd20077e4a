import { realpath } from "node:fs/promises";
import { detect } from "../../detect/detect.ts";
import type { Stage } from "../../detect/detect.ts";
import { ingest } from "../../ingest/ingest.ts";
import type { IngestProgress } from "../../ingest/ingest.ts";
import { prepareIntents } from "../../ingest/intent/sql.ts";
import { systemClock } from "../../kit/clock.ts";
import { makeFolder } from "../../kit/make-folder.ts";
import { UserError } from "../../kit/user-error.ts";
import { seededRandom } from "../../kit/random.ts";
import type { Report } from "../../model/report.ts";
import { openEngine } from "../../store/engine.ts";
import { RejectedLinesError } from "../errors.ts";
import { composeReport, signalsOf } from "../report/compose.ts";
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

/** How many exchanges there are is not known before they are read; how many bytes is. */
function showReading({ exchanges, bytesDone, bytesTotal }: IngestProgress, terminal: Pick<Terminal, "progress">): void {
  const total = bytesDone > 0 ? Math.max(exchanges, Math.round((exchanges * bytesTotal) / bytesDone)) : null;
  terminal.progress.update({ done: exchanges, total, unit: "exchanges", label: "Reading" });
}
