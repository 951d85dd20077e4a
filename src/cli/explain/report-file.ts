import { readFile, stat } from "node:fs/promises";
import { errorCode } from "../../kit/error-code.ts";
import { UserError } from "../../kit/user-error.ts";
import { type Campaign, type Report, reportSchema } from "../../model/report.ts";
import { nearest } from "./nearest.ts";

/** A report of 100 campaigns with 25,000 accounts each stays below it. */
const REPORT_BYTES_MAX = 512 * 1024 * 1024;

/** Reads `report.json`. Throws a `UserError` where there is none, or it is not one. */
export async function readReport(path: string): Promise<Report> {
  const size = await sizeOf(path);
  if (size === null)
    throw new UserError(
      `there is no report at ${path}`,
      "name the folder that `stillwatch scan --out` wrote with --report DIR",
    );
  if (size > REPORT_BYTES_MAX) throw new UserError(`${path} is too large for a report`, "scan again");
  const parsed = reportSchema.safeParse(parsedJson(await readFile(path, "utf8")));
  if (!parsed.success) throw new UserError(`${path} is not a report of this version`, "scan again with this version");
  return parsed.data;
}

/** Throws a `UserError` that names those that are spelled alike. */
export async function findCampaign({ campaigns }: Report, id: string): Promise<Campaign> {
  const found = campaigns.find((campaign) => campaign.id === id);
  if (found !== undefined) return found;
  const ids = campaigns.map((campaign) => campaign.id);
  const near = await nearest(id, ids);
  throw new UserError(
    `the report has no campaign ${JSON.stringify(id)}`,
    ids.length === 0 ? "it has none at all" : `did you mean ${(near.length > 0 ? near : ids.slice(0, 5)).join(", ")}?`,
  );
}

async function sizeOf(path: string): Promise<number | null> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if (["ENOENT", "ENOTDIR"].includes(errorCode(error) ?? "")) return null;
    throw error;
  }
}

/** `undefined` where it is no JSON. */
function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
