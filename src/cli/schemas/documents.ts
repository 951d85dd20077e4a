import { z } from "zod";
import { accountFactsSchema } from "../../model/account.ts";
import { reportedSignalsSchema } from "../../model/campaign-signals.ts";
import { dossierAuditLineSchema, dossierManifestSchema, dossierSchema } from "../../model/dossier.ts";
import { exchangeSchema } from "../../model/exchange.ts";
import { modelReleaseSchema } from "../../model/model-release.ts";
import { accountScoreSchema, explanationSchema, reportSchema } from "../../model/report.ts";
import { truthSchema } from "../../model/truth.ts";

const BASE = "https://stillwatch.dev/schemas/";

interface Document {
  /** The file under `schemas/`; the number goes up with a change that breaks a reader. */
  readonly file: string;
  readonly title: string;
  readonly schema: z.ZodType;
}

/** What is published: a line of each file that Stillwatch reads or writes, and the report. */
export const DOCUMENTS: readonly Document[] = [
  { file: "exchange-1.json", title: "A line of exchanges-*.ndjson", schema: exchangeSchema },
  {
    file: "account-facts-1.json",
    title: "A line of a world's accounts.ndjson",
    schema: accountFactsSchema,
  },
  { file: "model-release-1.json", title: "A line of models.ndjson", schema: modelReleaseSchema },
  { file: "truth-1.json", title: "A line of truth.ndjson", schema: truthSchema },
  { file: "report-1.json", title: "report.json", schema: reportSchema },
  {
    file: "account-score-1.json",
    title: "A line of a report's accounts.ndjson",
    schema: accountScoreSchema,
  },
  { file: "explanation-1.json", title: "A line of explanations.ndjson", schema: explanationSchema },
  { file: "campaign-signals-1.json", title: "A line of a report's signals.ndjson", schema: reportedSignalsSchema },
  { file: "dossier-1.json", title: "dossier.json", schema: dossierSchema },
  { file: "dossier-audit-line-1.json", title: "A line of a dossier's audit.ndjson", schema: dossierAuditLineSchema },
  { file: "dossier-manifest-1.json", title: "A dossier's manifest.json", schema: dossierManifestSchema },
];

/**
 * JSON Schema 2020-12. In `input` mode unknown fields stay allowed: the formats promise that more fields are never an error.
 */
export function renderSchema({ file, title, schema }: Document): string {
  const { $schema, ...rest } = z.toJSONSchema(schema, { io: "input", target: "draft-2020-12" });
  return `${JSON.stringify({ $schema, $id: BASE + file, title, ...rest }, null, 2)}\n`;
}
