import type { Evidence, Family } from "../model/report.ts";

/** What one family says of one candidate. */
export interface Finding {
  readonly family: Family;
  /** log10 of the e-value against the family's null; below zero it speaks for innocence. Never beyond +-`logEMax`. */
  readonly logE: number;
  /** Of regularity, where there are accounts enough: what their rotation alone comes to. */
  readonly rotationLogE?: number;
  /** Of intent: without the signs that users of one program show as well as a queue's accounts, so that it is no second family to their likeness. */
  readonly independentLogE?: number;
  /** It speaks, and yet is no part of the product over the families: the null is not true of all honest groups. */
  readonly aside?: true;
  readonly evidence: readonly Evidence[];
}

/** No single family is believed beyond a million to one: models are wrong more often than that. */
const logEMax = 6;

export const clampLogE = (logE: number): number => Math.min(Math.max(logE, -logEMax), logEMax);

/** What it says against a group, where its null is not true of all who may be honestly brought together as this one was. */
export const onlyAgainst = (finding: Finding): Finding => ({
  ...finding,
  logE: Math.min(finding.logE, 0),
  evidence: finding.evidence.filter(({ against }) => against),
});

/** "12 of 25", for people. */
export const outOf = (k: number, n: number): string => `${k} of ${n}`;

export const percent = (share: number): string => `${(100 * share).toFixed(share > 0 && share < 0.095 ? 1 : 0)}%`;
