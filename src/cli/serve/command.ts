import { once } from "node:events";
import { Command } from "commander";
import { systemClock } from "../../kit/clock.ts";
import { steadyClock } from "../../kit/steady-clock.ts";
import { findPolicy } from "../online/policy.ts";
import { createTerminal } from "../terminal/terminal.ts";
import { checkConfig } from "./check.ts";
import { loadConfig } from "./config.ts";
import { openJournal } from "./journal.ts";
import { serve } from "./serve.ts";

/** `stillwatch serve`: takes exchanges in as they happen, keeps campaigns current, and tells gateways what to do. */
export function serveCommand(): Command {
  return new Command("serve")
    .description("take exchanges in as they happen, keep the campaigns current, and tell gateways what to do")
    .option("--config <file>", "the configuration", "stillwatch.yaml")
    .option("--check", "check the configuration and the policy, and end", false)
    .action(run);
}

async function run({ config: path, check }: { readonly config: string; readonly check: boolean }): Promise<void> {
  const { stdout, stderr, env } = process;
  const config = loadConfig(path);
  const policy = findPolicy(config.policy);
  await checkConfig(config, systemClock);
  if (check) {
    createTerminal({ stdout, stderr, env }).print(`${path} and the policy ${policy.name} (${policy.mode}) are fine`);
    return;
  }
  const journal = openJournal();
  const clock = steadyClock(systemClock, (jump) => journal.warn(jump, "the wall clock has jumped"));
  const serving = await serve({ config, policy, databaseUrl: env["DATABASE_URL"], clock, journal });
  await Promise.race([once(process, "SIGTERM"), once(process, "SIGINT")]);
  journal.info({}, "stopping");
  await serving.stop();
}
