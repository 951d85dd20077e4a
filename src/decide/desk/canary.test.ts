import fc from "fast-check";
import { expect, test } from "vitest";
import { inCanary } from "./canary.ts";

const accounts = Array.from({ length: 20_000 }, (_, index) => `account-${index}`);
const chosen = (salt: string, percent: number): string[] => accounts.filter((one) => inCanary(salt, one, percent));

test.each([1, 5, 25, 50, 99])("%i percent are that share of the accounts", (percent) => {
  const expected = (accounts.length * percent) / 100;
  const deviation = Math.sqrt(expected * (1 - percent / 100));
  expect(Math.abs(chosen("p/r", percent).length - expected)).toBeLessThan(4 * deviation);
});

test("another rule is tried on others", () => {
  const both = chosen("p/one", 10).filter((account) => inCanary("p/two", account, 10));
  expect(both.length).toBeGreaterThan(100);
  expect(both.length).toBeLessThan(300);
});

test("who is in stays in when the share grows; nobody at 0, everybody at 100", () => {
  const percent = fc.integer({ min: 0, max: 100 });
  fc.assert(
    fc.property(fc.string(), fc.string(), percent, percent, (salt, account, one, other) => {
      const [less, more] = [Math.min(one, other), Math.max(one, other)];
      expect(inCanary(salt, account, less) && !inCanary(salt, account, more)).toBe(false);
      expect(inCanary(salt, account, 0)).toBe(false);
      expect(inCanary(salt, account, 100)).toBe(true);
    }),
  );
});
