import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, it } from "vitest";
import { memberId } from "./circle-files.ts";
import { demonstrate } from "./demonstration.ts";
import { accountFactsSchema } from "../../src/model/account.ts";
import { isShown, outcomePage } from "./outcome.ts";
import type { Outcome } from "./outcome.ts";
import type { Item, Status } from "./orders.ts";
import { prove, readTraffic } from "./proof.ts";
import type { Teller } from "./teller.ts";
import type { ByLab } from "./worlds.ts";

const timeoutMs = 900_000;
let folder = "";
let outcome: Outcome;
const seen: { item?: Item; known?: string; statuses: ByLab<Status>[] } = { statuses: [] };

const quiet: Teller = {
  width: 100,
  color: false,
  chapter: () => {},
  worlds: () => {},
  progress: () => {},
  outcome: () => {},
  acted: (_labs, statuses) => void seen.statuses.push(statuses),
  outbox(_lab, _person, item) {
    seen.item = item;
  },
  known(text) {
    seen.known = text;
  },
};

beforeAll(async () => {
  // A lab is a process of its own, which runs what is compiled.
  await promisify(execFile)(process.execPath, [
    join("node_modules", "typescript", "bin", "tsc"),
    "-p",
    "bench/tsconfig.json",
  ]);
  folder = await mkdtemp(join(tmpdir(), "stillwatch-demo-circle-"));
  outcome = await demonstrate({
    folder,
    size: { seed: 2, customers: 750, network: { a: 36, b: 16, c: 16 }, days: 6, comesOnDay: 3, staysHours: 60 },
    stepHours: 12,
    tellsAfterHours: 24,
    teller: quiet,
    script: resolve("out/bench/bench/circle/lab-server.js"),
  });
}, timeoutMs);
afterAll(() => rm(folder, { recursive: true, force: true }));

it("shows that two labs see too little by themselves, and that all three act in a circle, on nobody else", () => {
  const [a, b, c] = outcome.labs;
  expect(a?.alone.network).toBeGreaterThan(0);
  expect([b?.alone.network, c?.alone.network]).toEqual([0, 0]);
  for (const { alone, together } of outcome.labs) {
    expect(together.network).toBeGreaterThan(0);
    expect([alone.honest, together.honest]).toEqual([0, 0]);
  }
  expect(isShown(outcome)).toBe(true);
});

it("shows that each lab convicts by its own log, and was only told where to look", () => {
  const [, together] = seen.statuses;
  for (const name of ["b", "c"] as const)
    for (const { drawnBy, families } of together?.[name].campaigns ?? []) {
      expect(drawnBy).toEqual([memberId("a")]);
      expect(families.length).toBeGreaterThanOrEqual(2);
    }
  expect(together?.a.campaigns.flatMap(({ drawnBy }) => drawnBy)).toEqual([]);
});

it("shows what leaves to a person, and in the end who has seen the campaign", () => {
  expect(seen.item?.recipients).toEqual(["member-b", "member-c"]);
  expect(seen.item?.objects.map(({ type }) => type)).toContain("indicator");
  for (const name of ["member-a", "member-b", "member-c"]) expect(seen.known).toContain(name);
});

it("undoes what was done where the origin takes it back, unless a lab has found it by itself meanwhile", () => {
  const [a, b, c] = outcome.labs;
  expect(a?.retracted).toEqual(a?.together);
  expect([b?.retracted.network, c?.retracted.network]).toEqual([0, 0]);
});

it("proves from the bytes that nothing of a customer crossed, and not where something has", async () => {
  expect(outcome.proof.found).toEqual([]);
  expect(outcome.proof.controls.filter(({ found }) => !found)).toEqual([]);
  expect(outcome.proof.lookedFor["account"]).toBe(outcome.proof.customers);
  expect(outcomePage(outcome)).toContain("The proof holds.");
  const traffic = await readTraffic(join(folder, "traffic"));
  const [line = ""] = (await readFile(join(folder, "worlds", "b", "accounts.ndjson"), "utf8")).split("\n");
  const fact = accountFactsSchema.parse(JSON.parse(line));
  const proofWith = (leak: string) =>
    prove(
      new Map([...traffic, ["leak", Buffer.from(leak)]]),
      { accounts: 1, facts: [fact], exchanges: [] },
      { epoch: "2026-03", secret: new Uint8Array(32) },
      seen.item?.objects[0]?.id ?? "",
    );
  expect(proofWith("").found).toEqual([]);
  expect(proofWith(`{"about":"${fact.account}"}`).found).toEqual([
    { what: "account", form: "in the clear", file: "leak" },
  ]);
});
