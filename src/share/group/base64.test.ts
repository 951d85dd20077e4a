import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { base64Bytes } from "./base64.ts";

describe("bytes in base64", () => {
  it("have one text, and only their own number", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 70 }), fc.nat(70), (bytes, length) => {
        const text = Buffer.from(bytes).toString("base64");
        expect(base64Bytes(length).safeParse(text).success).toBe(bytes.length === length);
      }),
    );
  });

  it.each([
    ["bits that stand for nothing", "AAE=", "AAF="],
    ["the alphabet of addresses", "+/8=", "-_8="],
  ])("have no other form: %s", (_what, right, wrong) => {
    expect(base64Bytes(2).safeParse(right).success).toBe(true);
    expect(base64Bytes(2).safeParse(wrong).success).toBe(false);
  });
});
