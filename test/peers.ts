import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

/** What a test needs besides npm's packages, put on this machine by `.ci/install-NAME`. */
interface Installed {
  /** True where it is missing. CI has to have it: there a test without it fails. */
  readonly skipped: boolean;
  /** For a test's title. */
  readonly ifSkipped: string;
}

/** A program that a test runs against, in the virtual environment that the script made. */
export interface Peer extends Installed {
  /** The file of a command of the environment. */
  command(name: string): string;
}

export function pythonPeer(name: "envoy" | "litellm" | "pycrowdsec" | "stix" | "medallion" | "opencti"): Peer {
  // The script says the version: `… python-peer NAME VERSION PACKAGE`.
  const { folder, ...peer } = installed(name, new RegExp(String.raw`python-peer" ${name} (\S+)`));
  return { ...peer, command: (file) => join(folder, "bin", file) };
}

/** veraPDF, and the jar that it is in. */
export function pdfValidator(): Installed & { readonly jar: string } {
  const { folder, ...peer } = installed("verapdf", /^version=(\S+)/m);
  return { ...peer, jar: join(folder, "greenfield-apps.jar") };
}

function installed(name: string, versionIn: RegExp): Installed & { readonly folder: string } {
  const install = `.ci/install-${name}`;
  const version = versionIn.exec(readFileSync(install, "utf8"))?.[1];
  const cache = process.env["STILLWATCH_TESTS_CACHE"] ?? join(homedir(), ".cache", "stillwatch-tests");
  const folder = join(cache, `${name}-${version ?? ""}`);
  return {
    folder,
    skipped: !existsSync(join(folder, "whole")) && process.env["CI"] === undefined,
    ifSkipped: `skipped where ${install} was not run`,
  };
}
