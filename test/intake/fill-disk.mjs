// Appends to a spool until the file system refuses, in a process whose files may not grow beyond a limit (`ulimit -f`), and
// says what it was told, what is still there, and what comes after.
import { ensureReadyOrExit } from "../../scripts/set-up/ready.mjs";

await ensureReadyOrExit();
const { openSpool } = await import("../../dist/ingest/spool/spool.js");

const spool = await openSpool(process.argv[2]);
let acknowledged = 0;
let refusal;
while (refusal === undefined) {
  try {
    await spool.append([Buffer.alloc(1000, 1 + (acknowledged % 250))]);
    acknowledged += 1;
  } catch (error) {
    refusal = { name: error.name, code: error.cause?.code };
  }
}
const { state } = spool.status();
const seen = [];
let end;
while (seen.length < acknowledged) {
  const batch = await spool.read(10_000);
  seen.push(...batch.records.map((record) => record[0]));
  ({ end } = batch);
}
await spool.commit(end, 1);
// A new file has room of its own.
await spool.append([Buffer.alloc(10, 7)]);
const [after] = (await spool.read(100)).records;
process.stdout.write(
  JSON.stringify({ refusal, state, acknowledged, seen, after: [...after], now: spool.status().state }),
);
await spool.close();
