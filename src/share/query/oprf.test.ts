import { ristretto255_oprf } from "@noble/curves/ed25519.js";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import type { SecureRandom } from "../../kit/secure-random.ts";
import { loadRistretto255 } from "../group/ristretto255.ts";
import type { Ristretto255 } from "../group/ristretto255.ts";
import { fixedSecureRandom } from "../group/secure-random.case.ts";
import { blindInput, evaluate, evaluateDirectly, finalize, makeOprfKey } from "./oprf.ts";

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");
const bytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, "hex"));

// RFC 9497, appendix A.1.2: all three vectors.
const seed = bytes("a3".repeat(32));
const info = bytes("74657374206b6579");
const key = {
  secret: bytes("e6f73f344b79b379f1a0dd37e07ff62e38d9f71345ce62ae3a9bc60b04ccd909"),
  public: bytes("c803e2cc6b05fc15064549b5920659ca4a77b2cca6f04f6b357009335476ad4e"),
};
const blind = "64d37aed22a27f5191de1c1d69fadb899d8862b58eb4220029e036ec4c1f6706";
const proofScalar = "222a5e897cf59db8145db8d16e597e8facb80ae7d4e26d9881aa6f61d645fc0e";
const vectors = [
  {
    input: "00",
    blinded: "863f330cc1a1259ed5a5998a23acfd37fb4351a793a5b3c090b642ddc439b945",
    evaluated: "aa8fa048764d5623868679402ff6108d2521884fa138cd7f9c7669a9a014267e",
    proof:
      "ddef93772692e535d1a53903db24367355cc2cc78de93b3be5a8ffcc6985dd066d4346421d17bf5117a2a1ff0fcb2a759f58a539dfbe857a40bce4cf49ec600d",
    output:
      "b58cfbe118e0cb94d79b5fd6a6dafb98764dff49c14e1770b566e42402da1a7da4d8527693914139caee5bd03903af43a491351d23b430948dd50cde10d32b3c",
  },
  {
    input: "5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a",
    blinded: "cc0b2a350101881d8a4cba4c80241d74fb7dcbfde4a61fde2f91443c2bf9ef0c",
    evaluated: "60a59a57208d48aca71e9e850d22674b611f752bed48b36f7a91b372bd7ad468",
    proof:
      "401a0da6264f8cf45bb2f5264bc31e109155600babb3cd4e5af7d181a2c9dc0a67154fabf031fd936051dec80b0b6ae29c9503493dde7393b722eafdf5a50b02",
    output:
      "8a9a2f3c7f085b65933594309041fc1898d42d0858e59f90814ae90571a6df60356f4610bf816f27afdd84f47719e480906d27ecd994985890e5f539e7ea74b6",
  },
];

/** The third: both inputs under one proof, the second with a blind of its own. */
const batch = {
  blinds: [blind, "222a5e897cf59db8145db8d16e597e8facb80ae7d4e26d9881aa6f61d645fc0e"],
  blinded: [
    "863f330cc1a1259ed5a5998a23acfd37fb4351a793a5b3c090b642ddc439b945",
    "90a0145ea9da29254c3a56be4fe185465ebb3bf2a1801f7124bbbadac751e654",
  ],
  evaluated: [
    "aa8fa048764d5623868679402ff6108d2521884fa138cd7f9c7669a9a014267e",
    "cc5ac221950a49ceaa73c8db41b82c20372a4c8d63e5dded2db920b7eee36a2a",
  ],
  proofScalar: "419c4f4f5052c53c45f3da494d2b67b220d02118e0857cdbcf037f9ea84bbe0c",
  proof:
    "cc203910175d786927eeb44ea847328047892ddf8590e723c37205cb74600b0a5ab5337c8eb4ceae0494c2cf89529dcf94572ed267473d567aeed6ab873dee08",
};

/** The library takes bytes modulo the order less one, and adds one (FIPS 186-5, appendix A.4.1). */
function drawsScalar(scalar: string): SecureRandom {
  return {
    bytes(length) {
      const drawn = new Uint8Array(length);
      drawn.set(bytes(scalar));
      drawn[0] = (drawn[0] ?? 0) - 1;
      return drawn;
    },
    below: () => 0,
  };
}

describe("the VOPRF of RFC 9497", () => {
  let group: Ristretto255;
  beforeAll(async () => {
    group = await loadRistretto255();
  });

  it("derives the key of the vectors", () => {
    const derived = ristretto255_oprf.voprf.deriveKeyPair(seed, info);
    expect([hex(derived.secretKey), hex(derived.publicKey)]).toEqual([hex(key.secret), hex(key.public)]);
  });

  it.each(vectors)("has the vectors' values for input $input", ({ input, blinded, evaluated, proof, output }) => {
    const sent = blindInput(bytes(input), drawsScalar(blind));
    expect([hex(sent.blind), hex(sent.element)]).toEqual([blind, blinded]);
    const evaluation = evaluate(key, [sent.element], drawsScalar(proofScalar));
    expect([evaluation.elements.map(hex), hex(evaluation.proof)]).toEqual([[evaluated], proof]);
    expect(finalize([sent], key.public, evaluation).map(hex)).toEqual([output]);
    expect(hex(evaluateDirectly(group, key, bytes(input)))).toBe(output);
  });

  it("has the vectors' values for two inputs under one proof", () => {
    const sent = vectors.map(({ input }, index) => blindInput(bytes(input), drawsScalar(batch.blinds[index] ?? "")));
    expect(sent.map((one) => [hex(one.blind), hex(one.element)])).toEqual(
      batch.blinds.map((one, index) => [one, batch.blinded[index]]),
    );
    const elements = sent.map(({ element }) => element);
    const evaluation = evaluate(key, elements, drawsScalar(batch.proofScalar));
    expect([evaluation.elements.map(hex), hex(evaluation.proof)]).toEqual([batch.evaluated, batch.proof]);
    expect(finalize(sent, key.public, evaluation).map(hex)).toEqual(vectors.map(({ output }) => output));
  });

  it("is the same, asked blindly or made directly", () => {
    const random = fixedSecureRandom("blindly");
    const own = makeOprfKey(random);
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 80 }), { minLength: 1, maxLength: 3 }), (inputs) => {
        const sent = inputs.map((input) => blindInput(input, random));
        const evaluation = evaluate(
          own,
          sent.map(({ element }) => element),
          random,
        );
        expect(finalize(sent, own.public, evaluation).map(hex)).toEqual(
          inputs.map((input) => hex(evaluateDirectly(group, own, input))),
        );
      }),
      { numRuns: 10 },
    );
  });

  it("is refused where another key was used, or the proof or an element is another", () => {
    const random = fixedSecureRandom("refused");
    const [own, other] = [makeOprfKey(random), makeOprfKey(random)];
    const sent = [blindInput(bytes("00"), random), blindInput(bytes("01"), random)];
    const elements = sent.map(({ element }) => element);
    const right = evaluate(own, elements, random);
    const wrong = evaluate(other, elements, random);
    expect(() => finalize(sent, own.public, wrong)).toThrow("proof");
    expect(() => finalize(sent, own.public, { ...right, proof: wrong.proof })).toThrow("proof");
    expect(() => finalize(sent, own.public, { ...right, elements: right.elements.toReversed() })).toThrow("proof");
    expect(() => finalize(sent, own.public, { ...right, elements: right.elements.slice(1) })).toThrow(RangeError);
    expect(() => evaluate(own, [new Uint8Array(32)], random)).toThrow("infinity");
    expect(() => evaluate(own, [new Uint8Array(32).fill(255)], random)).toThrow(Error);
  });
});
