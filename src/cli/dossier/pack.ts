import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { makeFolder } from "../../kit/make-folder.ts";
import { UserError } from "../../kit/user-error.ts";
import type { Dossier, DossierAuditLine, DossierManifest } from "../../model/dossier.ts";
import { manifestOf, MANIFEST_FILE, PACK_FILES } from "./manifest.ts";
import type { FileBytes } from "./manifest.ts";
import { renderPdf } from "./pdf/render.ts";

export interface Pack {
  readonly files: readonly FileBytes[];
  readonly manifest: DossierManifest;
}

/** All bytes of a pack: the same dossier always gives the same ones. */
export async function packOf(dossier: Dossier, audit: readonly DossierAuditLine[]): Promise<Pack> {
  const header = {
    schema: "https://stillwatch.dev/schemas/dossier-manifest-1.json",
    campaign: dossier.campaign.id,
    written: dossier.written,
    version: dossier.software.version,
  } as const;
  const data = [
    { path: PACK_FILES.dossier, bytes: Buffer.from(`${JSON.stringify(dossier, null, 2)}\n`) },
    ...(dossier.source.kind === "state" ? [{ path: PACK_FILES.audit, bytes: linesAsBytes(audit) }] : []),
  ];
  const page = await renderPdf(dossier, audit, data);
  const files = [...data, { path: PACK_FILES.page, bytes: page }];
  return { files, manifest: manifestOf(header, files) };
}

function linesAsBytes(lines: readonly object[]): Buffer {
  return Buffer.from(lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
}

/** Throws a `UserError` where something is in the folder already: a pack that went out is not written over. */
export async function refuseUsedFolder(dir: string): Promise<void> {
  await makeFolder(dir);
  const there = await readdir(dir);
  if (there.length > 0)
    throw new UserError(`${dir} is not empty`, "give a new folder with --out: a dossier replaces nothing");
}

/** The manifest comes last: where it is, the rest is, too. */
export async function writePack(dir: string, { files, manifest }: Pack): Promise<void> {
  for (const { path, bytes } of files) await writeFile(join(dir, path), bytes, { flag: "wx" });
  await writeFile(join(dir, MANIFEST_FILE), `${JSON.stringify(manifest, null, 2)}\n`, { flag: "wx" });
}
