import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { maskKey, maskSecret } from "./secret.ts";

const secrets = [
  "sk-proj-4fJ8sLq0vXn2",
  "sk-ant-api03-AbCdEfGh",
  "Bearer eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.sig",
  "AIzaSyD-0123456789abcdefghijklmnopqrstu",
  "Basic dXNlcjpwYXNz",
  "gsk_abcDEF0123456789",
];

describe("secrets", () => {
  it.each(secrets)("replaces %s by its hash, in keys and in accounts", (secret) => {
    expect(maskKey(secret)).toMatch(/^[0-9a-f]{64}$/);
    expect(maskSecret(secret)).toBe(maskKey(secret));
  });

  it("keeps equal secrets equal, with and without the scheme", () => {
    expect(maskKey("Bearer sk-proj-4fJ8sLq0vXn2")).toBe(maskKey("sk-proj-4fJ8sLq0vXn2"));
    expect(maskKey("sk-a")).not.toBe(maskKey("sk-b"));
  });

  it("takes a long random token for a key's secret, but not for an account's", () => {
    const token = "A8f3kQ9zLm2Xv7Tb1Yc6Wd4Ne5Rg0HsJ";
    expect(maskKey(token)).toMatch(/^[0-9a-f]{64}$/);
    expect(maskSecret(token)).toBe(token);
  });

  it.each([
    ["a hash", "88dc28d0f030c55ed4ab77ed8faf098196cb1c05df778539800c9f1243fe6b4b"],
    ["a UUID", "0c2a9d1e-5d3f-4b7a-9c1d-2e8f6a4b3c5d"],
    ["a key's name", "key_prod_17"],
    ["an ARN", "arn:aws:iam::123456789012:user/Batch-Runner01"],
  ])("leaves %s alone", (_what, text) => {
    expect(maskKey(text)).toBe(text);
  });

  it("never passes a prefixed secret on", () => {
    fc.assert(
      fc.property(fc.constantFrom("sk-", "Bearer ", "gsk_", "AIza"), fc.string({ minLength: 8 }), (prefix, rest) => {
        expect(maskKey(prefix + rest)).toMatch(/^[0-9a-f]{64}$/);
      }),
    );
  });
});
