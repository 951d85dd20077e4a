// `npm test`: every gate, one after the other; the first that fails ends the run. The last line counts the tests.
import "../bin/require-node.mjs";
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { ensureReady, orExit, ROOT } from "./set-up/ready.mjs";
import { command, say, SetUpError, step } from "./set-up/step.mjs";

// Limits.
/** Names of skipped tests that are listed; the count is always whole. */
const SKIPPED_SHOWN_MAX = 20;

/** What each gate checks, and the tool's own command line. */
const GATES = [
  ["lint", ["oxlint/bin/oxlint"]],
  ["format", ["oxfmt/bin/oxfmt", "--check", "."]],
  ["types", ["typescript/bin/tsc", "-p", "tsconfig.json"]],
  ["unused files, exports and dependencies", ["knip/bin/knip.js"]],
];
const RESULTS = join(ROOT, "out", "test-results.json");

await orExit(async () => {
  await ensureReady();
  for (const [label, [tool, ...args]] of GATES) {
    await step(label, async () => {
      const { code, output } = await command(process.execPath, [join(ROOT, "node_modules", tool), ...args], {
        cwd: ROOT,
      });
      if (code !== 0) throw new SetUpError(`${output.trim()}\n\n${label}: failed`);
    });
  }
  process.exitCode = await runTests();
});

async function runTests() {
  mkdirSync(join(ROOT, "out"), { recursive: true });
  rmSync(RESULTS, { force: true });
  const args = ["run", "--reporter=default", "--reporter=json", `--outputFile.json=${RESULTS}`];
  const vitest = join(ROOT, "node_modules", "vitest", "vitest.mjs");
  const { code } = await command(process.execPath, [vitest, ...args], { cwd: ROOT, inherit: true });
  const results = readResults();
  const tests = results.testResults.flatMap((file) => file.assertionResults);
  const count = (...states) => tests.filter(({ status }) => states.includes(status)).length;
  // A file that can't be loaded has no tests to fail, so it counts as one.
  const broken = results.testResults.filter((file) => file.status === "failed" && file.assertionResults.length === 0);
  const skipped = tests.filter(({ status }) => status !== "passed" && status !== "failed");
  for (const { fullName } of skipped.slice(0, SKIPPED_SHOWN_MAX)) say(`  skipped: ${fullName}`);
  const failed = count("failed") + broken.length;
  process.stdout.write(`${count("passed")} passed, ${failed} failed, ${skipped.length} skipped\n`);
  return code === 0 && failed > 0 ? 1 : code;
}

function readResults() {
  try {
    return JSON.parse(readFileSync(RESULTS, "utf8"));
  } catch (error) {
    throw new SetUpError(`vitest left no results in ${RESULTS}: ${error.message}`);
  }
}
