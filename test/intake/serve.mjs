// An engine, its spools and its doors in the folder given, as a process that a test can kill. Says its port in a line of JSON,
// then how far it is whenever it is asked, and ends in order on SIGTERM.
import { createServer } from "node:http";
import { join } from "node:path";
import { ensureReadyOrExit } from "../../scripts/set-up/ready.mjs";

await ensureReadyOrExit();
const { intakeDoors } = await import("../../dist/api/intake/doors.js");
const { emptyDirectory } = await import("../../dist/ingest/keys/key-directory.js");
const { createKeyNames } = await import("../../dist/ingest/keys/key-names.js");
const { openSpool } = await import("../../dist/ingest/spool/spool.js");
const { openStream } = await import("../../dist/ingest/stream/stream.js");
const { systemClock } = await import("../../dist/kit/clock.js");
const { openEngine } = await import("../../dist/store/engine.js");

const [folder, digest] = process.argv.slice(2);
const store = await openEngine({ path: join(folder, "engine") });
const spool = await openSpool(join(folder, "spool"));
const signals = await openSpool(join(folder, "signals"));
const stream = await openStream({
  store,
  spool,
  folder: join(folder, "batch"),
  intents: { terms: [], intents: [] },
  retention: { keepText: true, retentionDays: 3_650 },
  clock: systemClock,
  lingerMs: 10,
  onFailure: (error) => process.stderr.write(`${error.stack}\n`),
});
const handle = intakeDoors({
  spool,
  signals,
  tokenDigests: [digest],
  keys: emptyDirectory(createKeyNames("a secret of this test, and of nothing else")),
  onFailure: (error) => process.stderr.write(`${error.stack}\n`),
});
const server = createServer((request, response) => {
  if (request.url === "/status") response.end(JSON.stringify({ ...stream.status(), ...spool.status() }));
  else if (!handle(request, response)) response.writeHead(404).end();
});
server.listen(0, "127.0.0.1", () => process.stdout.write(`${JSON.stringify({ port: server.address().port })}\n`));
process.once("SIGTERM", async () => {
  server.closeAllConnections();
  server.close();
  await stream.stop();
  await spool.close();
  await signals.close();
  await store.close();
});
