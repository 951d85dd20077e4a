import { readFileSync, statSync } from "node:fs";
import { homedir } from "node:os";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { trackedFiles } from "./tracked-files.ts";

// Limits.
const FILE_BYTES_MAX = 2 ** 20;
/** What one can read in one sitting. */
const SOURCE_LINES_MAX = 350;

const files = trackedFiles();
const sources = files.filter((path) => /^(?:src|test|bench|scripts|bin)\/.*\.(?:ts|mjs)$/.test(path));

const textOf = (path: string): string => readFileSync(path, "utf8");
const isText = (path: string): boolean => !/\.(?:png|gz|zst|parquet)$/.test(path);

/** `path:line: text` for every line of every text file that the pattern is found in. */
function linesWith(pattern: RegExp, paths: readonly string[]): string[] {
  return paths.filter(isText).flatMap((path) =>
    textOf(path)
      .split("\n")
      .flatMap((line, i) => (pattern.test(line) ? [`${path}:${i + 1}: ${line.trim().slice(0, 120)}`] : [])),
  );
}

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\/]/g, String.raw`\$&`);

describe("files", () => {
  it("are small enough for a repository", () => {
    const large = files.filter((path) => statSync(path).size > FILE_BYTES_MAX);
    expect(large).toEqual([]);
  });

  it("name no path of the machine that they were written on", () => {
    // One segment (`/app`, `/root`) is too common in text to be told from anything else.
    const own = [resolve("."), homedir()].filter((path) => path.split("/").length > 2).map(escaped);
    const pattern = new RegExp([...own, String.raw`file:\/\/\/\w`].join("|"));
    expect(linesWith(pattern, files)).toEqual([]);
  });

  it("name no host of a package registry", () => {
    const lock = linesWith(/"resolved":/, ["package-lock.json"]);
    expect([...lock, ...linesWith(/\bregistry\.(?:npmjs|yarnpkg|npmmirror)\b/, withoutThis)]).toEqual([]);
  });

  it(`of src are at most ${SOURCE_LINES_MAX} lines long`, () => {
    const long = files
      .filter((path) => /^src\/.*\.ts$/.test(path))
      .map((path) => ({ path, lines: textOf(path).split("\n").length - 1 }))
      .filter(({ lines }) => lines > SOURCE_LINES_MAX);
    expect(long).toEqual([]);
  });
});

/** This file spells out what it forbids. */
const withoutThis = files.filter((path) => path !== "test/house-rules.test.ts");

describe("the linter", () => {
  const config = z
    .object({ rules: z.record(z.string(), z.union([z.string(), z.array(z.unknown())])) })
    .parse(JSON.parse(textOf(".oxlintrc.json").replaceAll(/^\s*\/\/.*$/gm, "")));

  it.each(["typescript/no-explicit-any", "typescript/no-unsafe-assignment", "vitest/no-focused-tests", "eqeqeq"])(
    "holds to %s",
    (rule) => {
      expect([config.rules[rule]].flat()[0]).toBe("error");
    },
  );

  it("says why a rule is off", () => {
    const lines = textOf(".oxlintrc.json").split("\n");
    const bare = lines.filter((line, i) => {
      if (!line.includes('"off"')) return false;
      // Two rules may share one reason.
      const above = lines.slice(0, i).findLast((candidate) => !candidate.includes('"off"')) ?? "";
      return !/^\s*(?:\/\/|"rules": \{)/.test(above);
    });
    expect(bare).toEqual([]);
  });

  it("is muted in a file only with a reason beside it", () => {
    expect(linesWith(/(?:oxlint|eslint)-disable(?!.* -- \S)/, withoutThis)).toEqual([]);
    expect(linesWith(/@ts-(?:ignore|nocheck)|@ts-expect-error(?!:? \S)/, withoutThis)).toEqual([]);
  });
});

describe("sources", () => {
  it("are looked at", () => {
    expect(sources.length).toBeGreaterThan(50);
  });

  it("have no barrel file, which would hide who uses what", () => {
    expect(sources.filter((path) => path.endsWith("/index.ts"))).toEqual([]);
  });

  it("draw no randomness and read no clock but through the kit", () => {
    const rooms = sources.filter((path) => /^src\/(?!kit\/|cli\/)/.test(path) && !path.endsWith(".test.ts"));
    expect(linesWith(/\bMath\.random\(|\bDate\.now\(|\bnew Date\(\)/, rooms)).toEqual([]);
  });
});
