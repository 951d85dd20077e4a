import { falseCampaignRate, familiesRequired } from "../../detect/campaigns/verdict.ts";
import type { Detection } from "../../detect/detect.ts";
import { campaignSignals } from "../../detect/leads/signals.ts";
import { missingFamilies } from "../../detect/missing-families.ts";
import type { IngestSummary } from "../../ingest/ingest.ts";
import { systemClock } from "../../kit/clock.ts";
import type { ReportedSignals } from "../../model/campaign-signals.ts";
import type { Report } from "../../model/report.ts";
import type { Store } from "../../store/engine.ts";
import { sql } from "../../store/sql.ts";

/** The report on a log that was read and looked through. */
export async function composeReport(store: Store, summary: IngestSummary, detection: Detection): Promise<Report> {
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

/** What each campaign of a report can be recognised by, from the log that it is on. */
export async function* signalsOf(store: Store, { campaigns, source }: Report): AsyncGenerator<ReportedSignals> {
  const window = { sinceMs: Date.parse(source.first_seen ?? "") - 1, untilMs: Date.parse(source.last_seen ?? "") };
  for (const { id, accounts } of campaigns) {
    const { fingerprints, skeletonPieces } = await campaignSignals(store, accounts, window);
    yield { campaign: id, fingerprints, pieces: [...skeletonPieces] };
  }
}
