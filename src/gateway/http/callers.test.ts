import { describe, expect, it } from "vitest";
import { createCallerOf, keyOf } from "./callers.ts";
import { caller, CALLER_KEY } from "./listen.case.ts";

describe("callers", () => {
  it("are known by the digest of their key", () => {
    const callerOf = createCallerOf([caller("edge"), caller("proxy", "another key")]);
    expect([callerOf(CALLER_KEY), callerOf("another key"), callerOf("no key"), callerOf(undefined)]).toEqual([
      "edge",
      "proxy",
      null,
      null,
    ]);
  });

  it("send their key as a bouncer does, or as a bearer token", () => {
    expect(keyOf({ headers: { "x-api-key": "k" } })).toBe("k");
    expect(keyOf({ headers: { authorization: "bearer k" } })).toBe("k");
    expect(keyOf({ headers: { authorization: "Basic k" } })).toBeUndefined();
    expect(keyOf({ headers: {} })).toBeUndefined();
  });

  it.each([
    ["a key that is no digest", [{ name: "edge", keySha256: CALLER_KEY }]],
    ["a name twice", [caller("edge"), caller("edge", "another key")]],
    ["a key twice", [caller("edge"), caller("proxy")]],
  ])("can't be set up with %s, and the refusal shows no key", (_name, callers) => {
    expect(() => createCallerOf(callers)).toThrow(expect.objectContaining({ name: "UserError" }));
    expect(() => createCallerOf(callers)).not.toThrow(CALLER_KEY);
  });
});
