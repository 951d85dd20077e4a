import { describe, expect, it } from "vitest";
import { createKeyHash } from "./key-hash.ts";

describe("the name of a key", () => {
  const secret = "a secret of this test, and of nothing else";

  it("is the HMAC under the installation's secret", () => {
    // printf 'sk-test' | openssl dgst -sha256 -hmac 'a secret of this test, and of nothing else'
    expect(createKeyHash(secret)("sk-test")).toBe("key_a02ae53b3b051ec990c7997dc40ffaa9");
  });

  it("is another under another secret", () => {
    expect(createKeyHash(secret)("sk-test")).not.toBe(createKeyHash(`${secret}!`)("sk-test"));
  });

  it("is not made with a secret that can be guessed, and the refusal does not show it", () => {
    expect(() => createKeyHash("hunter2")).toThrow(expect.objectContaining({ name: "UserError" }));
    expect(() => createKeyHash("hunter2")).not.toThrow("hunter2");
  });
});
