import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { buildCommand } from "../../src/cli/serve/process.case.ts";

const program = join(import.meta.dirname, "fill-disk.mjs");
/** In units of 1024 bytes, as bash counts. */
const fileBlocksMax = 64;

it("a full disk is told apart, loses nothing that was acknowledged, and is over once there is room", async () => {
  // Within the limit nothing could be built.
  await buildCommand();
  const folder = await mkdtemp(join(tmpdir(), "stillwatch-disk-full-"));
  try {
    const { stdout } = await promisify(execFile)("bash", [
      "-c",
      `ulimit -f ${fileBlocksMax}; exec "$0" "$@"`,
      process.execPath,
      program,
      join(folder, "spool"),
    ]);
    // 1008 bytes a record.
    const acknowledged = Math.floor((fileBlocksMax * 1024) / 1008);
    expect(JSON.parse(stdout)).toEqual({
      refusal: { name: "SpoolFullError", code: "EFBIG" },
      state: "disk full",
      acknowledged,
      seen: Array.from({ length: acknowledged }, (_, index) => 1 + (index % 250)),
      after: Array.from({ length: 10 }, () => 7),
      now: "ok",
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}, 240_000);
