import { existsSync, readFileSync, readdirSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { importsOf } from "./imports.ts";

/** Opens the engine, which allows one data directory at a time in a process. */
const engine = "src/store/engine.ts";
/** Opens one that the tests of a process can share, and leaves it empty after each. */
const sharedEngine = "src/ingest/world/scratch.case.ts";
/** What its tests do to an engine should not be done to those of other rooms. */
const roomOfEngine = "src/store/";

interface TestsByProcess {
  /** Can't reach the engine at run time. */
  readonly plain: readonly string[];
  /** Only by the one that can be shared. */
  readonly sharing: readonly string[];
  /** Open engines of their own and close them: what the first has compiled, intent patterns above all, is there for the next. */
  readonly opening: readonly string[];
  /** Try the engine itself, start programs, or look at the whole of the checkout. */
  readonly alone: readonly string[];
}

/**
 * The test files of a checkout, by what they import. Those of one group can be run by one process, but for those that must be alone;
 * it saves starting one for each, which loads everything again.
 */
export function testsByProcess(root: string): TestsByProcess {
  const imports = new Map<string, readonly string[]>();
  const importsOfFile = (path: string): readonly string[] => {
    const known = imports.get(path);
    if (known !== undefined) return known;
    const found = importsOf(path, readFileSync(path, "utf8"))
      .filter(({ specifier, typeOnly }) => !typeOnly && specifier.startsWith("."))
      .map(({ specifier }) => resolve(dirname(path), specifier))
      .filter((target) => target.endsWith(".ts") && existsSync(target));
    imports.set(path, found);
    return found;
  };
  const groupOf = (test: string): keyof TestsByProcess => {
    const shared = join(root, sharedEngine);
    const reached = new Set([join(root, test)]);
    for (const path of reached) if (path !== shared) for (const next of importsOfFile(path)) reached.add(next);
    if (reached.has(join(root, engine))) return test.startsWith(roomOfEngine) ? "alone" : "opening";
    return reached.has(shared) ? "sharing" : "plain";
  };
  const testsIn = (folder: string): string[] =>
    readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
      .filter((path) => path.endsWith(".test.ts"))
      .map((path) => join(folder, path));
  const groups = { plain: [] as string[], sharing: [] as string[], opening: [] as string[], alone: [] as string[] };
  for (const test of [...testsIn("src"), ...testsIn("bench")]) groups[groupOf(test)].push(test);
  for (const test of testsIn("test")) groups[groupOf(test) === "opening" ? "opening" : "alone"].push(test);
  return groups;
}
