import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { HELD_OUT_CLASSES } from "../../sim/honest/held-out.ts";
import { simulateCommand } from "./command.ts";
import { progressLine } from "./progress.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "stillwatch-simulate-"));
});
afterEach(async () => {
  vi.restoreAllMocks();
  await rm(folder, { recursive: true, force: true });
});

async function run(...args: string[]): Promise<string> {
  const out = vi.spyOn(process.stdout, "write").mockReturnValue(true);
  const command = simulateCommand().exitOverride();
  command.configureOutput({ writeErr: () => undefined });
  await command.parseAsync(args, { from: "user" });
  return out.mock.calls.map(([text]) => String(text)).join("");
}

it("writes a world and says what is in it", async () => {
  const said = await run("--out", folder, "--scenario", "relay", "--scale", "0.01", "--days", "1", "--seed", "4");
  expect(said).toMatch(/exchanges of [\d,]+ accounts over 1 days; 0 accounts in 0 campaigns/);
  expect((await readdir(folder)).toSorted()).toEqual([
    "accounts.ndjson",
    "exchanges-000.ndjson",
    "models.ndjson",
    "truth.ndjson",
  ]);
});

it("writes the honest traffic of an evaluation, with the look-alikes that are held out", async () => {
  await run("--out", folder, "--scenario", "evaluation", "--scale", "0.01", "--days", "1");
  const truth = await readFile(join(folder, "truth.ndjson"), "utf8");
  for (const name of HELD_OUT_CLASSES) expect(truth).toContain(`"class":"${name}"`);
  expect(truth).not.toContain("distiller");
});

it("lists the scenarios", async () => {
  const listed = await run("--list");
  expect(listed).toMatch(/^demo .*\n.*\nsmall /);
  expect(listed).toMatch(/^evaluation /m);
});

it.each([
  [["--scenario", "demo"], /no folder/],
  [["--out", "x", "--scenario", "nonsense"], /no scenario "nonsense"/],
  [["--out", "x", "--scale", "much"], /not a number/],
  [["--out", "x", "--seed", "1.5"], /not a whole number/],
])("refuses %j", async (args, message) => {
  await expect(run(...args)).rejects.toThrow(message);
});

it("draws progress on a terminal only, and without colour where NO_COLOR is set", () => {
  const written: string[] = [];
  const write = (text: string): boolean => written.push(text) > 0;
  expect(progressLine({ isTTY: false, write }, {})).toBeUndefined();
  progressLine({ isTTY: true, write }, {})?.update({ exchanges: 1_234, done: 0.5 });
  progressLine({ isTTY: true, write }, { NO_COLOR: "1" })?.update({ exchanges: 1_234, done: 0.5 });
  expect(written[0]).toContain("\u001B[36m");
  expect(written[1]).not.toContain("\u001B[36m");
  expect(written[1]).toContain("50 %  1,234 exchanges");
});
