import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { z } from "zod";
import { evaluateCommand, parseNames, parseFirstSeed, parseScales, parseSeeds } from "./command.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "stillwatch-evaluate-command-"));
});
afterEach(async () => {
  vi.restoreAllMocks();
  await rm(folder, { recursive: true, force: true });
});

async function run(...args: string[]): Promise<string> {
  const out = vi.spyOn(process.stdout, "write").mockReturnValue(true);
  const command = evaluateCommand().exitOverride();
  command.configureOutput({ writeErr: () => undefined });
  await command.parseAsync(args, { from: "user" });
  return out.mock.calls.map(([text]) => String(text)).join("");
}

it("writes the three files, and prints the same JSON and nothing else", async () => {
  const traits = ["--scenario", "relay", "--background", "0.05", "--first-seed", "41", "--quick"];
  const said = await run("--out", folder, ...traits, "--json");
  expect((await readdir(folder)).toSorted()).toEqual(["EVALUATION.md", "evaluation.html", "evaluation.json"]);
  const schema = z.object({
    command: z.string(),
    curves: z.array(z.unknown()),
    honest: z.array(z.object({ seed: z.number() })),
  });
  const document = schema.parse(JSON.parse(said));
  expect(document).toMatchObject({
    command: "stillwatch evaluate --out evaluation --scenario relay --background 0.05 --first-seed 41 --quick",
    curves: [],
  });
  expect(document.honest.map(({ seed }) => seed)).toEqual([41]);
  expect(await readFile(join(folder, "EVALUATION.md"), "utf8")).toContain(document.command);
  expect(await readFile(join(folder, "evaluation.json"), "utf8")).toBe(said);
});

it.each([
  [["--quick"], /required option '--out/],
  [["--out", "x", "--scenario", "nonsense"], /there is no "nonsense"/],
  [["--out", "x", "--background", "0"], /numbers above 0/],
  [["--out", "x", "--seeds", "1.5"], /whole number/],
  [["--out", "x", "--first-seed", "0"], /whole number/],
  [["--out", "x", "--log", "y", "--background", "2"], /--log brings its own/],
  [["--out", "x", "--log", "y", "--scenario", "relay"], /none of these can be hidden in a log/],
])("refuses %j", async (args, message) => {
  await expect(run(...args)).rejects.toThrow(message);
});

it("reads lists", () => {
  expect(parseNames("ladder, jitter,ladder")).toEqual(["ladder", "jitter"]);
  expect(parseScales("1,10")).toEqual([1, 10]);
  expect(parseSeeds("3")).toBe(3);
  expect(parseFirstSeed("5000")).toBe(5_000);
});
