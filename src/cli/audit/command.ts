import { Command } from "commander";
import { BrokenLogError } from "../errors.ts";
import { openGivenState } from "../open-state.ts";
import { createTerminal } from "../terminal/terminal.ts";
import type { Terminal } from "../terminal/terminal.ts";

/** `stillwatch audit verify`. A log that is not what was written ends in a `BrokenLogError`. */
export function auditCommand(): Command {
  const verifying = new Command("verify")
    .description("walk the whole chain of the audit log, and tell its head")
    .option("--data <folder>", "the server's data folder; without it the server that DATABASE_URL names")
    .option("--json", "print one JSON object and nothing else", false)
    .action(async ({ data, json }: { readonly data?: string; readonly json: boolean }) => {
      const { stdout, stderr, env } = process;
      await verifyAudit({ data, url: env["DATABASE_URL"], json }, createTerminal({ stdout, stderr, env }));
    });
  return new Command("audit").description("look at the log of what was done by whom").addCommand(verifying);
}

export interface VerifyOptions {
  readonly data: string | undefined;
  readonly url: string | undefined;
  readonly json: boolean;
}

export async function verifyAudit(
  { data, url, json }: VerifyOptions,
  terminal: Pick<Terminal, "print">,
): Promise<void> {
  const state = await openGivenState({ data, url });
  try {
    const verdict = await state.audit.verify();
    if (json) terminal.print(JSON.stringify(verdict));
    if (verdict.kind === "broken") {
      throw new BrokenLogError(
        `the audit log is broken at entry ${verdict.sequence}: ${verdict.reason}`,
        "somebody changed it: compare it with a copy, and with the head that was noted elsewhere",
      );
    }
    if (!json) terminal.print(`entries: ${verdict.entries}, none changed\nhead: ${verdict.head}`);
  } finally {
    await state.close();
  }
}
