import type { FingerprintKind } from "./lead.ts";

/** What the detector knows of a campaign besides its report, in the clear: none of it leaves as it is. */
export interface CampaignSignals {
  readonly fingerprints: readonly { readonly kind: FingerprintKind; readonly value: string }[];
  /** Pieces of what its prompts have in common. */
  readonly skeletonPieces: ReadonlySet<string>;
}
