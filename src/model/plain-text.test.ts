import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isPlain, plainNameSchema } from "./plain-text.ts";

describe("a plain sentence", () => {
  test.each([
    "52 of 53 refused requests came again within the hour on another of the accounts, word for word (2.0% expected)",
    "24 of 73 accounts ask for training material in their shared tasks (22% of them, 2% expected): asks for the whole chain of thought 22%",
    "the accounts share templates but not items: 15 of 1,977,113 items stand at more than one of them",
    "12 of 20 accounts share a payment method with another of them (< 0.1 expected)",
    "near-equal loads: a typical account's daily share is within a factor 1.31 of the others', 2.46 expected",
    "seven accounts, 26 exchanges a day each, a factor 1.5; 3 resemble one from as long before",
  ])("is what the detector writes: %s", (sentence) => {
    expect(isPlain(sentence)).toBe(true);
  });

  test.each([
    ["an e-mail address", "paid by mallory@example.com"],
    ["a page", "see https://example.com/profile"],
    ["an IPv4 address", "all from 203.0.113.9"],
    ["an IPv6 address", "all from 2001:db8:0:1::9"],
    ["a whole IPv6 address", "all from 2001:db8:0:1:2:3:4:5"],
    ["a card", "the card 4111 1111 1111 1111"],
    ["a card without gaps", "the card 4111111111111111"],
    ["a telephone number", "reached at +44 (20) 7946-0958"],
    ["an API key", "with sk-abc123"],
    ["a fingerprint", "the client t13d1516h2_8daaf6152771_b186095e22b6"],
    ["a digest", "3f786850e387550fdab836ed7e6dc881de23001b"],
    ["a line break", "one line\nand another"],
    ["a turned direction", "a \u202Egnihton"],
    ["a prompt's length", "word ".repeat(200)],
  ])("is none with %s", (_, sentence) => {
    expect(isPlain(sentence)).toBe(false);
  });

  test("never holds an address, wherever it stands", () => {
    const words = fc.array(fc.constantFrom("accounts", "share", "of", "7", "(2.0%"), { maxLength: 6 });
    const secrets = fc.oneof(fc.emailAddress(), fc.ipV4(), fc.ipV6());
    fc.assert(
      fc.property(words, secrets, words, (before, secret, after) => {
        expect(isPlain([...before, secret, ...after].join(" "))).toBe(false);
      }),
    );
  });
});

describe("a plain name", () => {
  test.each(["C1", "C-2026-08-31-0a1b2c", "meridian-4.5", "claude-3-5-sonnet-20241022", "openai/gpt-5", "convicted"])(
    "may be %s",
    (name) => {
      expect(plainNameSchema.safeParse(name).success).toBe(true);
    },
  );

  test.each([
    "",
    "two words",
    "mallory@example.com",
    "203.0.113.9",
    "4111111111111111",
    "2001:db8::9",
    "sk-abc123",
    "https://example.com/x",
    "t13d1516h2_8daaf6152771",
    "a\u0000",
  ])("is not %j", (name) => {
    expect(plainNameSchema.safeParse(name).success).toBe(false);
  });
});
