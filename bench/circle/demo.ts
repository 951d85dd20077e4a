// Three labs share what they know of one network, and the run proves from the bytes between them that nothing of an honest customer
// crossed. Exits with 1 where the proof fails, where sharing helps nobody, or where a customer is acted on.
//
//   npm run demo:circle
//   npm run demo:circle -- --worlds 12   instead, what a lead is worth over so many worlds: the labs' looks alone, without the circle

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { createTerminal } from "../../src/cli/terminal/terminal.ts";
import { demonstrate } from "./demonstration.ts";
import { measureWorlds } from "./measure.ts";
import { isShown, outcomePage } from "./outcome.ts";
import { createTeller } from "./teller.ts";

// Limits.
const worldsMax = 1_000;

const folder = join("out", "demo-circle");

const { stdout, stderr, env } = process;
const terminal = createTerminal({ stdout, stderr, env });
const { values } = parseArgs({ options: { worlds: { type: "string" } } });
await (values.worlds === undefined ? demonstrateOnce() : measure(Number(values.worlds)));

async function measure(worlds: number): Promise<void> {
  if (!(Number.isInteger(worlds) && worlds >= 1 && worlds <= worldsMax)) {
    throw new Error(`--worlds must be from 1 to ${worldsMax}`);
  }
  mkdirSync(folder, { recursive: true });
  const page = await measureWorlds(folder, worlds, (line) => terminal.note(line));
  writeFileSync(join(folder, "worlds.md"), page);
  terminal.print(page);
}

async function demonstrateOnce(): Promise<void> {
  const teller = createTeller(terminal);
  const startedMs = performance.now();
  const outcome = await demonstrate({
    folder,
    size: { seed: 2, customers: 750, network: { a: 36, b: 16, c: 16 }, days: 6, comesOnDay: 3, staysHours: 60 },
    stepHours: 12,
    tellsAfterHours: 24,
    teller,
  });
  teller.outcome(outcome);
  writeFileSync(join(folder, "outcome.json"), `${JSON.stringify(outcome, null, 2)}\n`);
  writeFileSync(join(folder, "outcome.md"), outcomePage(outcome));
  const seconds = ((performance.now() - startedMs) / 1_000).toFixed(0);
  terminal.print(
    `\nThis took ${seconds} s. ${folder} holds all bytes that passed (traffic/), outcome.json and outcome.md.`,
  );
  if (!isShown(outcome)) process.exitCode = 1;
}
