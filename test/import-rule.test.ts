import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { importsOf } from "./imports.ts";
import { importViolations } from "./rooms.ts";
import { trackedFiles } from "./tracked-files.ts";

const sources = trackedFiles().filter((path) => /^(?:src|console|test|bench)\/.*\.tsx?$/.test(path));

describe("the import rule", () => {
  it("has files to look at", () => {
    expect(sources.length).toBeGreaterThan(50);
  });

  it("is kept by every file", () => {
    expect(sources.flatMap((path) => importViolations(path, readFileSync(path, "utf8")))).toEqual([]);
  });

  it.each([
    ["a static import", `import { scan } from "../cli/scan/scan.ts";`],
    ["an import for its effects", `import "../cli/main.ts";`],
    ["an import of a type", `import type { Report } from "../cli/report/write.ts";`],
    ["an import of a type among names", `import { type Report } from "../cli/report/write.ts";`],
    ["a dynamic import", `export const load = () => import("../cli/main.ts");`],
    ["a re-export of names", `export { main } from "../cli/main.ts";`],
    ["a re-export of all", `export * from "../cli/main.ts";`],
    ["a re-export of a type", `export type { Report } from "../cli/report/write.ts";`],
    ["a type within a type", `export type Scan = import("../cli/scan/scan.ts").ScanOptions;`],
    ["the old form", `import cli = require("../cli/main.ts");`],
  ])("catches a planted violation: %s", (_form, source) => {
    expect(importViolations("src/math/planted.ts", source)).toEqual([expect.stringContaining("math stands below cli")]);
  });

  it("is not misled by text that looks like an import", () => {
    const source = `// import "../cli/main.ts";\nexport const text = 'import "../cli/main.ts"';`;
    expect(importViolations("src/math/harmless.ts", source)).toEqual([]);
  });

  it("allows a room itself, the rooms below it, and packages", () => {
    const source = `import "./rank.ts"; import "../kit/clock.ts"; import { z } from "zod"; import "node:fs"; import "chdb/connection";`;
    expect(importViolations("src/math/allowed.ts", source)).toEqual([]);
  });

  it.each([
    ["src/kit/planted.ts", `import "../model/account.ts";`, "kit stands below model"],
    ["src/sim/planted.ts", `import "../store/engine.ts";`, "sim stands below store"],
    ["src/misc/planted.ts", `import "../kit/clock.ts";`, "misc is no room"],
    ["src/cli/planted.ts", `import "../misc/attic.ts";`, "misc is no room"],
    ["src/cli/planted.ts", `import "../../bench/scan/run.ts";`, "src stands by itself"],
    ["src/cli/planted.ts", `import "../math/communities.test.ts";`, "only tests may import"],
    ["src/cli/planted.ts", `import "../../test/rooms.ts";`, "only tests may import"],
    ["src/cli/planted.ts", `export const load = (name: string) => import("../" + name);`, "put together at run time"],
    ["src/cli/planted.ts", "export const load = () => import(`../kit/clock.ts`);", "put together at run time"],
    ["console/planted.ts", `import { serve } from "../src/api/serve.ts";`, "the API's types only"],
    ["console/planted.ts", `import type { Report } from "../src/model/report.ts";`, "the API's types only"],
  ])("refuses %s: %s", (path, source, reason) => {
    expect(importViolations(path, source)).toEqual([expect.stringContaining(reason)]);
  });

  it("lets the console import the API's types, and tests their own helpers", () => {
    expect(importViolations("console/page.ts", `import type { Answer } from "../src/api/answer.ts";`)).toEqual([]);
    expect(importViolations("src/math/x.test.ts", `import "./x.case.ts"; import "../../test/rooms.ts";`)).toEqual([]);
  });

  it("tells what is left at run time", () => {
    const source = `import type { A } from "./a.ts";\nimport { type B } from "./b.ts";\nimport { type C, d } from "./c.ts";\nimport "./e.ts";`;
    expect(importsOf("x.ts", source).map(({ line, typeOnly }) => [line, typeOnly])).toEqual([
      [1, true],
      [2, true],
      [3, false],
      [4, false],
    ]);
  });

  it("refuses a file that does not parse", () => {
    expect(() => importsOf("x.ts", `import { from "./a.ts"`)).toThrow(/x\.ts/);
  });
});
