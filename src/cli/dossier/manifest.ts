import { createHash } from "node:crypto";
import { canonicalJson } from "../../kit/canonical-json.ts";
import { dossierManifestSchema } from "../../model/dossier.ts";
import type { DossierManifest, PackedFile } from "../../model/dossier.ts";

/** The files of a pack, in the order of the chain; the page comes last, since it names those before it. */
export const PACK_FILES = { dossier: "dossier.json", audit: "audit.ndjson", page: "dossier.pdf" } as const;
export const MANIFEST_FILE = "manifest.json";

type Header = Omit<DossierManifest, "files" | "head">;

export interface FileBytes {
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** Chains files one after the other, from the hash of what the manifest says of the pack as a whole. */
function chainFiles(header: Header, files: readonly FileBytes[]): PackedFile[] {
  let previous = hashOf(header);
  return files.map(({ path, bytes }) => {
    const content = { path, bytes: bytes.length, sha256: sha256(bytes), previous };
    previous = hashOf(content);
    return { ...content, hash: previous };
  });
}

export function manifestOf(header: Header, files: readonly FileBytes[]): DossierManifest {
  const chain = chainFiles(header, files);
  return dossierManifestSchema.parse({ ...header, files: chain, head: chain.at(-1)?.hash });
}

/** What is wrong with the chain itself, whatever the files are; empty where nothing is. */
export function chainFaults({ files, head, ...header }: DossierManifest): string[] {
  const faults: string[] = [];
  let previous = hashOf(header);
  for (const { hash, ...content } of files) {
    if (content.previous !== previous)
      faults.push(`${content.path} does not follow what stands before it in the manifest`);
    if (hashOf(content) !== hash) faults.push(`what the manifest says of ${content.path} is not what was written`);
    previous = hash;
  }
  if (head !== previous) faults.push("the manifest's head is not the hash of its last file");
  return faults;
}

export function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** SHA-256 over the canonical JSON (RFC 8785), as the audit log has it. */
function hashOf(content: object): string {
  return sha256(Buffer.from(canonicalJson(content)));
}
