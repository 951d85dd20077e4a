import { createHash } from "node:crypto";
import { ristretto255_oprf } from "@noble/curves/ed25519.js";
import type { SecureRandom } from "../../kit/secure-random.ts";
import type { Ristretto255 } from "../group/ristretto255.ts";

/*
 * The verifiable oblivious pseudorandom function of RFC 9497 (mode VOPRF, suite ristretto255-SHA512): the client learns
 * F(key, input) and that it was made with the key whose public half it knows; the server learns neither input nor output.
 */

export const suite = "OPRFV1-VOPRF-ristretto255-SHA512";
export const elementBytes = 32;
export const scalarBytes = 32;
export const proofBytes = 64;

const { voprf } = ristretto255_oprf;
/** RFC 9497, sections 3.1 and 4.1: the context is the mode and the suite. */
const hashToGroupDomain = "HashToGroup-OPRFV1-\u0001-ristretto255-SHA512";

export interface OprfKey {
  readonly secret: Uint8Array;
  readonly public: Uint8Array;
}

/** An input on its way: what the server gets is `element`; the rest stays. */
export interface BlindedInput {
  readonly input: Uint8Array;
  readonly blind: Uint8Array;
  readonly element: Uint8Array;
}

export interface Evaluation {
  readonly elements: readonly Uint8Array[];
  /** That all of them were made with one key (DLEQ). */
  readonly proof: Uint8Array;
}

export function makeOprfKey(random: SecureRandom): OprfKey {
  const seed = random.bytes(32);
  const { secretKey, publicKey } = voprf.deriveKeyPair(seed, Buffer.from("stillwatch-query/1"));
  seed.fill(0);
  return { secret: secretKey, public: publicKey };
}

export function blindInput(input: Uint8Array, random: SecureRandom): BlindedInput {
  const { blind, blinded } = voprf.blind(input, drawing(random));
  return { input, blind, element: blinded };
}

/** Throws where an element is malformed or the identity. */
export function evaluate(key: OprfKey, elements: readonly Uint8Array[], random: SecureRandom): Evaluation {
  const { evaluated, proof } = voprf.blindEvaluateBatch(key.secret, key.public, [...elements], drawing(random));
  return { elements: evaluated, proof };
}

/** F(key, input) for each input. Throws where the proof does not hold, or an element is malformed. */
export function finalize(
  inputs: readonly BlindedInput[],
  publicKey: Uint8Array,
  { elements, proof }: Evaluation,
): Uint8Array[] {
  const items = inputs.map(({ input, blind, element }, i) => {
    const evaluated = elements[i];
    if (evaluated === undefined || elements.length !== inputs.length)
      throw new RangeError("another number of elements");
    return { input, blind, blinded: element, evaluated };
  });
  return voprf.finalizeBatch(items, publicKey, proof);
}

/** F(key, input) for who has the key: RFC 9497, section 3.3.1. With libsodium, since a snapshot has many. */
export function evaluateDirectly(group: Ristretto255, key: OprfKey, input: Uint8Array): Uint8Array {
  const element = group.multiply(key.secret, group.hashToElement(hashToGroupDomain, input));
  return createHash("sha512")
    .update(twoBytes(input.length))
    .update(input)
    .update(twoBytes(element.length))
    .update(element)
    .update("Finalize")
    .digest();
}

/** The library draws a field element's worth of bytes at a time. */
function drawing(random: SecureRandom): (length?: number) => Uint8Array<ArrayBuffer> {
  return (length = scalarBytes) => new Uint8Array(random.bytes(length));
}

function twoBytes(value: number): Uint8Array {
  return Uint8Array.of(value >> 8, value & 0xff);
}
