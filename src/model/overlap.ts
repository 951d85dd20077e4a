import { z } from "zod";

/*
 * Private overlaps with other members. Identifiers are texts here, in their canonical form with their kind before it:
 * `payment:fp_1a2B3c4D`.
 */

/** What a person lets another member compare its own set with, in one session. */
export const overlapOfferSchema = z.object({
  id: z.uuid(),
  /** The member's id. */
  peer: z.string().min(1),
  offered: z.iso.datetime(),
  offered_by: z.string().min(1),
  expires: z.iso.datetime(),
  identifiers: z.array(z.string()),
});
export type OverlapOffer = Readonly<z.infer<typeof overlapOfferSchema>>;

/** The same, without what is in it. */
export const offerSummarySchema = overlapOfferSchema
  .omit({ identifiers: true })
  .extend({ size: z.int().min(1).describe("Identifiers in the set.") });
export type OfferSummary = Readonly<z.infer<typeof offerSummarySchema>>;

/** A session that came to its end. */
export const overlapSummarySchema = z.object({
  /** SHA-256 over both first messages, in hex: the same at both members. */
  session: z.string().regex(/^[\da-f]{64}$/),
  /** The member's id. */
  peer: z.string().min(1),
  role: z.enum(["initiator", "responder"]),
  at: z.iso.datetime(),
  person: z.string().min(1).describe("Who asked for it, or had offered the set."),
  own_size: z.int().min(1),
  peer_size: z.int().min(1),
  common_size: z.int().min(0).describe("Identifiers that both have."),
});
export const overlapResultSchema = overlapSummarySchema.extend({
  common: z.array(z.string()),
  /** Our set, the salt, and what both make: the commitment in our log. */
  identifiers: z.array(z.string()),
  salt: z.base64(),
  commitment: z.base64(),
  /** What the other has to open, where it is asked to, and the proof that its log holds it. */
  peer_commitment: z.base64(),
  peer_proof: z.string(),
});
export type OverlapSummary = Readonly<z.infer<typeof overlapSummarySchema>>;
export type OverlapResult = Readonly<z.infer<typeof overlapResultSchema>>;
