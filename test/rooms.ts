import { posix } from "node:path";
import { importsOf } from "./imports.ts";

/** The rooms of `src/`. A room imports from itself and from those after it. */
const ROOMS = [
  "cli",
  "api",
  "gateway",
  "share",
  "decide",
  "detect",
  "ingest",
  "store",
  "sim",
  "math",
  "model",
  "kit",
] as const;

/** The one other place with a rule of its own: the analysts' page knows the API's types and nothing else. */
const CONSOLE = "console";

/**
 * What is wrong with the imports of one file; empty where nothing is.
 * @param path relative to the root of the checkout, with forward slashes
 */
export function importViolations(path: string, source: string): string[] {
  return importsOf(path, source).flatMap(({ specifier, line, typeOnly }) => {
    const reason = violation(path, specifier, typeOnly);
    return reason === null ? [] : [`${path}:${line} imports ${specifier}: ${reason}`];
  });
}

function violation(from: string, specifier: string, typeOnly: boolean): string | null {
  if (!specifier.startsWith(".")) return isModuleName(specifier) ? null : "it is put together at run time";
  const to = posix.join(posix.dirname(from), specifier);
  if (isTestFile(to) && !isTestFile(from)) return "only tests may import what belongs to tests";
  const [fromTop, fromRoom = ""] = from.split("/");
  const [toTop, toRoom = ""] = to.split("/");
  if (fromTop === CONSOLE) {
    if (toTop === CONSOLE || (toTop === "src" && toRoom === "api" && typeOnly)) return null;
    return "the console may import the API's types only";
  }
  if (fromTop !== "src") return null;
  if (toTop !== "src") return isTestFile(from) ? null : "src stands by itself";
  return roomViolation(fromRoom, toRoom);
}

function roomViolation(from: string, to: string): string | null {
  const [fromRank, toRank] = [rank(from), rank(to)];
  if (fromRank === -1) return `${from} is no room`;
  if (toRank === -1) return `${to} is no room`;
  return fromRank <= toRank ? null : `${from} stands below ${to}`;
}

function rank(room: string): number {
  return ROOMS.findIndex((candidate) => candidate === room);
}

/** Tests, their cases and everything under `test/`. */
function isTestFile(path: string): boolean {
  return /\.(?:test|case)\.ts$/.test(path) || path.startsWith("test/");
}

function isModuleName(specifier: string): boolean {
  return /^(?:node:)?@?[\w-]+(?:\/[\w.-]+)*$/.test(specifier);
}
