import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { UserError } from "../../kit/user-error.ts";
import { createCallerOf } from "./caller.ts";
import type { Caller } from "./caller.ts";

const trustedProxies = ["10.0.0.0/8", "2001:db8:1::/48", "192.0.2.7"];

function callerOf(peer: string, ...rawHeaders: string[]): Caller {
  const read = createCallerOf({ keys: { ofSecret: (key) => `#${key}` }, trustedProxies, ja4Header: "x-ja4" });
  const caller = read({ rawHeaders, url: "/v1/models", socket: { remoteAddress: peer } });
  if (caller === "too-many-keys") throw new Error(caller);
  return caller;
}

describe("the caller's address", () => {
  it.each([
    ["the peer's", "198.51.100.1", [], "198.51.100.1"],
    ["the peer's, whatever it says, if it is not trusted", "198.51.100.1", ["203.0.113.9"], "198.51.100.1"],
    ["what a trusted peer names", "10.1.2.3", ["203.0.113.9"], "203.0.113.9"],
    ["what a trusted peer names over IPv6", "::ffff:10.1.2.3", ["203.0.113.9"], "203.0.113.9"],
    [
      "the last that is not trusted, since those before may be made up",
      "10.1.2.3",
      ["1.1.1.1, 203.0.113.9, 10.9.9.9"],
      "203.0.113.9",
    ],
    ["read over several lines", "192.0.2.7", ["1.1.1.1", "2001:db8:2::5"], "2001:db8:2::5"],
    ["the first of trusted ones, if there are no others", "10.1.2.3", ["10.0.0.5, 2001:db8:1::2"], "10.0.0.5"],
    ["the peer's, if what it names is no address", "10.1.2.3", ["unknown, _hidden"], "10.1.2.3"],
  ] as const)("is %s", (_what, peer, forwarded, address) => {
    const lines = forwarded.flatMap((value) => ["X-Forwarded-For", value]);
    expect(callerOf(peer, ...lines).address).toBe(address);
  });

  it("is never one that somebody untrusted made up", () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.ipV4(), fc.ipV6(), fc.string())), (named) => {
        const { address, chain } = callerOf("198.51.100.1", "x-forwarded-for", named.join(","));
        expect([address, chain]).toEqual(["198.51.100.1", ["198.51.100.1"]]);
      }),
    );
  });

  it.each(["10.0.0.0/33", "10.0.0.0/", "example.com", "2001:db8::/129", ""])("can't be trusted as %j", (network) => {
    expect(() => createCallerOf({ keys: { ofSecret: (key) => key }, trustedProxies: [network] })).toThrow(UserError);
  });
});

it("believes a fingerprint of a trusted peer only", () => {
  expect(callerOf("10.1.2.3", "X-JA4", "t13d").tls).toBe("t13d");
  expect(callerOf("198.51.100.1", "X-JA4", "t13d").tls).toBeUndefined();
});

it("hashes each key once", () => {
  const { keys } = callerOf("198.51.100.1", "Authorization", "bearer  sk-1", "X-Api-Key", "sk-1", "Api-Key", " sk-2 ");
  expect(keys).toEqual(["#sk-1", "#sk-2"]);
});
