import { isIP } from "node:net";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { canonicalAddress } from "./address.ts";

describe("an address", () => {
  it.each([
    ["192.0.2.7", "192.0.2.7"],
    ["192.0.2.7/32", "192.0.2.7"],
    ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
    ["2001:0DB8::1", "2001:db8:0:0::/64"],
    ["2001:db8:1:2::/64", "2001:db8:1:2::/64"],
    ["fe80::1%eth0", "fe80:0:0:0::/64"],
    ["::1", "0:0:0:0::/64"],
    ["::", "0:0:0:0::/64"],
    ["::ffff:192.0.2.7", "192.0.2.7"],
    ["::ffff:c000:207", "192.0.2.7"],
    ["64:ff9b::192.0.2.7", "64:ff9b:0:0::/64"],
  ])("%s is kept as %s", (text, canonical) => {
    expect(canonicalAddress(text)).toBe(canonical);
  });

  it.each(["", "localhost", "192.0.2.0/24", "2001:db8::/48", "192.0.2.7/", "192.0.2", "01.2.3.4", "1.2.3.4:80", "/64"])(
    "%s is none",
    (text) => {
      expect(canonicalAddress(text)).toBeNull();
    },
  );

  it("of IPv6 is kept with all others of its /64, however it is written, and with no other", () => {
    const group = fc.integer({ min: 0, max: 0xffff });
    const hex = (groups: readonly number[]): string => groups.map((part) => part.toString(16)).join(":");
    const four = fc.tuple(group, group, group, group);
    fc.assert(
      fc.property(four, four, four, (network, host, other) => {
        // ::ffff:0:0/96 is IPv4's.
        fc.pre(network.some((part) => part !== 0) && hex(other) !== hex(network));
        const kept = canonicalAddress(`${hex(network)}:${hex(host)}`);
        expect(canonicalAddress(`${hex(network).toUpperCase()}:${hex(other)}`)).toBe(kept);
        expect(canonicalAddress(`${hex(network)}::`)).toBe(kept);
        expect(canonicalAddress(kept ?? "")).toBe(kept);
        expect(canonicalAddress(`${hex(other)}:${hex(host)}`)).not.toBe(kept);
      }),
    );
  });

  it("is read where node:net finds one, and nowhere else", () => {
    const part = fc.constantFrom("", "0", "1", "ab", "FFFF", "12345", "g", "1.2.3.4", "1.2.3", ".");
    const pieces = fc.array(part, { maxLength: 9 }).map((parts) => parts.join(":"));
    const any = fc.oneof(pieces, fc.ipV4(), fc.ipV6(), fc.ipV4Extended(), fc.string({ unit: "binary" }));
    fc.assert(
      fc.property(any, fc.constantFrom("", "%eth0", "%"), (text, zone) => {
        fc.pre(!/[%/]/.test(text));
        expect(canonicalAddress(text + zone) !== null).toBe(isIP(text + zone) !== 0);
      }),
      { numRuns: 2000 },
    );
  });

  it("never throws, and is stable, whatever it is given", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.ipV4(), fc.ipV6()), (text) => {
        const kept = canonicalAddress(text);
        expect(kept === null ? null : canonicalAddress(kept)).toBe(kept);
      }),
    );
  });
});
