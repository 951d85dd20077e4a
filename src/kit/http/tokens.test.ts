import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { UserError } from "../user-error.ts";
import { bearerToken, tokenLookup } from "./tokens.ts";

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

describe("tokens", () => {
  const lookup = tokenLookup([
    { sha256: sha256("one"), holder: "anna" },
    { sha256: sha256("two").toUpperCase(), holder: "berit" },
  ]);

  it.each([
    ["one", "anna"],
    ["two", "berit"],
    ["three", null],
    [sha256("one"), null],
    ["", null],
  ])("%s belongs to %s", (token, holder) => {
    expect(lookup(token)).toBe(holder);
  });

  it("that are longer than any of ours are nobody's", () => {
    const long = "x".repeat(5000);
    expect(tokenLookup([{ sha256: sha256(long), holder: "anna" }])(long)).toBeNull();
  });

  it.each([
    ["Bearer one", "one"],
    ["bearer  two ", "two"],
    ["Basic one", undefined],
    ["Bearer ", undefined],
    ["Bearer one two", undefined],
    [undefined, undefined],
  ])("stand in %s as %s", (authorization, token) => {
    expect(bearerToken(authorization)).toBe(token);
  });

  it("are configured as digests, each for one holder", () => {
    expect(() => tokenLookup([{ sha256: "let-me-in", holder: "anna" }])).toThrow("not 64 hex digits");
    const twice = [sha256("one"), sha256("one").toUpperCase()].map((digest, at) => ({ sha256: digest, holder: at }));
    expect(() => tokenLookup(twice)).toThrow(UserError);
  });
});
