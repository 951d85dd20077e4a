import { createHash } from "node:crypto";
import { z } from "zod";
import { canonicalJson } from "../../kit/canonical-json.ts";
import { base64Bytes } from "../group/base64.ts";
import { mapInTurns } from "../../kit/turns.ts";
import { elementBytes } from "../group/ristretto255.ts";
import { identifierText } from "./identifier.ts";
import type { Identifier } from "./identifier.ts";

/*
 * What two members send each other to find what their sets have in common. Each of the three messages goes once in each direction; the
 * initiator's first. A change of any of this, of the canonical forms or of the hashing is a new version.
 */

// Limits.
/** Identifiers in one member's set. */
export const setSizeMax = 50_000;
const memberLengthMax = 255;
/** A proof of inclusion with the signatures of some witnesses; they are read by who checks it. */
const proofLengthMax = 32 * 1_024;
const nonceBytes = 32;
const digestBytes = 32;
/** As many elements as a set may have, in base64. */
const elementsLengthMax = Math.ceil((setSizeMax * elementBytes) / 3) * 4;

export const overlapVersion = "stillwatch-overlap/1";
/** Named as RFC 9380, section 3.1, wants it: the use with its version, then the suite. */
export const elementDomain = "stillwatch-overlap/1-ristretto255_XMD:SHA-512_R255MAP_RO_";

const version = z.literal(overlapVersion);

const helloSchema = z.strictObject({
  kind: z.literal("hello"),
  version,
  /** Who sends it, and to whom. */
  from: z.string().min(1).max(memberLengthMax),
  to: z.string().min(1).max(memberLengthMax),
  nonce: base64Bytes(nonceBytes),
  size: z.int().min(1),
  /** See `setCommitment`; it was logged before this was sent. */
  commitment: base64Bytes(digestBytes),
  /** That it is in the log. */
  proof: z.string().max(proofLengthMax),
});
export type OverlapHello = Readonly<z.infer<typeof helloSchema>>;

const elements = z.base64().max(elementsLengthMax);

/** The sender's set, each identifier hashed to an element and multiplied by the sender's scalar, in no order. */
const blindedSchema = z.strictObject({
  kind: z.literal("blinded"),
  version,
  session: base64Bytes(digestBytes),
  elements,
});
export type OverlapBlinded = Readonly<z.infer<typeof blindedSchema>>;

/** What the sender received as `blinded`, multiplied by its scalar as well, in the order received. */
const doublySchema = z.strictObject({
  kind: z.literal("doubly-blinded"),
  version,
  session: base64Bytes(digestBytes),
  elements,
});
export type OverlapDoublyBlinded = Readonly<z.infer<typeof doublySchema>>;

export type OverlapMessage = OverlapHello | OverlapBlinded | OverlapDoublyBlinded;

/** The peer did not keep to the protocol, or to what was agreed. It tells nothing that was not said already. */
export class OverlapRefusedError extends Error {
  override readonly name = "OverlapRefusedError";
  readonly reason: OverlapRefusal;

  constructor(reason: OverlapRefusal, options?: ErrorOptions) {
    super(`the overlap is refused: ${refusals[reason]}`, options);
    this.reason = reason;
  }
}

const refusals = {
  malformed: "the message is not what the protocol expects here",
  version: `the peer does not speak ${overlapVersion}`,
  addressee: "the message is from or for somebody else",
  "too-large": "the peer's set is larger than a session may have",
  "not-logged": "there is no proof that the peer's commitment is in the log",
  unwitnessed: "too few of the witnesses that are asked for have cosigned the peer's log up to its commitment",
  "other-past":
    "the peer's log does not show that it goes on from where its witness, who is asked here, has last cosigned it",
  "not-offered": "nothing is offered to the peer that it could be compared with",
  replayed: "the peer's first message was used before",
  "over-budget": "the budget of this pair for a day is spent",
  session: "the message belongs to another session",
  size: "the peer sends another number of elements than it said",
  element: "the peer sends what is no element of the group, or one twice",
  reflected: "the peer sends an element that it got from us",
} as const;
export type OverlapRefusal = keyof typeof refusals;

export const parseHello = (message: unknown): OverlapHello => parse(helloSchema, message);
export const parseBlinded = (message: unknown): OverlapBlinded => parse(blindedSchema, message);
export const parseDoublyBlinded = (message: unknown): OverlapDoublyBlinded => parse(doublySchema, message);

function parse<T>(schema: z.ZodType<T>, message: unknown): T {
  const spoken = z.looseObject({ version: z.string() }).safeParse(message);
  if (spoken.success && spoken.data.version !== overlapVersion) throw new OverlapRefusedError("version");
  const result = schema.safeParse(message);
  // Without zod's account of it: that may quote what was sent.
  if (!result.success) throw new OverlapRefusedError("malformed");
  return result.data;
}

/** Both first messages in one hash: elements and messages of one session are of no use in any other. */
export function sessionOf(initiator: OverlapHello, responder: OverlapHello): Buffer {
  return createHash("sha256")
    .update(`${overlapVersion} session\n${canonicalJson(initiator)}\n${canonicalJson(responder)}`)
    .digest();
}

/**
 * Binds a member to its set without telling it: SHA-256 of the salt and of the identifiers in order. Who is given salt and set later
 * on, an auditor or a court, can see that the set was not made up as the session went.
 */
export async function setCommitment(salt: Uint8Array, set: readonly Identifier[]): Promise<Buffer> {
  const hash = createHash("sha256").update(`${overlapVersion} commitment\n`).update(salt);
  const sorted = set.map(identifierText).toSorted();
  await mapInTurns(sorted, (text) => hash.update(createHash("sha256").update(text).digest()));
  return hash.digest();
}

export function packElements(list: readonly Uint8Array[]): string {
  return Buffer.concat(list).toString("base64");
}

export function unpackElements(packed: string, count: number): Uint8Array[] {
  const bytes = Buffer.from(packed, "base64");
  if (bytes.length !== count * elementBytes) throw new OverlapRefusedError("size");
  const list = Array.from({ length: count }, (_, i) => bytes.subarray(i * elementBytes, (i + 1) * elementBytes));
  if (new Set(list.map(elementKey)).size !== count) throw new OverlapRefusedError("element");
  return list;
}

/** The same for the same element. Without a copy of its bytes: there are many. */
export function elementKey({ buffer, byteOffset, length }: Uint8Array): string {
  return Buffer.from(buffer, byteOffset, length).toString("latin1");
}
