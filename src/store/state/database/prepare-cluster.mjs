// @ts-check
// Writes what every new embedded state begins with, a cluster with its tables as a gzipped tar, to the path given. The build runs it:
// to make one takes seconds, to copy it a fraction.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { PGlite } from "@electric-sql/pglite";
import { z } from "zod";
import { openState } from "../state.js";

const path = z.string().parse(process.argv[2]);
const folder = mkdtempSync(join(tmpdir(), "stillwatch-cluster-"));
const cluster = join(folder, "postgres");
try {
  await (await PGlite.create(cluster)).close();
  await (await openState({ path: folder })).close();
  const database = await PGlite.create(cluster);
  // What the log holds would be done again at each start from the copy.
  await database.exec("CHECKPOINT");
  const copy = await database.dumpDataDir("none");
  await database.close();
  writeFileSync(path, gzipSync(Buffer.from(await copy.arrayBuffer()), { level: 9 }));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
