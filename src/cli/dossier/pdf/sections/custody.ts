import type { Dossier, DossierAuditLine } from "../../../../model/dossier.ts";
import { count, counted } from "../../../report/words.ts";
import { sha256 } from "../../manifest.ts";
import type { FileBytes } from "../../manifest.ts";
import type { Sheet } from "../sheet.ts";
import { drawTable } from "../table.ts";
import { facts } from "./opening.ts";

// Limits.
/** Rows of the excerpt; `audit.ndjson` has all. */
const rowsMax = 200;

/** From where everything comes, and how to know that it is what was written. */
export function custodySection(
  sheet: Sheet,
  dossier: Dossier,
  audit: readonly DossierAuditLine[],
  files: readonly FileBytes[],
): void {
  sheet.heading(2, "Chain of custody");
  sheet.paragraph(
    "Every file of this pack stands in manifest.json with its length and its SHA-256, each chained to the one before it. The last hash of the chain, its head, was told when the pack " +
      "was written. Whoever kept the head can tell whether anything was changed since. The command \u201cstillwatch dossier verify\u201d checks the folder: it makes this document anew from " +
      "dossier.json and compares the two byte by byte, and where the provider lends the audit log it compares that, too.",
  );
  hashes(
    sheet,
    "The files before this one",
    files.map(({ path, bytes }) => ({ name: path, bytes: bytes.length, sha256: sha256(bytes) })),
  );
  const { source, software } = dossier;
  if (source.kind === "report") hashes(sheet, "What it was made of", source.files);
  else {
    sheet.heading(3, "What it was made of");
    facts(sheet, [
      [
        "Audit log",
        `${counted(source.audit.entries, "entry", "entries")}, walked from the first to the last: none was changed or is missing`,
      ],
      ["Its head", source.audit.head === "" ? "none: the log is empty" : source.audit.head],
    ]);
    excerpt(sheet, audit);
  }
  hashes(sheet, `Patterns of intent that come with Stillwatch ${software.version}, which wrote this`, software.packs);
}

function hashes(sheet: Sheet, title: string, rows: readonly { name: string; bytes?: number; sha256: string }[]): void {
  sheet.heading(3, title);
  const sizes = rows.some(({ bytes }) => bytes !== undefined);
  drawTable(sheet, {
    columns: [
      { title: "File", share: 28 },
      ...(sizes ? [{ title: "Bytes", share: 12, align: "right" } as const] : []),
      { title: "SHA-256", share: 72 },
    ],
    rows: rows.map(({ name, bytes, sha256: digest }) => [name, ...(sizes ? [count(bytes ?? 0)] : []), digest]),
  });
}

function excerpt(sheet: Sheet, audit: readonly DossierAuditLine[]): void {
  sheet.heading(3, "Excerpt of the audit log");
  if (audit.length === 0) {
    sheet.paragraph("No entry speaks of the campaign.");
    return;
  }
  const open = audit.filter(({ proof }) => proof.kind === "open").length;
  sheet.paragraph(
    `${counted(audit.length, "entry", "entries")} about the campaign, ${count(open)} of them open: their hash can be computed from audit.ndjson. The others are sealed, since the hash of an entry ` +
      "would let anybody find out by trying whom it is about; the provider, who has the log and the key, can show that each of them is in the log.",
  );
  if (audit.length > rowsMax) sheet.paragraph(`The first ${count(rowsMax)}; audit.ndjson has all.`, { color: "soft" });
  drawTable(sheet, {
    columns: [
      { title: "Entry", share: 9 },
      { title: "At", share: 21 },
      { title: "By", share: 18 },
      { title: "What", share: 19 },
      { title: "Hash, or seal", share: 45 },
    ],
    rows: audit
      .slice(0, rowsMax)
      .map(({ sequence, at, actor, action, proof }) => [
        count(sequence),
        at.slice(0, 19).replace("T", " "),
        actor,
        action,
        proof.kind === "open" ? `hash ${proof.entry.hash}` : `seal ${proof.seal}`,
      ]),
  });
}
