// Compares Stillwatch with rival methods: same worlds, same ingested store, same scorer. Rivals are tuned first, on worlds with
// seeds of their own.
//
//   npm run bench:rivals              writes docs/rivals.md and docs/rivals.json
//   npm run bench:rivals -- --quick   small worlds; the page goes to stdout and nothing is written

import { writeFile } from "node:fs/promises";
import { scoreAnswer } from "../../src/cli/evaluate/score.ts";
import type { Answer } from "../../src/cli/evaluate/score.ts";
import { loadIntentPack } from "../../src/ingest/intent/pack.ts";
import { answerOf, answerOfStillwatch } from "./answer.ts";
import { rivals } from "./rivals.ts";
import { pageOf, rowFor } from "./table.ts";
import type { Results, Row, WorldResult } from "./table.ts";
import type { Contestant } from "./tune.ts";
import { absenceOf, titleOf } from "../worlds.ts";
import type { WorldSource } from "../worlds.ts";
import { withWorld } from "./worlds.ts";

const quick = process.argv.includes("--quick");

/** No seed and scenario stands in both lists. */
const tuningWorlds: readonly WorldSource[] = [
  { kind: "simulated", scenario: "small", seed: 9_001, scale: quick ? 0.3 : 1 },
  { kind: "simulated", scenario: "low-and-slow", seed: 9_002, scale: quick ? 0.05 : 0.4 },
  { kind: "simulated", scenario: "disclosed", seed: 9_003, scale: quick ? 0.05 : 0.4 },
  { kind: "simulated", scenario: "look-alikes", seed: 9_004, scale: quick ? 0.1 : 0.5 },
  { kind: "ladder", step: 2, seed: 9_005, scale: quick ? 0.2 : 1 },
];
const comparedWorlds: readonly WorldSource[] = quick
  ? [
      { kind: "practice", name: "small" },
      { kind: "simulated", scenario: "small", seed: 71, scale: 0.3 },
      { kind: "simulated", scenario: "look-alikes", seed: 72, scale: 0.3 },
    ]
  : [
      { kind: "practice", name: "small" },
      { kind: "practice", name: "disclosed" },
      { kind: "practice", name: "honest-only" },
      { kind: "simulated", scenario: "disclosed", seed: 171, scale: 0.5 },
      { kind: "simulated", scenario: "disclosed", seed: 172, scale: 0.5 },
      { kind: "simulated", scenario: "disclosed", seed: 173, scale: 0.5 },
      { kind: "simulated", scenario: "low-and-slow", seed: 174, scale: 0.5 },
      { kind: "simulated", scenario: "look-alikes", seed: 175, scale: 0.5 },
      { kind: "simulated", scenario: "relay", seed: 176, scale: 0.5 },
      { kind: "ladder", step: 3, seed: 177, scale: 1 },
      { kind: "ladder", step: 5, seed: 178, scale: 1 },
    ];

const intents = loadIntentPack("packs/intent");
const say = (line: string): void => void process.stderr.write(`${line}\n`);

const tunings = rivals();
for (const source of tuningWorlds) {
  say(`Tuning on ${titleOf(source)}`);
  await withWorld(source, intents, async ({ log, truth }) => {
    for (const tuning of tunings) {
      const { seconds } = await timed(() => tuning.tryAll(log, truth));
      say(`  ${tuning.name}: ${tuning.settings} settings, ${seconds.toFixed(1)} s`);
    }
  });
}
const contestants = tunings.flatMap((tuning) =>
  tuning.choose().map((contestant) => ({ ...contestant, settingsTried: tuning.settings })),
);

const worlds: WorldResult[] = [];
const skipped: string[] = [];
for (const source of comparedWorlds) {
  const absence = absenceOf(source);
  if (absence === null) worlds.push(await compareOn(source, contestants));
  else skipped.push(absence);
}
for (const reason of skipped) say(reason);

const results: Results = {
  tunedOn: tuningWorlds.map(titleOf),
  methods: contestants.map(({ name, source, tunedFor, settingsTried, parameters }) => ({
    name,
    source,
    tunedFor,
    settingsTried,
    parameters,
  })),
  worlds,
  skipped,
};
if (quick) process.stdout.write(pageOf(results));
else {
  await writeFile("docs/rivals.md", pageOf(results));
  await writeFile("docs/rivals.json", `${JSON.stringify(results, null, 2)}\n`);
  say("Wrote docs/rivals.md and docs/rivals.json");
}

function compareOn(source: WorldSource, against: readonly Contestant[]): Promise<WorldResult> {
  const world = titleOf(source);
  say(`Comparing on ${world}`);
  return withWorld(source, intents, async ({ log, truth, exchanges }) => {
    const rowOf = async (method: string, tunedFor: readonly string[], run: () => Promise<Answer>): Promise<Row> => {
      const { result, seconds } = await timed(run);
      return rowFor({ method, tunedFor, seconds }, scoreAnswer(truth, result));
    };
    const stillwatch = await rowOf("Stillwatch", [], () => answerOfStillwatch(log, intents));
    const rows: Row[] = [];
    for (const { name, tunedFor, detect } of against)
      rows.push(await rowOf(name, tunedFor, async () => answerOf(await detect(log))));
    const distillers = truth.filter((entry) => entry.label === "distiller").length;
    return { world, exchanges, accounts: truth.length, distillers, stillwatch, rivals: rows };
  });
}

async function timed<Result>(run: () => Promise<Result>): Promise<{ result: Result; seconds: number }> {
  const startMs = performance.now();
  const result = await run();
  return { result, seconds: (performance.now() - startMs) / 1_000 };
}
