import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ingest } from "../../src/ingest/ingest.ts";
import { loadIntentPack } from "../../src/ingest/intent/pack.ts";
import { systemClock } from "../../src/kit/clock.ts";
import { seededRandom } from "../../src/kit/random.ts";
import type { Truth } from "../../src/model/truth.ts";
import { openEngine } from "../../src/store/engine.ts";
import type { Store } from "../../src/store/engine.ts";
import { numberAccounts } from "./account-log.ts";
import type { AccountLog } from "./account-log.ts";
import { rivals } from "./rivals.ts";
import type { Tuning } from "./tune.ts";

const members = 12;
const strangers = 300;
const startMs = Date.UTC(2026, 2, 2);
const minuteMs = 60_000;

interface PlantedWorld {
  readonly exchanges: readonly object[];
  readonly truth: readonly Truth[];
}

/** Accounts with nothing in common, and a campaign that hides nothing: every method has something to find. */
function plantedWorld(): PlantedWorld {
  const random = seededRandom("planted");
  const words = (vocabulary: string, count: number): string =>
    Array.from({ length: count }, () => `${vocabulary}${random.integer(0, 30)}`.replaceAll(/\d/g, letterOf)).join(" ");
  const exchanges: object[] = [];
  const add = (account: string, ip: string, system: string, prompt: string, timeMs: number): void => {
    const time = new Date(timeMs).toISOString();
    const messages = [{ role: "user", content: prompt }];
    exchanges.push({
      id: `x${exchanges.length}`,
      time,
      account,
      ip,
      model: "m-1",
      system,
      messages,
      usage: { output: 300 },
    });
  };
  const truth: Truth[] = [];
  for (let a = 0; a < strangers; a++) {
    const own = String(a).replaceAll(/\d/g, letterOf);
    truth.push({ account: `stranger-${a}`, label: "honest", class: "casual" });
    for (let i = 0; i < 10; i++) {
      const timeMs = startMs + random.integer(0, 3 * 1_440) * minuteMs;
      add(`stranger-${a}`, `10.${a >> 8}.${a & 255}.1`, `Help with ${words(own, 4)}`, words(`topic${own}`, 12), timeMs);
    }
  }
  for (let a = 0; a < members; a++) {
    truth.push({ account: `member-${a}`, label: "distiller", campaign: "c-1", class: "campaign" });
    for (let i = 0; i < 90; i++) {
      const prompt = `Problem to be solved with every step:\n${words("harvest", 12)}\nEnd with the final answer alone.`;
      add(
        `member-${a}`,
        `192.0.2.${i % 4}`,
        "You reason at length about a problem.",
        prompt,
        startMs + i * 40 * minuteMs,
      );
    }
  }
  return { exchanges, truth };
}

function letterOf(digit: string): string {
  return "abcdefghij"[Number(digit)] ?? "k";
}

let folder: string;
let store: Store;
let log: AccountLog;
let truth: readonly Truth[];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "stillwatch-rivals-test-"));
  const world = plantedWorld();
  const lines = world.exchanges.map((exchange) => `${JSON.stringify(exchange)}\n`);
  await writeFile(join(folder, "exchanges-000.ndjson"), lines.join(""));
  store = await openEngine();
  await ingest(store, { path: folder, intents: loadIntentPack(), clock: systemClock });
  log = await numberAccounts(store);
  truth = world.truth;
});
afterAll(async () => {
  await store.close();
  await rm(folder, { recursive: true, force: true });
});

async function tuned(tuning: Tuning): Promise<ReturnType<Tuning["choose"]>> {
  await tuning.tryAll(log, truth);
  return tuning.choose();
}

describe("rivals", () => {
  it("have names of their own and say where they come from", () => {
    const names = rivals().map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  });

  it.each(rivals().map((tuning) => ({ name: tuning.name, tuning })))(
    "$name: tuned, it finds a campaign that hides nothing and leaves strangers alone",
    async ({ tuning }) => {
      for (const contestant of await tuned(tuning)) {
        const suspects = await contestant.detect(log);
        expect([...suspects.keys()].toSorted()).toEqual(
          truth.flatMap(({ account, label }) => (label === "distiller" ? [account] : [])).toSorted(),
        );
        expect([...suspects.values()].filter(({ score }) => !Number.isFinite(score))).toEqual([]);
        // A method knows groups or does not.
        expect(new Set([...suspects.values()].map(({ cluster }) => cluster === null)).size).toBe(1);
        expect(contestant.source).not.toBe("");
      }
    },
  );

  it.each(rivals().map((tuning) => ({ name: tuning.name, tuning })))(
    "$name: answers the same again",
    async ({ tuning }) => {
      const [contestant] = await tuned(tuning);
      expect(await contestant?.detect(log)).toEqual(await contestant?.detect(log));
    },
  );
});
