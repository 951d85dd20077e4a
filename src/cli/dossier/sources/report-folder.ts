import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { appendFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { UserError } from "../../../kit/user-error.ts";
import type { Campaign, Explanation } from "../../../model/report.ts";
import { explanationsOf } from "../../explain/account.ts";
import { findCampaign, readReport } from "../../explain/report-file.ts";
import { reportFolder } from "../../report/folder.ts";
import type { CaseAccount, CaseSource } from "../case-file.ts";

/** A line for each dossier that was made of the report. */
const MAKINGS_FILE = "dossiers.ndjson";

type Load = Campaign["loads"][number];

/** The case as a scan found it. Nothing was decided there, and nothing shared. */
export function reportFolderSource(dir: string): CaseSource {
  const folder = reportFolder(dir);
  return {
    async read(id) {
      const report = await readReport(folder.report);
      const campaign = await findCampaign(report, id);
      const explanations = await explanationsOf(folder.explanations, new Set(campaign.accounts));
      const loads = new Map(campaign.loads.map((load) => [load.account, load]));
      const files = [];
      for (const path of [folder.report, folder.explanations]) files.push(await digestOf(path));
      return {
        source: { kind: "report", generated: report.generated, files },
        campaign: { ...campaign, state: "found" },
        evidence: campaign.evidence,
        without: campaign.without,
        resembles: campaign.resembles,
        missing: report.missing,
        bound: report.bound,
        days: campaign.timeline,
        hours: campaign.hours,
        models: report.models,
        accounts: campaign.accounts.map((account) => accountOf(account, explanations.get(account), loads.get(account))),
        policies: [],
        decisions: [],
        appeals: [],
        audit: [],
        shared: null,
      };
    },
    record: (making) => appendFile(join(dir, MAKINGS_FILE), `${JSON.stringify(making)}\n`),
  };
}

function accountOf(account: string, told: Explanation | undefined, load: Load | undefined): CaseAccount {
  if (told === undefined) {
    throw new UserError("an account of the campaign has no explanation", "the folder was changed or cut: scan again");
  }
  return {
    account,
    standing: "member",
    exchanges: told.exchanges,
    shared: load === undefined || load.exchanges === 0 ? null : Math.min(1, load.harvest / load.exchanges),
    score: told.score,
    first_seen: told.first_seen,
    last_seen: told.last_seen,
    proposed: told.action,
  };
}

async function digestOf(path: string): Promise<{ name: string; bytes: number; sha256: string }> {
  const hash = createHash("sha256");
  let bytes = 0;
  await pipeline(createReadStream(path), async (chunks: AsyncIterable<Buffer>) => {
    for await (const chunk of chunks) {
      hash.update(chunk);
      bytes += chunk.length;
    }
  });
  return { name: basename(path), bytes, sha256: hash.digest("hex") };
}
