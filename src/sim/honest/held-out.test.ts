import { describe, expect, it } from "vitest";
import { DAY_MS } from "../traffic/arrivals.ts";
import { group, holders, most, SEEDS, type Sent, testUsual } from "./group.case.ts";
import { HELD_OUT_CLASSES } from "./held-out.ts";

testUsual(HELD_OUT_CLASSES);

describe("volunteers of an archive", () => {
  const groups = SEEDS.map((seed) => group("archive-volunteers", seed));
  /** What a request says before the page, or instead of it. */
  const orderOf = ({ system, messages: [text] }: Sent): string => (system === "" ? text!.split("\n\n")[0]! : system);
  const pageOf = ({ system, messages }: Sent): string | undefined => {
    const text = system === "" ? messages[0]!.split("\n\n").slice(1).join("\n\n") : messages[0]!;
    return messages.length === 1 && /^.+, .+, 1\d{3}, \d+\n/.test(text) ? text : undefined;
  };
  /** The heads of pages, without their numbers: volumes. */
  const volumeOf = (row: Sent): string | undefined =>
    pageOf(row)
      ?.split("\n")[0]!
      .replace(/, \d+$/, "");

  it("have the project's words in common, and neither payment, organization nor address", () => {
    for (const { sent, facts, accounts } of groups) {
      const pages = sent.filter((row) => pageOf(row) !== undefined);
      expect(new Set(pages.map(({ account }) => account)).size).toBeGreaterThan(0.9 * accounts.length);
      expect(most(holders(pages, orderOf))).toBeGreaterThan(0.3 * accounts.length);
      const payments = facts.flatMap(({ payment }) => payment ?? []);
      expect(new Set(payments).size).toBe(payments.length);
      expect(facts.every(({ organization }) => organization === undefined)).toBe(true);
      expect(most(holders(sent, ({ ip }) => ip))).toBeLessThanOrEqual(2);
    }
  });

  it("read volumes of their own, or one list in which few pages come twice and then to two of them", () => {
    const kinds = groups.map(({ sent, accounts }) => {
      const readers = holders(sent, pageOf);
      const shared = [...readers.values()].filter(({ size }) => size > 1).length / readers.size;
      expect(shared).toBeLessThan(0.25);
      expect(most(readers)).toBeLessThanOrEqual(2);
      const together = most(holders(sent, volumeOf));
      expect(together === 1 || together > accounts.length / 3).toBe(true);
      return together === 1 ? "own" : shared > 0.05 ? "twice" : "list";
    });
    expect(new Set(kinds).size).toBe(3);
  });

  it("lead lives of their own besides: other requests, hours, models and loads", () => {
    for (const { sent, accounts } of groups) {
      const talks = sent.filter(({ messages }) => messages.length > 1);
      expect(new Set(talks.map(({ account }) => account)).size).toBeGreaterThan(accounts.length / 4);
      expect(most(holders(talks, ({ messages: [text] }) => text))).toBe(1);
      expect(holders(sent, ({ model }) => model).size).toBeGreaterThan(2);
      const active = accounts.map(({ id }) => {
        const days = sent.filter(({ account }) => account === id).map(({ timeMs }) => Math.floor(timeMs / DAY_MS));
        return new Set(days).size;
      });
      expect(Math.max(...active) - Math.min(...active)).toBeGreaterThan(5);
    }
  });

  it("send what a machine misread, and get back about as much as they sent", () => {
    for (const { sent } of groups) {
      const pages = sent.filter((row) => pageOf(row) !== undefined);
      const lines = pages.flatMap((row) => pageOf(row)!.split("\n").slice(1));
      expect(Math.max(...lines.map(({ length }) => length))).toBeLessThan(80);
      expect(lines.filter((line) => line.endsWith("-")).length).toBeGreaterThan(lines.length / 3);
      const ratios = pages.map((row) => row.output / pageOf(row)!.length).toSorted((a, b) => a - b);
      const ratio = ratios[Math.floor(ratios.length / 2)]!;
      expect(ratio).toBeGreaterThan(0.15);
      expect(ratio).toBeLessThan(0.6);
    }
  });
});
