// `npm run demo`: makes a sample world and scans it, with the same commands that a person would type.
import "../bin/require-node.mjs";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { ensureReady, orExit, ROOT } from "./set-up/ready.mjs";
import { command, say, SetUpError } from "./set-up/step.mjs";

// Relative, so that the commands can be typed again as they are shown.
const WORLD = "out/demo/world";
const REPORT = "out/demo/report";

await orExit(async () => {
  await ensureReady();
  const startedMs = performance.now();
  rmSync(join(ROOT, "out", "demo"), { recursive: true, force: true });
  await stillwatch("simulate", "--scenario", "demo", "--out", WORLD);
  await stillwatch("scan", WORLD, "--out", REPORT);
  say(
    `\nThe demo took ${((performance.now() - startedMs) / 1000).toFixed(1)} s. The report lies in ${REPORT}/report.html`,
  );
});

async function stillwatch(...args) {
  say(`\n$ npx stillwatch ${args.join(" ")}`);
  const { code } = await command(process.execPath, [join(ROOT, "bin", "stillwatch.mjs"), ...args], {
    cwd: ROOT,
    inherit: true,
  });
  if (code !== 0) throw new SetUpError(`stillwatch ${args[0]} ended with exit code ${code}`);
}
