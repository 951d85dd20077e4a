import { z } from "zod";

// Limits: of each, those of most members.
export const fingerprintsMax = 64;
export const piecesMax = 1_000;
const valueCharactersMax = 1_024;
const pieceCharactersMax = 64;

/** What of an account's infrastructure providers compare. `tls` is a JA4. */
export const FINGERPRINT_KINDS = ["payment", "device", "tls"] as const;
export type FingerprintKind = (typeof FINGERPRINT_KINDS)[number];

const fingerprintSchema = z.object({
  kind: z.enum(FINGERPRINT_KINDS),
  value: z.string().min(1).max(valueCharactersMax),
});

/** What a campaign can be recognised by, in the clear: none of it leaves as it is. */
export const campaignSignalsSchema = z.object({
  fingerprints: z.array(fingerprintSchema).max(fingerprintsMax).readonly(),
  /** Hashes of pieces of what its prompts have in common. */
  pieces: z.array(z.string().min(1).max(pieceCharactersMax)).max(piecesMax).readonly(),
});

/** A line of a report's `signals.ndjson`. */
export const reportedSignalsSchema = campaignSignalsSchema.extend({ campaign: z.string() });
export type ReportedSignals = z.infer<typeof reportedSignalsSchema>;
