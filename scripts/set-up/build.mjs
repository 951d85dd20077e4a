import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { hashOf } from "./install.mjs";
import { command, SetUpError } from "./step.mjs";

const stampPath = (root) => join(root, "node_modules", ".stillwatch", "build");
const clusterPath = (root) => join(root, "node_modules", ".stillwatch", "postgres-cluster.tar.gz");
const clusterStampPath = (root) => `${clusterPath(root)}.stamp`;
const compilerPath = (root) => join(root, "node_modules", "typescript", "bin", "tsc");

/** Whether `dist/` was built from the sources as they are. Reads them all: some milliseconds. */
export function isBuilt(root) {
  if (!existsSync(join(root, "dist", "cli", "main.js"))) return false;
  return existsSync(stampPath(root)) && readFileSync(stampPath(root), "utf8") === sourcesHash(root);
}

/** Without development dependencies there is no compiler. */
export function canBuild(root) {
  return existsSync(compilerPath(root));
}

/** Builds beside `dist/` and then swaps, so that a failed build leaves the last good one. */
export async function build(root) {
  const fresh = join(root, ".dist-new");
  const hash = sourcesHash(root);
  rmSync(fresh, { recursive: true, force: true });
  mkdirSync(join(root, "node_modules", ".stillwatch"), { recursive: true });
  try {
    const args = [compilerPath(root), "-p", "tsconfig.build.json", "--outDir", fresh];
    const mend = "The sources do not compile: mend what stands above and run the command again.";
    await runOrThrow(root, args, mend);
    await addCluster(root, fresh);
  } catch (error) {
    rmSync(fresh, { recursive: true, force: true });
    throw error;
  }
  rmSync(join(root, "dist"), { recursive: true, force: true });
  renameSync(fresh, join(root, "dist"));
  writeFileSync(stampPath(root), hash);
}

/** What every new embedded state begins with. To make it takes seconds, so it is kept until something that makes it changes. */
async function addCluster(root, fresh) {
  const folder = join(fresh, "store", "state");
  const hash = hashOf(
    [join(root, "package-lock.json"), ...filesIn(folder)].map((path) => hashOf(readFileSync(path))).join("\n"),
  );
  if (!existsSync(clusterStampPath(root)) || readFileSync(clusterStampPath(root), "utf8") !== hash) {
    const mend =
      "The embedded PostgreSQL does not start: run the command again, and report what stands above if it stays.";
    await runOrThrow(root, [join(folder, "database", "prepare-cluster.mjs"), clusterPath(root)], mend);
    writeFileSync(clusterStampPath(root), hash);
  }
  copyFileSync(clusterPath(root), join(fresh, "postgres-cluster.tar.gz"));
}

async function runOrThrow(root, args, mend) {
  const { code, output } = await command(process.execPath, args, { cwd: root });
  if (code !== 0) throw new SetUpError(`${output.trim()}\n\n${mend}`);
}

function sourcesHash(root) {
  const sources = filesIn(join(root, "src")).filter((path) => !/\.(?:test|case)\.ts$/.test(path));
  const files = ["tsconfig.json", "tsconfig.build.json", "package-lock.json"].map((name) => join(root, name));
  return hashOf(
    [...files, ...sources].map((path) => `${path.slice(root.length)}\0${hashOf(readFileSync(path))}`).join("\n"),
  );
}

function filesIn(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .sort();
}
