import { readFileSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { EXIT } from "./errors.ts";
import { main } from "./main.ts";

let stdout = "";
let stderr = "";

beforeEach(() => {
  stdout = "";
  stderr = "";
  vi.spyOn(process.stdout, "write").mockImplementation((text) => ((stdout += String(text)), true));
  vi.spyOn(process.stderr, "write").mockImplementation((text) => ((stderr += String(text)), true));
});

afterEach(() => {
  vi.restoreAllMocks();
});

const stillwatch = (...args: readonly string[]): Promise<number> => main(["node", "stillwatch", ...args]);

describe("the command line", () => {
  it("knows its version", async () => {
    expect(await stillwatch("--version")).toBe(EXIT.done);
    expect(readFileSync("package.json", "utf8")).toContain(`"version": "${stdout.trim()}"`);
  });

  it("lists its commands", async () => {
    expect(await stillwatch("--help")).toBe(EXIT.done);
    for (const name of ["scan", "explain", "simulate"]) expect(stdout).toContain(`  ${name} [options]`);
  });

  it.each([
    ["no command", []],
    ["an unknown command", ["scna"]],
    ["an unknown option", ["scan", "world", "--nonsense"]],
    ["a missing argument", ["scan"]],
    ["a value that is no number", ["simulate", "--out", "out", "--seed", "seven"]],
  ])("answers %s with how it is used", async (_case, args) => {
    expect(await stillwatch(...args)).toBe(EXIT.usage);
    expect(stdout).toBe("");
    expect(stderr).not.toBe("");
    expect(stderr).not.toContain("    at ");
  });

  it("shows a mistake as one, without a stack", async () => {
    expect(await stillwatch("explain", "acct-1", "--report", "no/such/folder", "--json")).toBe(EXIT.usage);
    expect(stdout).toBe("");
    expect(stderr).toMatch(/^error: .*\nhint: .*\n$/);
  });

  it.each(["before", "after"])("shows where it happened with --verbose %s the command", async (place) => {
    const command = ["explain", "acct-1", "--report", "no/such/folder"];
    expect(await stillwatch(...(place === "before" ? ["--verbose", ...command] : [...command, "--verbose"]))).toBe(
      EXIT.usage,
    );
    expect(stderr).toContain("    at ");
  });
});
