import { z } from "zod";

/** The latest version of an object that another member of the circle has said, and what our own clock has to say of it. */
export const receivedObjectSchema = z.object({
  /** Whose it is. */
  member: z.string().min(1),
  /** Id of the key that it is signed with; null: it was taken in before that was kept. */
  key: z.string().min(1).nullable(),
  id: z.string().min(1),
  type: z.string().min(1),
  /** Milliseconds since the epoch; 0 for what has no versions. */
  versionMs: z.int().nonnegative(),
  /** When the first version that we know of came, and when this one did: by our clock, since theirs may lie. */
  firstReceived: z.iso.datetime(),
  received: z.iso.datetime(),
  revoked: z.boolean(),
  /** It is an indicator whose policy does not permit to look for it. */
  forbidden: z.boolean(),
  /** When a version of it came, by our clock, whose policy does not permit any more to act because of it. */
  narrowed: z.iso.datetime().nullable(),
  /** JSON. */
  body: z.string(),
});

/** Where its member's log is said to commit it to an object, in the version that came. */
export const receivedCommitmentSchema = z.object({
  object: z.string().min(1),
  versionMs: z.int().nonnegative(),
  logIndex: z.int().nonnegative(),
  /** SHA-256, in base64. */
  commitment: z.base64(),
});

/** That a campaign of ours was formed from a lead, which is somebody's indicator. */
export const leadUseSchema = z.object({
  campaign: z.string().min(1),
  member: z.string().min(1),
  lead: z.string().min(1),
  at: z.iso.datetime(),
  /** Whether its member has taken it back or permits it no more, or less than when it was used, or the key that it is signed with is revoked. */
  lost: z.boolean(),
  /** What became of the campaign because of that; null: nothing has to, or not yet. */
  outcome: z.enum(["stands", "closed"]).nullable(),
});

export type ReceivedObject = z.infer<typeof receivedObjectSchema>;
export type ReceivedCommitment = Readonly<z.infer<typeof receivedCommitmentSchema>>;
/** With what its log shows; waiting: too few witnesses have seen that yet. */
export type LookedUp = ReceivedCommitment & { readonly state: "found" | "missing" | "waiting" };
export type LeadUse = z.infer<typeof leadUseSchema>;
export type RetractionOutcome = NonNullable<LeadUse["outcome"]>;
