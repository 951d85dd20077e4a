import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { listYamlFiles } from "../../kit/yaml-file.ts";
import type { Dossier } from "../../model/dossier.ts";
import { packageFacts } from "../package-facts.ts";
import { sha256 } from "./manifest.ts";

/** The same place seen from `src/cli/dossier` and from `dist/cli/dossier`. */
const intentPack = fileURLToPath(new URL("../../../packs/intent/", import.meta.url));

/** The edition that writes the dossier, and the patterns of intent that come with it. */
export function softwareFacts(): Dossier["software"] {
  const packs = listYamlFiles(intentPack, "intent pack").map((path) => ({
    name: basename(path),
    sha256: sha256(readFileSync(path)),
  }));
  return { version: packageFacts().version, packs };
}
