import { ristretto255_hasher } from "@noble/curves/ed25519.js";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { shuffled } from "../../kit/secure-random.ts";
import type { SecureRandom } from "../../kit/secure-random.ts";
import { MalformedElementError, loadRistretto255 } from "./ristretto255.ts";
import type { Ristretto255 } from "./ristretto255.ts";
import { fixedSecureRandom } from "./secure-random.case.ts";

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");
const bytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, "hex"));

/** Below the group's order, which is over 2^252. */
function scalarOf(random: SecureRandom): Uint8Array {
  const scalar = random.bytes(32);
  scalar[31]! &= 0x0f;
  return scalar;
}

describe("ristretto255", () => {
  let group: Ristretto255;
  beforeAll(async () => {
    group = await loadRistretto255();
  });

  it("hashes to the group as an independent implementation of RFC 9380 does", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.string({ minLength: 1, maxLength: 60 }), (message, domain) => {
        const expected = ristretto255_hasher.hashToCurve(message, { DST: new TextEncoder().encode(domain) });
        expect(hex(group.hashToElement(domain, message))).toBe(expected.toHex());
      }),
      { numRuns: 25 },
    );
  });

  // RFC 9497, appendix A.1.2: an element is hashed under the suite's domain and multiplied by the blind.
  it.each([
    [
      "00",
      "64d37aed22a27f5191de1c1d69fadb899d8862b58eb4220029e036ec4c1f6706",
      "863f330cc1a1259ed5a5998a23acfd37fb4351a793a5b3c090b642ddc439b945",
    ],
    [
      "5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a",
      "64d37aed22a27f5191de1c1d69fadb899d8862b58eb4220029e036ec4c1f6706",
      "cc0b2a350101881d8a4cba4c80241d74fb7dcbfde4a61fde2f91443c2bf9ef0c",
    ],
  ])("blinds input %s as the RFC's vectors say", (input, blind, blinded) => {
    const element = group.hashToElement("HashToGroup-OPRFV1-\u0001-ristretto255-SHA512", bytes(input));
    expect(hex(group.multiply(bytes(blind), element))).toBe(blinded);
  });

  it("multiplies in either order", () => {
    const random = fixedSecureRandom("commutes");
    fc.assert(
      fc.property(fc.uint8Array(), (message) => {
        const [a, b] = [scalarOf(random), scalarOf(random)];
        const element = group.hashToElement("test", message);
        expect(group.multiply(a, group.multiply(b, element))).toEqual(group.multiply(b, group.multiply(a, element)));
      }),
      { numRuns: 25 },
    );
  });

  // RFC 9496, appendix A.2: non-canonical, negative, not a square, and so on; and what has another length.
  it.each([
    ["the identity", "00".repeat(32)],
    ["a field element that is not canonical", `00${"ff".repeat(31)}`],
    ["a negative field element", `01${"00".repeat(31)}`],
    ["an x^2 that is no square", "26948d35ca62e643e26a83177332e6b6afeb9d08e4268b650f1f5bbd8d81d371"],
    ["a negative x * y", "3eb858e78f5a7254d8c9731174a94f76755fd3941c0ac93735c07ba14579630e"],
    ["s = -1, which gives y = 0", "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"],
    ["31 bytes", "00".repeat(31)],
    ["none", ""],
  ])("refuses %s", (_what, element) => {
    const scalar = scalarOf(fixedSecureRandom("refuses"));
    expect(() => group.multiply(scalar, bytes(element))).toThrow(MalformedElementError);
  });

  it("refuses a domain that RFC 9380 has no form for", () => {
    expect(() => group.hashToElement("", new Uint8Array())).toThrow(RangeError);
    expect(() => group.hashToElement("x".repeat(256), new Uint8Array())).toThrow(RangeError);
  });
});

describe("a shuffled list", () => {
  it("holds the same, and every order comes about equally often", () => {
    const random = fixedSecureRandom("orders");
    const counts = new Map<string, number>();
    for (let run = 0; run < 6_000; run++) {
      const order = shuffled(["a", "b", "c"], random).join("");
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    expect([...counts.keys()].toSorted()).toEqual(["abc", "acb", "bac", "bca", "cab", "cba"]);
    // 1,000 expected; six standard deviations.
    for (const count of counts.values()) expect(Math.abs(count - 1_000)).toBeLessThan(174);
  });
});
