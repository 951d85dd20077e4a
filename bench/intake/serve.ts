// The doors, the spools and the engine in the folder given, as `bench.ts` measures them. Says its port in a line of JSON, tells how far
// it is at /status, and ends in order on SIGTERM.
import { createServer } from "node:http";
import { join, resolve } from "node:path";
import { intakeDoors } from "../../src/api/intake/doors.ts";
import { readIntentPack } from "../../src/ingest/intent/pack.ts";
import { emptyDirectory } from "../../src/ingest/keys/key-directory.ts";
import { createKeyNames } from "../../src/ingest/keys/key-names.ts";
import { openSpool } from "../../src/ingest/spool/spool.ts";
import { openStream } from "../../src/ingest/stream/stream.ts";
import { systemClock } from "../../src/kit/clock.ts";
import { openEngine } from "../../src/store/engine.ts";

const [folder = ".", digest = ""] = process.argv.slice(2);
const onFailure = (error: unknown): void => console.error(error);
const store = await openEngine({ path: join(folder, "engine") });
const spool = await openSpool(join(folder, "spool"));
const signals = await openSpool(join(folder, "signals"));
const stream = await openStream({
  store,
  spool,
  folder: join(folder, "batch"),
  intents: readIntentPack(resolve("packs/intent")).pack,
  retention: { keepText: false, retentionDays: 30 },
  clock: systemClock,
  onFailure,
});
const handle = intakeDoors({
  spool,
  signals,
  tokenDigests: [digest],
  keys: emptyDirectory(createKeyNames("a secret of this benchmark, and of nothing else")),
  onFailure,
});
const cpu = process.cpuUsage();
const server = createServer((request, response) => {
  if (request.url !== "/status") return void handle(request, response);
  const { user, system } = process.cpuUsage(cpu);
  response.end(JSON.stringify({ ...stream.status(), cpuSeconds: (user + system) / 1e6 }));
});
server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  process.stdout.write(`${JSON.stringify({ port: typeof address === "object" ? address?.port : 0 })}\n`);
});
process.once("SIGTERM", () => {
  void (async () => {
    server.closeAllConnections();
    server.close();
    await stream.stop();
    await spool.close();
    await signals.close();
    await store.close();
  })();
});
