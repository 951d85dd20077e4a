import type { Ed25519Signer } from "./ed25519.ts";

/**
 * A key of a member. A member has several while it changes from one to the next: the old one ends (`endsMs`) and what it has signed
 * before stays signed. A key that somebody else may have is revoked, and then nothing that it has signed counts: who has it can
 * date his signatures as he likes.
 */
export interface MemberKey {
  /** Unique in the circle. */
  readonly id: string;
  readonly member: string;
  /** Ed25519. */
  readonly publicKey: Uint8Array;
  readonly startsMs: number;
  readonly endsMs: number;
  readonly revoked: boolean;
}

export interface MemberSigner extends Ed25519Signer {
  readonly keyId: string;
}

/** A signature does not count. It tells nothing of what was signed. */
export class SignatureError extends Error {
  override readonly name = "SignatureError";
  readonly reason: SignatureRefusal;

  constructor(reason: SignatureRefusal, options?: ErrorOptions) {
    super(`the signature does not count: ${refusals[reason]}`, options);
    this.reason = reason;
  }
}

const refusals = {
  missing: "there is none",
  malformed: "it is not of the form that it should have",
  "unknown-key": "its key is no member's",
  revoked: "its key was revoked",
  "out-of-time": "its key was not in use at that time",
  wrong: "it is not by its key, or what it is for was changed",
  uncovered: "it leaves out what it must cover",
  digest: "the body is not the one that was signed",
  stale: "it was made too long ago, or by a clock that is ahead",
  replayed: "it was used before",
} as const;
export type SignatureRefusal = keyof typeof refusals;

/** The key with this id, for a signature made at that time. Throws a `SignatureError`. */
export function keyAt(keys: readonly MemberKey[], id: string, signedMs: number): MemberKey {
  const key = keys.find((known) => known.id === id);
  if (key === undefined) throw new SignatureError("unknown-key");
  if (key.revoked) throw new SignatureError("revoked");
  if (signedMs < key.startsMs || signedMs >= key.endsMs) throw new SignatureError("out-of-time");
  return key;
}
