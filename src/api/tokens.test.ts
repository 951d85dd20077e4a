import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { UserError } from "../kit/user-error.ts";
import { tokenLookup } from "./tokens.ts";

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

describe("tokens", () => {
  const lookup = tokenLookup([
    { sha256: sha256("one"), holder: "anna" },
    { sha256: sha256("two").toUpperCase(), holder: "berit" },
  ]);

  it.each([
    ["Bearer one", "anna"],
    ["bearer  two ", "berit"],
    ["Bearer three", null],
    [`Bearer ${sha256("one")}`, null],
    ["Basic one", null],
    ["Bearer ", null],
    [`Bearer ${"x".repeat(5000)}`, null],
    [undefined, null],
  ])("of %s belong to %s", (authorization, holder) => {
    expect(lookup(authorization)).toBe(holder);
  });

  it("are configured as digests, each for one holder", () => {
    expect(() => tokenLookup([{ sha256: "let-me-in", holder: "anna" }])).toThrow("not 64 hex digits");
    const twice = ["anna", "berit"].map((holder) => ({ sha256: sha256("one"), holder }));
    expect(() => tokenLookup(twice)).toThrow(UserError);
  });
});
