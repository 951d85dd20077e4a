import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { canonicalIdentifier, identifierKinds, identifierText } from "./identifier.ts";
import type { IdentifierKind } from "./identifier.ts";

const canonical = (kind: IdentifierKind, raw: string): string | null => canonicalIdentifier(kind, raw)?.value ?? null;

describe("an identifier's canonical form", () => {
  it.each<[IdentifierKind, string, string | null]>([
    ["email", " Ann.Lee+ai@Example.COM. ", "ann.lee+ai@example.com"],
    ["email", "ann@BÜCHER.example", "ann@xn--bcher-kva.example"],
    ["email", "ann@xn--bcher-kva.example", "ann@xn--bcher-kva.example"],
    ["email", "ａｎｎ@example.com", "ann@example.com"],
    ["email", "用户@例え.jp", "用户@xn--r8jz45g.jp"],
    ["email", "ann@localhost", null],
    ["email", "ann@192.0.2.1", null],
    ["email", '"a b"@example.com', null],
    ["email", "ann@@example.com", null],
    ["email", "@example.com", null],
    ["email", `${"a".repeat(65)}@example.com`, null],
    ["email", "a\u0000b@example.com", null],
    ["email", "a\u200bb@example.com", null],
    ["email", "\ud800@example.com", null],
    ["payment", "pm fp_1a2B3c4D", "pmfp_1a2B3c4D"],
    ["payment", "4111 1111 1111 1111", null],
    ["payment", "4111-1111-1111-1111", null],
    ["payment", "short", null],
    ["payment", "kärtchen-kärtchen", null],
    ["phone", "+49 (0)30 901820", "+4930901820"],
    ["phone", "0049-30-901820", "+4930901820"],
    ["phone", "＋１ ２０２ ５５５ ０１００", "+12025550100"],
    ["phone", "030 901820", null],
    ["phone", "+1234567890123456", null],
    ["ipv4-24", "192.0.2.77", "192.0.2.0/24"],
    ["ipv4-24", "192.0.2.0/24", "192.0.2.0/24"],
    ["ipv4-24", "192.0.2.128/25", "192.0.2.0/24"],
    ["ipv4-24", "192.0.0.0/16", null],
    ["ipv4-24", "192.0.2.300", null],
    ["ipv4-24", "192.0.2.1/24/24", null],
    ["ipv4-24", "2001:db8::1", null],
    ["ipv6-48", "2001:DB8:0:1::1", "2001:db8::/48"],
    ["ipv6-48", "2001:db8:a:b:c:d:e:f", "2001:db8:a::/48"],
    ["ipv6-48", "2001:0:0a:b::/64", "2001:0:a::/48"],
    ["ipv6-48", "64:ff9b::192.0.2.1", "64:ff9b::/48"],
    ["ipv6-48", "::ffff:192.0.2.1", null],
    ["ipv6-48", "::1", null],
    ["ipv6-48", "fe80::1%eth0", null],
    ["ipv6-48", "2001:db8::/32", null],
  ])("of %s %j is %j", (kind, raw, expected) => {
    expect(canonical(kind, raw)).toBe(expected);
  });

  const raw = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.emailAddress(),
    fc.tuple(fc.string({ unit: "grapheme", minLength: 1 }), fc.domain()).map(([local, domain]) => `${local}@${domain}`),
    fc.ipV4(),
    fc.ipV6(),
    fc.string({ unit: fc.constantFrom(...Array.from("+0123456789 -()")) }),
  );

  it("stays as it is", () => {
    fc.assert(
      fc.property(fc.constantFrom(...identifierKinds), raw, (kind, text) => {
        const once = canonical(kind, text);
        fc.pre(once !== null);
        expect(canonical(kind, once)).toBe(once);
      }),
      { numRuns: 2_000 },
    );
  });

  it("does not hang on case or on spaces around it", () => {
    fc.assert(
      fc.property(fc.emailAddress(), (address) => {
        expect(canonical("email", `\t${address.toUpperCase()}\n`)).toBe(canonical("email", address));
      }),
    );
  });

  it("is the same for all addresses of a network, and differs between networks", () => {
    fc.assert(
      fc.property(fc.ipV4(), fc.nat(255), (address, host) => {
        const [a, b, c] = address.split(".");
        expect(canonical("ipv4-24", address)).toBe(canonical("ipv4-24", `${a}.${b}.${c}.${host}`));
        expect(canonical("ipv4-24", address)).not.toBe(canonical("ipv4-24", `${a}.${b}.${(Number(c) + 1) % 256}.0`));
      }),
    );
    const group = fc.integer({ min: 0, max: 0xffff }).map((value) => value.toString(16));
    fc.assert(
      fc.property(
        fc.array(group, { minLength: 8, maxLength: 8 }),
        fc.array(group, { minLength: 5, maxLength: 5 }),
        (address, host) => {
          const neighbour = [...address.slice(0, 3), ...host];
          expect(canonical("ipv6-48", address.join(":"))).toBe(canonical("ipv6-48", neighbour.join(":")));
        },
      ),
    );
  });

  it("is one text an identifier", () => {
    fc.assert(
      fc.property(fc.constantFrom(...identifierKinds), fc.constantFrom(...identifierKinds), raw, raw, (k, l, a, b) => {
        const [x, y] = [canonicalIdentifier(k, a), canonicalIdentifier(l, b)];
        fc.pre(x !== null && y !== null);
        expect(identifierText(x) === identifierText(y)).toBe(x.kind === y.kind && x.value === y.value);
      }),
    );
  });

  it("is not looked for in what is too long", () => {
    expect(canonical("email", `${" ".repeat(2_000)}ann@example.com`)).toBeNull();
  });
});
