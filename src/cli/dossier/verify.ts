import { open, readdir } from "node:fs/promises";
import { join } from "node:path";
import type { z } from "zod";
import { errorCode } from "../../kit/error-code.ts";
import { UserError } from "../../kit/user-error.ts";
import { dossierAuditLineSchema, dossierManifestSchema, dossierSchema } from "../../model/dossier.ts";
import type { Dossier, DossierAuditLine, DossierManifest } from "../../model/dossier.ts";
import type { LogPolicy } from "../../share/log/checkpoint.ts";
import { isAsWritten } from "../../store/state/audit.ts";
import type { State } from "../../store/state/state.ts";
import { packageFacts } from "../package-facts.ts";
import { ledgerFaults } from "./against-ledger.ts";
import { auditFaults } from "./against-audit.ts";
import { proofFaults } from "./log-proofs.ts";
import { chainFaults, MANIFEST_FILE, PACK_FILES, sha256 } from "./manifest.ts";
import type { FileBytes } from "./manifest.ts";
import type { Names } from "./names.ts";
import { renderPdf } from "./pdf/render.ts";

// Limits.
const manifestBytesMax = 2 ** 20;
/** A dossier at its own limits stays below it. */
const fileBytesMax = 256 * 2 ** 20;

export interface VerifyOptions {
  readonly dir: string;
  /** Where it was made, to compare with the audit log there; `null` where that can't be reached. */
  readonly state: State | null;
  /** With the dossier's key sealed entries can be compared, too. */
  readonly names: Names | null;
  /** Whom the reader believes about the transparency log; `null` where nobody says. */
  readonly log: LogPolicy | null;
}

export interface Verification {
  /** `null` where there is none that can be read. */
  readonly manifest: DossierManifest | null;
  /** What is wrong; empty where nothing is. */
  readonly faults: readonly string[];
  /** What could not be looked at, and what it takes. */
  readonly unchecked: readonly string[];
}

/** Checks all that can be checked of a pack. Throws a `UserError` where the folder holds none. */
export async function verifyPack({ dir, state, names, log }: VerifyOptions): Promise<Verification> {
  const text = await readBounded(join(dir, MANIFEST_FILE), manifestBytesMax);
  if (text === null) throw new UserError(`${dir} holds no dossier`, `one has a ${MANIFEST_FILE}`);
  const manifest = parsed(text, dossierManifestSchema);
  if (manifest === null) return { manifest, faults: [`${MANIFEST_FILE} is not what a dossier has`], unchecked: [] };
  const faults = [...chainFaults(manifest), ...(await strangers(dir, manifest))];
  const files = new Map<string, FileBytes>();
  for (const { path, bytes, sha256: digest } of manifest.files) {
    const content = await readBounded(join(dir, path), fileBytesMax);
    if (content === null) faults.push(`${path} is missing`);
    else if (content.length !== bytes || sha256(content) !== digest) faults.push(`${path} is not what was written`);
    else files.set(path, { path, bytes: content });
  }
  const unchecked: string[] = [];
  const dossier = contentOf(files, manifest, faults);
  const lines = dossier?.source.kind === "report" ? [] : linesOf(files, faults);
  if (dossier === null || lines === null) return { manifest, faults, unchecked };
  faults.push(...lineFaults(lines));
  if (dossier.software.version === packageFacts().version) faults.push(...(await pageFaults(dossier, lines, files)));
  else
    unchecked.push(
      `whether ${PACK_FILES.page} says what ${PACK_FILES.dossier} does: version ${dossier.software.version} made it, and only that can make it anew`,
    );
  const findings = [proofFaults(dossier, log)];
  if (dossier.source.kind === "state") {
    if (state === null)
      unchecked.push("whether the audit log and the ledger still hold these entries: give --data, or set DATABASE_URL");
    else {
      findings.push(await auditFaults(state, names, { dossier, lines, manifest }));
      findings.push(await ledgerFaults(state, dossier));
    }
  }
  faults.push(...findings.flatMap((found) => found.faults));
  unchecked.push(...findings.flatMap((found) => found.unchecked));
  return { manifest, faults, unchecked };
}

async function strangers(dir: string, { files }: DossierManifest): Promise<string[]> {
  const known = new Set([MANIFEST_FILE, ...files.map(({ path }) => path)]);
  const found = (await readdir(dir)).filter((name) => !known.has(name)).toSorted();
  return found.map((name) => `${name} is in the folder, and the manifest does not know it`);
}

function contentOf(files: ReadonlyMap<string, FileBytes>, manifest: DossierManifest, faults: string[]): Dossier | null {
  const file = files.get(PACK_FILES.dossier);
  if (file === undefined) return null;
  const dossier = parsed(file.bytes, dossierSchema);
  if (dossier === null) {
    faults.push(`${PACK_FILES.dossier} does not keep its schema`);
    return null;
  }
  const isSame =
    dossier.campaign.id === manifest.campaign &&
    dossier.written === manifest.written &&
    dossier.software.version === manifest.version;
  if (!isSame) faults.push(`${MANIFEST_FILE} speaks of another dossier than ${PACK_FILES.dossier}`);
  return dossier;
}

function linesOf(files: ReadonlyMap<string, FileBytes>, faults: string[]): DossierAuditLine[] | null {
  const file = files.get(PACK_FILES.audit);
  if (file === undefined) return null;
  const texts = Buffer.from(file.bytes).toString("utf8").split("\n").slice(0, -1);
  const lines = texts.map((text) => parsed(Buffer.from(text), dossierAuditLineSchema));
  const bad = lines.indexOf(null);
  if (bad === -1) return lines.flatMap((line) => line ?? []);
  faults.push(`line ${bad + 1} of ${PACK_FILES.audit} does not keep its schema`);
  return null;
}

/** What the lines themselves can show: each open entry's hash, and that neighbours are chained. */
function lineFaults(lines: readonly DossierAuditLine[]): string[] {
  const faults: string[] = [];
  let before: DossierAuditLine | undefined;
  for (const line of lines) {
    const said = `entry ${line.sequence} of ${PACK_FILES.audit}`;
    if (before !== undefined && before.sequence >= line.sequence) faults.push(`${said} is out of its order`);
    if (line.proof.kind === "open") {
      const { entry } = line.proof;
      const isSame = entry.sequence === line.sequence && entry.at === line.at && entry.action === line.action;
      if (!isSame || !isAsWritten(entry)) faults.push(`${said} is not what was written`);
      const last = before?.proof;
      if (last?.kind === "open" && last.entry.sequence === entry.sequence - 1 && last.entry.hash !== entry.previous)
        faults.push(`${said} does not follow the entry before it`);
    }
    before = line;
  }
  return faults;
}

async function pageFaults(
  dossier: Dossier,
  lines: readonly DossierAuditLine[],
  files: ReadonlyMap<string, FileBytes>,
): Promise<string[]> {
  const page = files.get(PACK_FILES.page);
  const data = [PACK_FILES.dossier, PACK_FILES.audit].flatMap((path) => files.get(path) ?? []);
  if (page === undefined) return [];
  const anew = await renderPdf(dossier, lines, data);
  return Buffer.from(anew).equals(page.bytes)
    ? []
    : [`${PACK_FILES.page} does not say what ${PACK_FILES.dossier} does`];
}

/** Null where it is no JSON, or does not keep the schema. */
function parsed<Value>(bytes: Uint8Array, schema: z.ZodType<Value>): Value | null {
  try {
    return schema.safeParse(JSON.parse(Buffer.from(bytes).toString("utf8"))).data ?? null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

/** Null where there is no such file, or it is larger than any of a pack. */
async function readBounded(path: string, bytesMax: number): Promise<Buffer | null> {
  try {
    const file = await open(path, "r");
    try {
      return (await file.stat()).size > bytesMax ? null : await file.readFile();
    } finally {
      await file.close();
    }
  } catch (error) {
    if (errorCode(error) === "ENOENT") return null;
    throw error;
  }
}
