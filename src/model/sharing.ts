import { z } from "zod";

/*
 * What is shared, reported and answered goes separate ways: each flow is a collection of its own, with rights of its own, so that who
 * learns from others need not be told of incidents, and who is told of incidents need not say what to do.
 */
export const FLOWS = ["intelligence", "incidents", "response"] as const;
export const flowSchema = z.enum(FLOWS);
export type Flow = z.infer<typeof flowSchema>;

const objectSchema = z.record(z.string(), z.json());

const outboxKindSchema = z.enum(["proposal", "update", "retraction", "reaction", "grouping"]);
export const outboxStateSchema = z.enum(["proposed", "released", "refused", "sent"]);
export type OutboxState = z.infer<typeof outboxStateSchema>;

/** Something that is to leave, once a person has looked at it. */
export const outboxSummarySchema = z.object({
  id: z.uuid(),
  flow: flowSchema,
  kind: outboxKindSchema,
  /** What it is about: a campaign of ours (told first, or told anew), the item that is taken back, the object of others that it is a reaction to, the first of those that belong together. */
  about: z.string().min(1),
  state: outboxStateSchema,
  proposed: z.iso.datetime(),
  proposed_by: z.string().min(1),
  /** When it was released or refused, and by whom. */
  decided: z.iso.datetime().nullable(),
  decided_by: z.string().nullable(),
  sent: z.iso.datetime().nullable(),
});
export const outboxItemSchema = outboxSummarySchema.extend({
  /** As they are to leave; once sent, as they have left. */
  objects: z.array(objectSchema),
});
export type OutboxSummary = Readonly<z.infer<typeof outboxSummarySchema>>;
export type OutboxItem = Readonly<z.infer<typeof outboxItemSchema>>;

/** That one version of an object went to somebody. */
export const ledgerEntrySchema = z.object({
  sequence: z.int().min(1),
  at: z.iso.datetime(),
  item: z.uuid(),
  object: z.string(),
  type: z.string(),
  /** `modified`; observables have none. */
  version: z.string().nullable(),
  flow: flowSchema,
  /** Put where these members may read it, or handed to one of them. */
  way: z.enum(["collection", "push"]),
  recipients: z.array(z.string()),
  released_by: z.string(),
  /** Of the commitment to it in our transparency log, and with what that opens. */
  log_index: z.int().min(0),
  salt: z.string(),
});
export type LedgerEntry = Readonly<z.infer<typeof ledgerEntrySchema>>;

/** A count with noise that another member was told, and what it has cost of that member's budget. */
export const disclosedCountSchema = z.object({
  /** The member, by its id. */
  recipient: z.string(),
  question: z.string(),
  /** The calendar month (UTC) that the answer is of. */
  period: z.string(),
  count: z.int(),
  /** Millionths of an epsilon. */
  millionths: z.int(),
  /** When it was told first. */
  at: z.iso.datetime(),
});
export type DisclosedCount = Readonly<z.infer<typeof disclosedCountSchema>>;

/** Something that came and was not taken. */
export const quarantinedSchema = z.object({
  /** SHA-256 of source, flow and content, in hex. */
  digest: z.string(),
  /** The member that it was read from. */
  source: z.string(),
  flow: flowSchema,
  object: z.string(),
  reason: z.string(),
  at: z.iso.datetime(),
  /** As it came, or the beginning of it. */
  body: z.string(),
});
export type Quarantined = Readonly<z.infer<typeof quarantinedSchema>>;
