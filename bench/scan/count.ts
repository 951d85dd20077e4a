// Prints how many exchanges a world has and how long the engine takes to count its lines: the least that reading them can cost.
import { join } from "node:path";
import { openEngine } from "../../src/store/engine.ts";
import { sql, text } from "../../src/store/sql.ts";

const [world = "."] = process.argv.slice(2);
const store = await openEngine();
try {
  const startMs = performance.now();
  const [row] = await store.rows<{ exchanges: number }>(sql`
    SELECT count() AS exchanges FROM file(${text(join(world, "exchanges-*"))}, 'LineAsString')`);
  const seconds = (performance.now() - startMs) / 1000;
  process.stdout.write(JSON.stringify({ exchanges: row?.exchanges ?? 0, seconds }));
} finally {
  await store.close();
}
