import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { truthSchema } from "../model/truth.ts";
import { findScenario } from "./scenario.ts";
import { simulateWorld } from "./simulate.ts";

const hourMs = 3_600_000;

/** A world that is small and shows its campaigns within hours: 500 honest accounts, and two campaigns that are busy from the start. */
export interface BusyWorld {
  readonly folder: string;
  /** Of exchanges, in order of time. */
  readonly lines: readonly string[];
  /** Account facts, as lines. */
  readonly facts: string;
  /** The campaign of each account that harvests. */
  readonly distillers: ReadonlyMap<string, string>;
  readonly honest: ReadonlySet<string>;
  /** The first full four hours: when a watch begins to look. */
  readonly startMs: number;
}

/** @param folder where it is written; not there yet. */
export async function busyWorld(folder: string, days: number): Promise<BusyWorld> {
  const demo = findScenario("demo")!;
  const campaigns = demo.campaigns
    .slice(0, 2)
    .map((campaign) => ({ ...campaign, exchangesPerAccountDay: 60, startDay: 0 }));
  const scenario = { ...demo, honestAccounts: 500, campaigns };
  await simulateWorld({ out: folder, scenario, seed: 7, scale: 1, days });
  const read = (name: string): Promise<string> => readFile(join(folder, name), "utf8");
  const lines = (await read("exchanges-000.ndjson")).trim().split("\n");
  const truths = (await read("truth.ndjson"))
    .trim()
    .split("\n")
    .map((line) => truthSchema.parse(JSON.parse(line)));
  return {
    folder,
    lines,
    facts: await read("accounts.ndjson"),
    distillers: new Map(
      truths.flatMap(({ account, campaign }) => (campaign === undefined ? [] : [[account, campaign] as const])),
    ),
    honest: new Set(truths.flatMap(({ account, label }) => (label === "honest" ? account : []))),
    startMs: Math.ceil(timeOfLine(lines[0]!) / (4 * hourMs)) * 4 * hourMs,
  };
}

export const timeOfLine = (line: string): number =>
  Date.parse(z.object({ time: z.string() }).parse(JSON.parse(line)).time);
