import { mkdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** For those tests whose processes are killed at the end, and can't clean up: what they leave there goes with it. */
export const temporaryFolder = join(tmpdir(), `stillwatch-tests-${process.pid}`);

export function setup(): () => void {
  mkdirSync(temporaryFolder, { recursive: true });
  return () => rmSync(temporaryFolder, { recursive: true, force: true });
}
