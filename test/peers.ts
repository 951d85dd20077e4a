import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

/** A program that a test runs against, in the virtual environment that `.ci/install-NAME` made. */
export interface Peer {
  /** The file of a command of the environment. */
  command(name: string): string;
  /** True where the environment is missing. CI has to have it: there a test without it fails. */
  readonly skipped: boolean;
  /** For a test's title. */
  readonly ifSkipped: string;
}

export function pythonPeer(name: "envoy" | "litellm" | "pycrowdsec" | "stix" | "medallion" | "opencti"): Peer {
  const install = `.ci/install-${name}`;
  // The script says the version: `… python-peer NAME VERSION PACKAGE`.
  const version = new RegExp(String.raw`python-peer" ${name} (\S+)`).exec(readFileSync(install, "utf8"))?.[1];
  const cache = process.env["STILLWATCH_TESTS_CACHE"] ?? join(homedir(), ".cache", "stillwatch-tests");
  const folder = join(cache, `${name}-${version ?? ""}`);
  return {
    command: (file) => join(folder, "bin", file),
    skipped: !existsSync(join(folder, "whole")) && process.env["CI"] === undefined,
    ifSkipped: `skipped where ${install} was not run`,
  };
}
