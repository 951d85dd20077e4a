import type { IngestSummary } from "../ingest/ingest.ts";
import { UserError } from "../kit/user-error.ts";

/** A log may hold blank lines, facts about accounts, or records that are no model calls, and nothing else. */
export function noExchanges(log: string, { skipped }: IngestSummary): UserError {
  const passed = skipped.map(({ reason, count }) => `${count} of ${reason}`).join(", ");
  return new UserError(
    `${log} has no exchanges in it`,
    passed === ""
      ? "give a log with at least one model call in it"
      : `all of its records are no model calls: ${passed}`,
  );
}
