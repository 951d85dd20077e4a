import { createHash } from "node:crypto";
import { existsSync, lstatSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { command, SetUpError } from "./step.mjs";

/** Native binaries differ by these; a `node_modules` that was copied from another machine is stale. */
const PLATFORM = `${process.platform}-${process.arch}-${process.versions.modules}`;

const stampPath = (root) => join(root, "node_modules", ".stillwatch", "install.json");
const lockText = (root) => readFileSync(join(root, "package-lock.json"), "utf8");

export const hashOf = (text) => createHash("sha256").update(text).digest("hex");

/** Whether `node_modules` is what the lock file asks for, on this platform. */
export function isInstalled(root) {
  if (!existsSync(join(root, "node_modules"))) return false;
  const lock = lockText(root);
  const stamp = readJson(stampPath(root));
  if (stamp !== undefined && stamp.platform !== PLATFORM) return false;
  if (stamp !== undefined && stamp.lock === hashOf(lock)) return true;
  // Somebody ran npm by hand: what it wrote down decides, so that `npm install x` is not followed by an install of all.
  const installed = readJson(join(root, "node_modules", ".package-lock.json"));
  if (installed === undefined || !agrees(JSON.parse(lock).packages, installed.packages)) return false;
  writeInstallStamp(root);
  return true;
}

/** Installs exactly what the lock file names. No package needs its install script, so none is run. */
export async function install(root) {
  const args = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
  const npm = process.env.npm_execpath?.endsWith("npm-cli.js") ? [process.execPath, process.env.npm_execpath] : ["npm"];
  const { code, output } = await command(npm[0], [...npm.slice(1), ...args], { cwd: root });
  if (code !== 0) {
    throw new SetUpError(
      `${output.trim()}\n\nnpm ci failed (exit code ${code}). What to try:\n` +
        "  - npm ping                      is the registry reachable? Behind a proxy, set HTTPS_PROXY.\n" +
        "  - df -h .                       the engine's binary needs about 700 MB.\n" +
        "  - rm -rf node_modules && npm ci then run the command again.",
    );
  }
  writeInstallStamp(root);
}

export function writeInstallStamp(root) {
  mkdirSync(join(root, "node_modules", ".stillwatch"), { recursive: true });
  writeFileSync(stampPath(root), JSON.stringify({ platform: PLATFORM, lock: hashOf(lockText(root)) }));
}

/** npm links the commands of dependencies only; this one is for `npx stillwatch` in the checkout itself. */
export function linkCommand(root) {
  // Windows needs a script instead of a link, and there npx finds the command by the package's name.
  if (process.platform === "win32") return;
  const link = join(root, "node_modules", ".bin", "stillwatch");
  if (lstatSync(link, { throwIfNoEntry: false }) !== undefined) return;
  mkdirSync(join(root, "node_modules", ".bin"), { recursive: true });
  try {
    symlinkSync("../../bin/stillwatch.mjs", link);
  } catch (error) {
    if (error.code !== "EEXIST") throw error;
  }
}

/** Whether all that is locked is installed and nothing else; of the optional packages only this platform's binaries count. */
function agrees(locked, installed) {
  for (const [path, entry] of Object.entries(locked)) {
    if (path === "") continue;
    const found = installed[path];
    if (found === undefined && entry.optional === true && !isBinaryForThisPlatform(entry)) continue;
    if (found === undefined || found.version !== entry.version || found.integrity !== entry.integrity) return false;
  }
  return Object.keys(installed).every((path) => locked[path] !== undefined);
}

function isBinaryForThisPlatform({ os, cpu, libc }) {
  // Bound to no platform: it belongs to the WebAssembly binary, which stands in where there is none of the platform's own.
  if (os === undefined && cpu === undefined) return false;
  const musl = process.platform === "linux" && process.report.getReport().header.glibcVersionRuntime === undefined;
  return (
    (os?.includes(process.platform) ?? true) &&
    (cpu?.includes(process.arch) ?? true) &&
    (libc?.includes(musl ? "musl" : "glibc") ?? true)
  );
}

function readJson(path) {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch {
    return undefined;
  }
}
