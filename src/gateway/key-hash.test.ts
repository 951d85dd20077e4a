import { createHmac } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createKeyHash } from "./key-hash.ts";

describe("the name of a key", () => {
  const secret = "a secret of this test, and of nothing else";

  it("is the HMAC-SHA-256 under the installation's secret", () => {
    // Shorter and longer than a block.
    const secrets = fc.string({ minLength: 32, maxLength: 100 });
    fc.assert(
      fc.property(secrets, fc.string({ unit: "grapheme" }), (any, key) => {
        const digest = createHmac("sha256", any).update(key).digest("hex");
        expect(createKeyHash(any)(key)).toBe(`key_${digest.slice(0, 32)}`);
      }),
    );
  });

  it("is another under another secret", () => {
    expect(createKeyHash(secret)("sk-test")).not.toBe(createKeyHash(`${secret}!`)("sk-test"));
  });

  it("is not made with a secret that can be guessed, and the refusal does not show it", () => {
    expect(() => createKeyHash("hunter2")).toThrow(expect.objectContaining({ name: "UserError" }));
    expect(() => createKeyHash("hunter2")).not.toThrow("hunter2");
  });
});
