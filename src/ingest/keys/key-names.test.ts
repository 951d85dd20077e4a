import { createHash, createHmac } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { maskKey } from "../secret.ts";
import { createKeyNames } from "./key-names.ts";

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

describe("the name of a key", () => {
  const secret = "a secret of this test, and of nothing else";
  const names = createKeyNames(secret);

  it("is the HMAC-SHA-256 of its SHA-256 under the installation's secret", () => {
    // Shorter and longer than a block.
    const secrets = fc.string({ minLength: 32, maxLength: 100 });
    fc.assert(
      fc.property(secrets, fc.string({ unit: "grapheme" }), (any, key) => {
        const digest = createHmac("sha256", any).update(createHash("sha256").update(key).digest()).digest("hex");
        const made = createKeyNames(any);
        // Made, and then remembered.
        for (const name of [made.ofSecret(key), made.ofSecret(key)]) expect(name).toBe(`key_${digest.slice(0, 32)}`);
      }),
    );
  });

  it("is the same for the key, for its SHA-256, and for what a scan's readers make of it", () => {
    const suffixes = fc.stringMatching(/^[\w-]{1,60}$/);
    fc.assert(
      fc.property(suffixes, (suffix) => {
        const key = `sk-${suffix}`;
        const name = names.ofSecret(key);
        for (const told of [key, `Bearer ${key}`, sha256(key), sha256(key).toUpperCase(), maskKey(key)])
          expect(names.ofLogged(told)).toBe(name);
      }),
    );
  });

  it.each(["key_prod_17", "0c2a9d1e-5d3f-4b7a-9c1d-2e8f6a4b3c5d", names.ofSecret("sk-test")])(
    "leaves the id %s as it is",
    (id) => {
      expect(names.ofLogged(id)).toBe(id);
    },
  );

  it("is another under another secret", () => {
    expect(names.ofSecret("sk-test")).not.toBe(createKeyNames(`${secret}!`).ofSecret("sk-test"));
  });

  it("is not made with a secret that can be guessed, and the refusal does not show it", () => {
    expect(() => createKeyNames("hunter2")).toThrow(expect.objectContaining({ name: "UserError" }));
    expect(() => createKeyNames("hunter2")).not.toThrow("hunter2");
  });
});
