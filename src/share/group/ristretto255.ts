import { createHash } from "node:crypto";
import sodium from "libsodium-wrappers-sumo";

/*
 * The group ristretto255 (RFC 9496) with libsodium: of prime order, one encoding an element, and no cofactor to think of. An
 * element and a scalar are their 32 bytes here.
 */

export const elementBytes = 32;
const hashBytes = 64;
const hashBlockBytes = 128;
/** RFC 9380, section 5.3.1: a domain-separation tag has its length in one byte. */
const domainBytesMax = 255;

/** What came in is no element that a peer in good order sends. */
export class MalformedElementError extends Error {
  override readonly name = "MalformedElementError";
}

export interface Ristretto255 {
  /**
   * An element whose logarithm nobody knows: hash_to_ristretto255 with expand_message_xmd and SHA-512 (RFC 9380, sections 5.3.1
   * and appendix B). `domain` names the one use that the element is for.
   */
  hashToElement(domain: string, message: Uint8Array): Uint8Array;
  /** Throws a `MalformedElementError` where `element` is none, or is the identity. */
  multiply(scalar: Uint8Array, element: Uint8Array): Uint8Array;
}

/** libsodium is WebAssembly, which has to be compiled first. */
export async function loadRistretto255(): Promise<Ristretto255> {
  await sodium.ready;
  return {
    hashToElement: (domain, message) =>
      sodium.crypto_core_ristretto255_from_hash(expandMessage(Buffer.from(domain), message)),
    multiply(scalar, element) {
      // libsodium takes the identity, all zeros, for a valid element, and multiplies it in vain.
      const isElement = element.length === elementBytes && sodium.crypto_core_ristretto255_is_valid_point(element);
      if (!isElement || sodium.is_zero(element)) throw new MalformedElementError("no element of the group");
      return sodium.crypto_scalarmult_ristretto255(scalar, element);
    },
  };
}

/** RFC 9380, section 5.3.1, for SHA-512 and as many bytes as one block of it gives. */
export function expandMessage(domain: Uint8Array, message: Uint8Array): Uint8Array {
  if (domain.length === 0 || domain.length > domainBytesMax) throw new RangeError("a domain has 1 to 255 bytes");
  const tag = Buffer.concat([domain, Uint8Array.of(domain.length)]);
  const first = createHash("sha512")
    .update(new Uint8Array(hashBlockBytes))
    .update(message)
    .update(Uint8Array.of(0, hashBytes, 0))
    .update(tag)
    .digest();
  return createHash("sha512").update(first).update(Uint8Array.of(1)).update(tag).digest();
}
