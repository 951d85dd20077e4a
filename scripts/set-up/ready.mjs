import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build, canBuild, isBuilt } from "./build.mjs";
import { install, isInstalled, linkCommand, writeInstallStamp } from "./install.mjs";
import { withLock } from "./lock.mjs";
import { say, SetUpError, step } from "./step.mjs";

/** The checkout that this file is part of. */
export const ROOT = fileURLToPath(new URL("../..", import.meta.url)).replace(/[\\/]$/, "");

const lockPath = join(ROOT, ".bootstrap.lock");

/** Installs what is missing or stale, builds what is missing or stale; says nothing where nothing is to do. */
export async function ensureReady() {
  if (!isReady()) {
    await withLock(lockPath, async () => {
      if (!isInstalled(ROOT)) await step("packages installed from package-lock.json", () => install(ROOT));
      if (!isBuilt(ROOT)) await step("dist/ built", () => build(ROOT));
    });
  }
  linkCommand(ROOT);
}

/** As `ensureReady`; where it can't be done, says why and ends the process. */
export async function ensureReadyOrExit() {
  await orExit(ensureReady);
}

/** What npm runs after an install of its own: the packages are there, the build may not be. */
export async function afterInstall() {
  if (!canBuild(ROOT)) {
    say("  stillwatch: installed without development dependencies, so dist/ is not built");
    return;
  }
  writeInstallStamp(ROOT);
  if (!isBuilt(ROOT)) {
    await withLock(lockPath, async () => {
      if (!isBuilt(ROOT)) await step("dist/ built", () => build(ROOT));
    });
  }
  linkCommand(ROOT);
}

/** Runs `work`; an error that a person can mend is shown as its message, and the process ends. */
export async function orExit(work) {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof SetUpError)) throw error;
    say(`\n${error.message}`);
    process.exit(1);
  }
}

function isReady() {
  return isInstalled(ROOT) && isBuilt(ROOT);
}
