import { z } from "zod";

/** Who did what to what, and when. `detail` is what one needs to understand it later; never a secret or a prompt. */
export const auditEventSchema = z.object({
  at: z.iso.datetime(),
  /** A person, or the part of the program that acted by itself. */
  actor: z.string().min(1).max(200),
  /** What kind of thing, and what was done to it: `decision.made`. */
  action: z.string().regex(/^[a-z]+(-[a-z]+)*\.[a-z]+(-[a-z]+)*$/u),
  subject: z.object({ kind: z.string().min(1).max(64), id: z.string().min(1) }),
  detail: z.record(z.string(), z.json()),
});

/** An event in the log: numbered from 1 without gaps, and chained to the one before it. */
export const auditEntrySchema = auditEventSchema.extend({
  sequence: z.int().positive(),
  /** The hash of the entry before this one; "" for the first. */
  previous: z.string(),
  /** SHA-256, in hex, over the canonical JSON (RFC 8785) of all the other fields. */
  hash: z.string(),
});

export type AuditEvent = z.infer<typeof auditEventSchema>;
export type AuditEntry = z.infer<typeof auditEntrySchema>;
