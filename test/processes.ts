import { existsSync, readFileSync, readdirSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { importsOf } from "./imports.ts";

/** What opens the engine, which allows one data directory per process. */
const engine = "src/store/engine.ts";

/**
 * The test files of a checkout, by what they need: those that can't reach the engine at run time may share a process, which saves
 * starting one for each and loading everything again; the others have one each.
 */
export function testsByProcess(root: string): {
  readonly shared: readonly string[];
  readonly alone: readonly string[];
} {
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
  const reachesEngine = (test: string): boolean => {
    const reached = new Set([join(root, test)]);
    for (const path of reached) for (const next of importsOfFile(path)) reached.add(next);
    return reached.has(join(root, engine));
  };
  const testsIn = (folder: string): string[] =>
    readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
      .filter((path) => path.endsWith(".test.ts"))
      .map((path) => join(folder, path));
  const tests = [...testsIn("src"), ...testsIn("bench")];
  return {
    shared: tests.filter((test) => !reachesEngine(test)),
    // Those of `test` start programs of their own, and look at the whole of the checkout.
    alone: [...tests.filter(reachesEngine), ...testsIn("test")],
  };
}
