import { createHash } from "node:crypto";
import { z } from "zod";
import { canonicalJson } from "../../kit/canonical-json.ts";
import { mapInTurns } from "../../kit/turns.ts";
import { auditEntrySchema, auditEventSchema } from "../../model/audit.ts";
import type { AuditEntry, AuditEvent } from "../../model/audit.ts";
import { integer, sql, text, texts } from "../sql.ts";
import type { Connection } from "./database/database.ts";
import { json } from "./database/values.ts";

// Limits.
/** Of the detail of one event, as JSON. */
const detailBytesMax = 64 * 1024;
const entriesPerPageMax = 1_000;

/**
 * The audit log: only ever appended to, each entry chained to the one before it by its hash. It is not forgotten with age.
 * Who can write to the database as its owner can still rebuild the whole chain, so keep the head that `verify` tells elsewhere, too.
 */
export interface Audit {
  /** Call it in the transaction that does what the events tell, so that there is neither without the other. */
  append(events: readonly AuditEvent[]): Promise<void>;
  /** In their order, after the entry of this number (0: from the start), at most `limit`. */
  entriesAfter(sequence: number, limit: number): Promise<AuditEntry[]>;
  /** Of one thing, the latest first, at most `limit`. */
  about(subject: AuditEvent["subject"], limit: number): Promise<AuditEntry[]>;
  /** Of several things of one kind, in their order, after the entry of this number (0: from the start), at most `limit`. */
  aboutAny(kind: string, ids: readonly string[], sequence: number, limit: number): Promise<AuditEntry[]>;
  /** Walks the whole chain. */
  verify(): Promise<AuditVerdict>;
}

export type AuditVerdict =
  | { readonly kind: "intact"; readonly entries: number; readonly head: string }
  /** The first entry that is not what was written, or that is missing. */
  | { readonly kind: "broken"; readonly sequence: number; readonly reason: string };

interface Head {
  readonly sequence: number;
  readonly hash: string;
}
const headSchema = z.object({ sequence: z.int(), hash: z.string() });

const columns = sql`
  sequence, at, actor, action, json_build_object('kind', subject_kind, 'id', subject_id) AS subject, detail, previous, hash`;

export function audit(connection: Connection): Audit {
  const entriesAfter = (sequence: number, limit: number): Promise<AuditEntry[]> =>
    connection.rows(
      sql`
        SELECT ${columns} FROM audit_entry WHERE sequence > ${integer(sequence)}
        ORDER BY sequence LIMIT ${integer(Math.min(limit, entriesPerPageMax))}`,
      auditEntrySchema,
    );
  return {
    append: (events) => connection.transaction((transaction) => append(transaction, events)),
    entriesAfter,
    about: (subject, limit) =>
      connection.rows(
        sql`
          SELECT ${columns} FROM audit_entry
          WHERE subject_kind = ${text(subject.kind)} AND subject_id = ${text(subject.id)}
          ORDER BY sequence DESC LIMIT ${integer(Math.min(limit, entriesPerPageMax))}`,
        auditEntrySchema,
      ),
    aboutAny: (kind, ids, sequence, limit) =>
      connection.rows(
        sql`
          SELECT ${columns} FROM audit_entry
          WHERE subject_kind = ${text(kind)} AND subject_id = ANY(${texts(ids)}) AND sequence > ${integer(sequence)}
          ORDER BY sequence LIMIT ${integer(Math.min(limit, entriesPerPageMax))}`,
        auditEntrySchema,
      ),
    async verify() {
      // Read before the entries: what is appended meanwhile is not yet looked for.
      const [head] = await connection.rows(sql`SELECT sequence, hash FROM audit_head`, headSchema);
      return verifyChain(head ?? { sequence: 0, hash: "" }, entriesAfter);
    },
  };
}

async function append(transaction: Connection, events: readonly AuditEvent[]): Promise<void> {
  if (events.length === 0) return;
  const [head] = await transaction.rows(sql`SELECT sequence, hash FROM audit_head FOR UPDATE`, headSchema);
  if (head === undefined) throw new Error("the audit log has lost its head");
  let last: Head = head;
  const entries = await mapInTurns(events, (event) => {
    const entry = chained(event, last);
    last = entry;
    return entry;
  });
  await transaction.run(sql`
    INSERT INTO audit_entry (sequence, at, actor, action, subject_kind, subject_id, detail, previous, hash)
    SELECT
      (body ->> 'sequence')::bigint, (body ->> 'at')::timestamptz, body ->> 'actor', body ->> 'action',
      body #>> '{subject,kind}', body #>> '{subject,id}', body -> 'detail', body ->> 'previous', body ->> 'hash'
    FROM jsonb_array_elements(${json(entries)}) AS item (body)`);
  await transaction.run(sql`UPDATE audit_head SET sequence = ${integer(last.sequence)}, hash = ${text(last.hash)}`);
}

function chained(event: AuditEvent, last: Head): AuditEntry {
  const { at, ...checked } = auditEventSchema.parse(event);
  if (Buffer.byteLength(JSON.stringify(checked.detail)) > detailBytesMax) {
    throw new RangeError(`the detail of ${checked.action} on ${checked.subject.kind} is too long for the audit log`);
  }
  // As the database gives it back, or the hash would not be found again.
  const time = new Date(at).toISOString();
  const content = { ...checked, at: time, sequence: last.sequence + 1, previous: last.hash };
  return { ...content, hash: hashOf(content) };
}

function hashOf(content: Omit<AuditEntry, "hash">): string {
  return createHash("sha256").update(canonicalJson(content)).digest("hex");
}

/** Whether an entry's hash is that of its content. That it stands where it says only its neighbours can show. */
export function isAsWritten({ hash, ...content }: AuditEntry): boolean {
  return hashOf(content) === hash;
}

async function verifyChain(
  head: Head,
  entriesAfter: (sequence: number, limit: number) => Promise<AuditEntry[]>,
): Promise<AuditVerdict> {
  let last: Head = { sequence: 0, hash: "" };
  while (last.sequence < head.sequence) {
    const page = await entriesAfter(last.sequence, entriesPerPageMax);
    if (page.length === 0) return broken(last, "it is missing");
    for (const entry of page) {
      if (entry.sequence !== last.sequence + 1) return broken(last, "it is missing");
      if (entry.previous !== last.hash) return broken(last, "it does not follow the entry before it");
      if (!isAsWritten(entry)) return broken(last, "its content is not what was written");
      last = entry;
      if (last.sequence === head.sequence) break;
    }
  }
  if (last.hash !== head.hash)
    return { kind: "broken", sequence: last.sequence, reason: "it is not the head of the log" };
  return { kind: "intact", entries: last.sequence, head: last.hash };
}

function broken(last: Head, reason: string): AuditVerdict {
  return { kind: "broken", sequence: last.sequence + 1, reason };
}
