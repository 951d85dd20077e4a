import { createHash } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import { errorCode } from "../../kit/error-code.ts";
import { canonicalJson } from "../../kit/canonical-json.ts";
import { UserError } from "../../kit/user-error.ts";
import { reportedSignalsSchema } from "../../model/campaign-signals.ts";
import type { ReportedSignals } from "../../model/campaign-signals.ts";
import type { Campaign } from "../../model/report.ts";
import { reportedIdPattern, toldOf } from "../../model/told-campaign.ts";
import type { ToldCampaign } from "../../model/told-campaign.ts";
import { findCampaign, readReport } from "../explain/report-file.ts";
import { reportFolder } from "../report/folder.ts";

// Limits.
/** Some thousands of campaigns at their own limits. */
const signalsBytesMax = 512 * 2 ** 20;

export interface ReportedCampaign {
  readonly campaign: ToldCampaign;
  readonly signals: Omit<ReportedSignals, "campaign">;
}

/**
 * A campaign of a report folder, as far as it is told to others. The id is the same for the same campaign of the same log. Throws a
 * `UserError` where the folder does not have it, or not all of it.
 */
export async function readReported(dir: string, id: string): Promise<ReportedCampaign> {
  const folder = reportFolder(dir);
  const campaign = await findCampaign(await readReport(folder.report), id);
  const { campaign: _campaign, ...signals } = await signalsOf(folder.signals, id);
  return { campaign: { ...toldOf(campaign), id: reportedId(campaign) }, signals };
}

function reportedId(campaign: Campaign): string {
  const id = `${campaign.id}@${createHash("sha256").update(canonicalJson(campaign)).digest("hex").slice(0, 12)}`;
  if (reportedIdPattern.test(id)) return id;
  throw new UserError("the campaign's id is none that a scan gives", "the folder was changed: scan again");
}

async function signalsOf(path: string, id: string): Promise<ReportedSignals> {
  const text = await readSignals(path);
  if (text === null) {
    throw new UserError(
      `the report does not say what others could recognise ${id} by: there is no ${path}`,
      "scan the log again with --signals",
    );
  }
  for (const [index, line] of text.split("\n").entries()) {
    if (line === "") continue;
    const read = reportedSignalsSchema.safeParse(parsedJson(line));
    if (!read.success) {
      throw new UserError(`line ${index + 1} of ${path} is not what a scan has written`, "scan again with --signals");
    }
    if (read.data.campaign === id) return read.data;
  }
  throw new UserError(`${path} says nothing of ${id}`, "it is of another report: scan again with --signals");
}

/** Null where there is no such file. */
async function readSignals(path: string): Promise<string | null> {
  try {
    if ((await stat(path)).size > signalsBytesMax) throw new UserError(`${path} is over ${signalsBytesMax} bytes`);
    return await readFile(path, "utf8");
  } catch (error) {
    if (errorCode(error) === "ENOENT") return null;
    throw error;
  }
}

/** `undefined` where it is no JSON. */
function parsedJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
