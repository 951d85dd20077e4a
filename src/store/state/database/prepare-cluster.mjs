// @ts-check
// Writes an empty cluster of the embedded PostgreSQL, a gzipped tar, to the path given. The build runs it once for an edition:
// to make a cluster takes seconds, to copy one a fraction.
import { writeFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { PGlite } from "@electric-sql/pglite";
import { z } from "zod";

const path = z.string().parse(process.argv[2]);
const database = await PGlite.create();
// What the log holds would be done again at each start from the copy.
await database.exec("CHECKPOINT");
const cluster = await database.dumpDataDir("none");
await database.close();
writeFileSync(path, gzipSync(Buffer.from(await cluster.arrayBuffer()), { level: 9 }));
