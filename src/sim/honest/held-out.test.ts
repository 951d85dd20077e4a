import { describe, expect, it } from "vitest";
import { dayMs, hourMs } from "../../kit/time-units.ts";
import { group, holders, most, SEEDS, type Sent, testUsual } from "./group.case.ts";
import { HELD_OUT_CLASSES } from "./held-out.ts";

testUsual(HELD_OUT_CLASSES);

it.each(HELD_OUT_CLASSES)("%s sends the same again with the same seed, and something else with another", (name) => {
  const [again, other] = [group(name, 1), group(name, 2)].map(({ sent }) => JSON.stringify(sent));
  expect(JSON.stringify(group(name, 1).sent)).toBe(again);
  expect(other).not.toBe(again);
});

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
        const days = sent.filter(({ account }) => account === id).map(({ timeMs }) => Math.floor(timeMs / dayMs));
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

describe("customers of a workflow platform", () => {
  const groups = SEEDS.map((seed) => group("workflow-platform", seed));

  it("come from the platform's few addresses with its client, and pay for themselves", () => {
    for (const { sent, facts, accounts } of groups) {
      expect(new Set(sent.flatMap(({ userAgent }) => userAgent ?? [])).size).toBe(1);
      const addresses = holders(sent, ({ ip }) => ip);
      expect(addresses.size).toBeLessThanOrEqual(6);
      expect(most(addresses)).toBeGreaterThan(accounts.length / 3);
      const payments = facts.flatMap(({ payment }) => payment ?? []);
      expect(new Set(payments).size).toBe(payments.length);
      const homes = facts.flatMap(({ signup_ip }) => signup_ip ?? []);
      expect(new Set(homes).size).toBeGreaterThan(0.95 * homes.length);
    }
  });

  it("fill in the marketplace's templates, each for itself, and have records of their own", () => {
    for (const { sent, accounts } of groups) {
      const ofTemplate = sent.filter(({ system, messages: [text] }) => /JSON/.test(system + text!));
      expect(ofTemplate.length / sent.length).toBeGreaterThan(0.4);
      const orders = holders(sent, ({ system, messages: [text] }) => (system === "" ? text!.split("\n\n")[0] : system));
      expect(most(orders)).toBeLessThan(0.6 * accounts.length);
      expect(orders.size).toBeGreaterThan(0.5 * accounts.length);
      const openings = holders(sent, ({ system, messages: [text] }) => (system + text!).slice(0, 16));
      expect(most(openings)).toBeGreaterThan(0.15 * accounts.length);
      expect(most(holders(sent, ({ messages: [text] }) => text))).toBe(1);
      expect(sent.filter(({ temperature }) => temperature === 0).length / sent.length).toBeGreaterThan(0.4);
    }
  });

  it("differ in volume by far, and some run on the hour", () => {
    const onTime = groups.map(({ sent, accounts }) => {
      const own = accounts.map(({ id }) => sent.filter(({ account }) => account === id));
      const counts = own.map(({ length }) => length).toSorted((a, b) => b - a);
      const largest = counts.slice(0, counts.length / 5).reduce((sum, count) => sum + count, 0);
      expect(largest / sent.length).toBeGreaterThan(0.4);
      return own.filter((rows) => rows.every(({ timeMs }) => timeMs % hourMs < 5 * 60_000)).length / accounts.length;
    });
    expect(Math.max(...onTime)).toBeGreaterThan(0.05);
    expect(Math.max(...onTime)).toBeLessThan(0.5);
  });
});

describe("users of a trimming client", () => {
  const groups = SEEDS.map((seed) => group("trimming-client", seed));

  it("have one client and its prompt in common, and neither payment nor address", () => {
    for (const { sent, facts, accounts } of groups) {
      expect(new Set(sent.flatMap(({ userAgent }) => userAgent?.split("/")[0] ?? [])).size).toBe(1);
      expect(most(holders(sent, ({ system }) => system))).toBeGreaterThan(accounts.length / 2);
      const payments = facts.flatMap(({ payment }) => payment ?? []);
      expect(new Set(payments).size).toBe(payments.length);
      expect(most(holders(sent, ({ ip }) => ip))).toBeLessThan(6);
    }
  });

  it("send no more of a conversation than the window, which often begins with an answer", () => {
    for (const { sent, accounts } of groups) {
      // Most leave the window as it comes, so that all but a few have the same longest request.
      const longest = accounts.map(({ id }) =>
        Math.max(...sent.flatMap(({ account, roles }) => (account === id ? roles.length : []))),
      );
      const counts = [...new Set(longest)].map((length) => longest.filter((other) => other === length).length);
      expect(Math.max(...counts) / accounts.length).toBeGreaterThan(0.25);
    }
    const all = groups.flatMap(({ sent }) => sent);
    const cut = all.filter(({ roles: [first] }) => first === "assistant" || first === "tool").length / all.length;
    expect(cut).toBeGreaterThan(0.1);
    expect(cut).toBeLessThan(0.6);
  });

  it("have a conversation named where the client does that, once it has an answer", () => {
    const named = groups.map(({ sent }) => {
      const last = holders(sent, ({ messages, roles }) => (roles.at(-2) === "assistant" ? messages.at(-1) : undefined));
      return most(last) > 10;
    });
    expect(named).toContain(true);
    expect(named).toContain(false);
  });
});

describe("users of a tool that sends a system prompt only", () => {
  const groups = SEEDS.map((seed) => group("system-only-tool", seed));

  it("say nothing as a user, and everything in the system prompt", () => {
    const kinds = groups.map(({ sent }) => {
      expect(sent.every(({ system }) => system.length > 10)).toBe(true);
      const messages = new Set(sent.map(({ messages: [text, ...more] }) => `${text}${more.length}`));
      expect(messages.size).toBe(1);
      return [...messages][0];
    });
    expect(new Set(kinds)).toEqual(new Set(["undefined0", "0"]));
  });

  it("mostly have instructions of their own, and the tool's client", () => {
    for (const { sent, facts, accounts } of groups) {
      expect(new Set(sent.flatMap(({ userAgent }) => userAgent ?? [])).size).toBe(1);
      const instructions = holders(sent, ({ system }) => system.split("\n\n")[0]);
      expect(most(instructions)).toBeLessThan(0.3 * accounts.length);
      expect(instructions.size).toBeGreaterThan(accounts.length);
      const payments = facts.flatMap(({ payment }) => payment ?? []);
      expect(new Set(payments).size).toBe(payments.length);
    }
  });

  it("fill columns in bursts, serve visitors one by one, and press some buttons again and again", () => {
    const all = groups.flatMap(({ sent, accounts }) =>
      accounts.map(({ id }) => sent.filter(({ account }) => account === id)),
    );
    const soon = all.map((rows) => {
      const times = rows.map(({ timeMs }) => timeMs).toSorted((a, b) => a - b);
      return times.filter((timeMs, i) => i > 0 && timeMs - times[i - 1]! < 30_000).length / times.length;
    });
    expect(soon.filter((share) => share > 0.5).length / all.length).toBeGreaterThan(0.15);
    expect(soon.filter((share) => share < 0.1).length / all.length).toBeGreaterThan(0.15);
    const again = all.filter((rows) => new Set(rows.map(({ system }) => system)).size < 0.8 * rows.length);
    expect(again.length / all.length).toBeGreaterThan(0.05);
  });
});
