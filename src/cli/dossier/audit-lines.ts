import type { AuditEntry } from "../../model/audit.ts";
import type { DossierAuditLine } from "../../model/dossier.ts";
import { isPlain } from "../../model/plain-text.ts";
import type { Names } from "./names.ts";

/** Parts of the program that act by themselves; all other actors are people. */
const PROGRAM_ACTORS: ReadonlySet<string> = new Set(["desk", "customer", "dossier"]);

/**
 * The excerpt of the audit log. Where the dossier does not identify, every entry is sealed: names are few, so that the hash of an
 * entry would let anybody find out by trying whose it is. Where it does, entries are open as they were written, unless something
 * stands in them that leaves in no dossier.
 *
 * @param entries in the order of the log.
 * @param end the number of the log's last entry, whose hash the dossier tells.
 * @param identified the names that may stand there: the campaign's and its accounts'; `null` where none may.
 */
export function auditLines(
  entries: readonly AuditEntry[],
  end: number,
  names: Names,
  identified: ReadonlySet<string> | null,
): DossierAuditLine[] {
  const opened = identified === null ? new Set<number>() : openable(entries, end, identified);
  return entries.map((entry) => ({
    sequence: entry.sequence,
    at: entry.at,
    actor: actorIn(entry.actor, names, identified !== null),
    action: entry.action,
    proof: opened.has(entry.sequence) ? { kind: "open", entry } : { kind: "sealed", seal: names.seal(entry.hash) },
  }));
}

function actorIn(actor: string, names: Names, identifies: boolean): string {
  return PROGRAM_ACTORS.has(actor) || (identifies && isPlain(actor)) ? actor : names.of("person", actor);
}

/**
 * An entry that is open tells its own hash and that of the one before it. One that is not open must not have both its hash and the one
 * before it told by its neighbours, or it could be found out by trying: it may be about another customer.
 */
function openable(entries: readonly AuditEntry[], end: number, identified: ReadonlySet<string>): ReadonlySet<number> {
  // Everybody knows what comes before the first entry: nothing.
  const open = new Set<number>([0]);
  for (const entry of entries) {
    const gives = open.has(entry.sequence - 2) && !open.has(entry.sequence - 1);
    if (!gives && isOpenable(entry, identified)) open.add(entry.sequence);
  }
  if (!open.has(end)) open.delete(end - 1);
  return open;
}

/** Whether all of it may be shown: names of the case, and otherwise nothing that identifies, nor free words of somebody. */
function isOpenable({ subject, detail, actor }: AuditEntry, identified: ReadonlySet<string>): boolean {
  if (subject.kind === "account" && !identified.has(subject.id)) return false;
  if ("reason" in detail || otherScope.test(JSON.stringify(detail))) return false;
  return [actor, subject.id, ...textsIn(detail)].every(
    (word) => identified.has(word) || isPlain(word) || ownName.test(word),
  );
}

/** A scope other than an account's: its value is a key, a customer's name, an address or a fingerprint. */
const otherScope = /"kind":"(?:key|organization|address|tls)"/u;
/** A decision's reference, an appeal's, a version, a time. */
const ownName = /^(?:[\dA-Z]{4}(?:-[\dA-Z]{4}){3}(?:-\d{1,4})?|[\da-f]{16}|\d{4}-\d\d-\d\dT[\d:.]+Z)$/u;

function* textsIn(value: AuditEntry["detail"][string]): Generator<string> {
  if (typeof value === "string") yield value;
  else if (typeof value === "object" && value !== null) {
    for (const item of Array.isArray(value) ? value : Object.values(value)) yield* textsIn(item);
  }
}
