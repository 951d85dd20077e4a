import type { FingerprintKind } from "../../model/campaign-signals.ts";

/** Which lead, and whose statement it is. */
export interface LeadName {
  /** Of the indicator. */
  readonly id: string;
  /** The member of the circle who made the statement: all of one member's leads share one bar. */
  readonly source: string;
}

/** Tells leads apart: two members may use one id. */
export const leadKey = ({ id, source }: LeadName): string => JSON.stringify([source, id]);

/**
 * What another provider says of a campaign that it found, made to be looked for here. It draws attention and is no evidence:
 * whom it names is convicted by what this provider's own log shows, or not at all.
 */
export interface Lead extends LeadName {
  /** Whether who told it permits more than to look for it: that something is done to accounts because of it. */
  readonly permitsActions: boolean;
  /** Fewer accounts than this are not what is meant. */
  readonly accountsMin: number;
  /** Keyed digests of pieces of what its prompts have in common. */
  readonly pieces: ReadonlySet<string>;
  /** Keyed digests of payments, devices and TLS clients. */
  readonly fingerprints: ReadonlySet<string>;
}

/** The leads of one moment, and how what stands in the log is made comparable with them: a digest for each key that they are made with. */
export interface Leads {
  readonly list: readonly Lead[];
  /** @param piece as `pieceOf` names a line of a sketch. */
  readonly pieceDigests: (piece: string) => readonly string[];
  readonly fingerprintDigests: (kind: FingerprintKind, value: string) => readonly string[];
}
