import { z } from "zod";
import type { Lead, Leads } from "../../detect/leads/lead.ts";
import type { FingerprintKind } from "../../model/campaign-signals.ts";
import { canonicalJson } from "../../kit/canonical-json.ts";
import { mayActOn, mayLookFor, permittedBy } from "./iep.ts";
import { digestSchema, epochSchema, fingerprint, pieceDigest, sketchSchema } from "./keyed.ts";
import type { CircleKey } from "./keyed.ts";

/*
 * The pattern of an indicator that a detector runs: what the work of a campaign looks like, as digests under the circle's key. A
 * line of JSON in its canonical form (RFC 8785), so that one behaviour has one pattern. How long it holds is said by the
 * indicator.
 */

// Limits.
/** A behaviour with all digests that it may have is shorter. */
export const patternCharactersMax = 8_192;
export const behaviourFingerprintsMax = 64;
/** The least accounts that may be asked for: fewer than three are no group, and an exact number would tell a size. */
const ACCOUNTS = [3, 10, 100, 1_000] as const;

export const BEHAVIOUR_PATTERN = "stillwatch-behaviour";

export const behaviourSchema = z
  .strictObject({
    /** The least number of accounts that do it. */
    accounts: z.literal(ACCOUNTS),
    /** Ascending, each once. */
    fingerprints: z.array(digestSchema).max(behaviourFingerprintsMax).refine(isAscending, "not ascending").optional(),
    key_epoch: epochSchema,
    sketch: sketchSchema.optional(),
  })
  .refine(({ sketch, fingerprints = [] }) => sketch !== undefined || fingerprints.length > 0, "nothing to look for");

export type Behaviour = z.infer<typeof behaviourSchema>;

export type ParsedBehaviour =
  | { readonly kind: "behaviour"; readonly behaviour: Behaviour }
  | { readonly kind: "refused"; readonly reason: "too long" | "no JSON" | "no behaviour" | "not in canonical form" };

export function behaviourPattern(behaviour: Behaviour): string {
  return canonicalJson(behaviour);
}

/** Reads the pattern of somebody else's indicator. Never throws: what is none is refused, and it is said why. */
export function parseBehaviour(pattern: string): ParsedBehaviour {
  if (pattern.length > patternCharactersMax) return { kind: "refused", reason: "too long" };
  let value: unknown;
  try {
    value = JSON.parse(pattern);
  } catch {
    return { kind: "refused", reason: "no JSON" };
  }
  const checked = behaviourSchema.safeParse(value);
  if (!checked.success) return { kind: "refused", reason: "no behaviour" };
  const { data: behaviour } = checked;
  return behaviourPattern(behaviour) === pattern
    ? { kind: "behaviour", behaviour }
    : { kind: "refused", reason: "not in canonical form" };
}

/** Of an indicator: what makes it a lead. */
export interface PatternOf {
  readonly id: string;
  readonly pattern: string;
  readonly pattern_type: string;
  readonly object_marking_refs: readonly string[];
}

/** A lead, and the key that it is made with. */
export interface KeyedLead extends Lead {
  readonly epoch: string;
}

/**
 * A received indicator as the detector runs it. @param source the member whose statement it is.
 *
 * @returns null where the indicator's pattern is not one that a detector runs, or was made under none of these keys, or where its policy does
 *   not permit to look for it.
 */
export function leadOf(
  { id, pattern, pattern_type, object_marking_refs }: PatternOf,
  source: string,
  keys: readonly CircleKey[],
): KeyedLead | null {
  const permitted = permittedBy(object_marking_refs);
  if (pattern_type !== BEHAVIOUR_PATTERN || !mayLookFor(permitted)) return null;
  const parsed = parseBehaviour(pattern);
  if (parsed.kind === "refused") return null;
  const { accounts, key_epoch: epoch, sketch = [], fingerprints = [] } = parsed.behaviour;
  if (!keys.some((key) => key.epoch === epoch)) return null;
  return {
    id,
    source,
    permitsActions: mayActOn(permitted),
    epoch,
    accountsMin: accounts,
    pieces: new Set(sketch),
    fingerprints: new Set(fingerprints),
  };
}

/** How a detector makes what stands in its log comparable with these leads: under the keys that they are made with, and no other. */
export function digestsFor(leads: readonly KeyedLead[], keys: readonly CircleKey[]): Omit<Leads, "list"> {
  const epochs = new Set(leads.map(({ epoch }) => epoch));
  const used = keys.filter(({ epoch }) => epochs.has(epoch));
  return {
    pieceDigests: (piece) => used.map((key) => pieceDigest(key, piece)),
    fingerprintDigests: (kind: FingerprintKind, value) => used.map((key) => fingerprint(key, kind, value)),
  };
}

function isAscending(digests: readonly string[]): boolean {
  return digests.every((digest, i) => i === 0 || digest > (digests[i - 1] ?? ""));
}
