import { join } from "node:path";

/** Where the commands look for a report when nobody says where. */
export const DEFAULT_REPORT_DIR = "stillwatch-report";

/** The files of a report folder. */
export interface ReportFolder {
  readonly report: string;
  readonly scores: string;
  readonly explanations: string;
  readonly page: string;
  /** There only where the scan was asked for it. */
  readonly signals: string;
  /** What the scan could not read. */
  readonly rejects: string;
}

export function reportFolder(dir: string): ReportFolder {
  return {
    report: join(dir, "report.json"),
    scores: join(dir, "accounts.ndjson"),
    explanations: join(dir, "explanations.ndjson"),
    page: join(dir, "report.html"),
    signals: join(dir, "signals.ndjson"),
    rejects: join(dir, "rejects.ndjson"),
  };
}
