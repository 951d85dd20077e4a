import { Command } from "commander";
import { DEFAULT_REPORT_DIR, reportFolder } from "../report/folder.ts";
import { createTerminal, type Terminal } from "../terminal/terminal.ts";
import { findExplanation } from "./account.ts";
import { accountCase } from "./account-case.ts";
import { renderCase } from "./render.ts";
import { readReport } from "./report-file.ts";

export interface ExplainOptions {
  readonly account: string;
  /** The report folder. */
  readonly report: string;
  readonly json: boolean;
}

/** `stillwatch explain ACCOUNT`. A missing report and an unknown account end in a `UserError`, which is exit code 2. */
export function explainCommand(): Command {
  return new Command("explain")
    .description("tell why an account is, or is not, in a campaign")
    .argument("<account>", "the account's name, as in the log")
    .option("--report <dir>", "the folder that scan wrote", DEFAULT_REPORT_DIR)
    .option("--json", "print one JSON object and nothing else", false)
    .action(async (account: string, { report, json }: { report: string; json: boolean }) => {
      const { stdout, stderr, env } = process;
      await explain({ account, report, json }, createTerminal({ stdout, stderr, env }));
    });
}

export async function explain(
  { account, report: dir, json }: ExplainOptions,
  terminal: Pick<Terminal, "print" | "width" | "paint">,
): Promise<void> {
  const folder = reportFolder(dir);
  const report = await readReport(folder.report);
  const found = accountCase(await findExplanation(folder.explanations, account), report);
  terminal.print(json ? JSON.stringify(found) : renderCase(found, terminal));
}
