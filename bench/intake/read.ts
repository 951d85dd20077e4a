// Prints how long the engine takes, and how much of the cores, to read the exchanges of a world from their files, as a scan does; and
// what the watch then takes of the cores.
import { resolve } from "node:path";
import { ingest } from "../../src/ingest/ingest.ts";
import { readIntentPack } from "../../src/ingest/intent/pack.ts";
import { systemClock } from "../../src/kit/clock.ts";
import { openEngine } from "../../src/store/engine.ts";
import { detectionCost } from "./detection.ts";

const [world = "."] = process.argv.slice(2);
const store = await openEngine();
try {
  const intents = readIntentPack(resolve("packs/intent")).pack;
  const startMs = performance.now();
  const cpu = process.cpuUsage();
  const { exchanges } = await ingest(store, { path: world, intents, clock: systemClock });
  const { user, system } = process.cpuUsage(cpu);
  const seconds = (performance.now() - startMs) / 1000;
  const detection = await detectionCost(store, intents);
  process.stdout.write(JSON.stringify({ exchanges, seconds, cpuSeconds: (user + system) / 1e6, detection }));
} finally {
  await store.close();
}
