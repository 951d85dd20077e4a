import { describe, expect, it } from "vitest";
import { dayMs, hourMs } from "../../kit/time-units.ts";
import { group, holders, most, SEEDS, type Sent, testUsual } from "./group.case.ts";

/** Those that were held out, and whose groups are tried alone. */
const CLASSES = ["nightly-plugin", "exam-course", "group-departments", "writing-shop", "relay-one-shot"];

testUsual(CLASSES);

describe("users of a nightly plugin", () => {
  const groups = SEEDS.map((seed) => group("nightly-plugin", seed));

  it("have the plugin's words in common, and neither payment nor address", () => {
    for (const { sent, facts, accounts } of groups) {
      const lines = sent.map((row) => ({
        ...row,
        line: row.system === "" ? row.messages[0]!.split("\n")[0]! : row.system,
      }));
      const template = new Map<string, Set<string>>();
      for (const { line, account } of lines) template.set(line, (template.get(line) ?? new Set()).add(account));
      expect(most(template)).toBeGreaterThan(0.7 * accounts.length);
      const payments = facts.flatMap(({ payment }) => payment ?? []);
      expect(new Set(payments).size).toBe(payments.length);
      expect(most(holders(sent, ({ ip }) => ip))).toBeLessThanOrEqual(2);
    }
  });

  it("begin within a minute of one another where nobody touched the clock", () => {
    const shares = groups.map(({ sent, accounts }) => {
      const minutes = new Map<number, Set<string>>();
      for (const { account, timeMs } of sent) {
        const minute = Math.floor((timeMs % dayMs) / 60_000);
        minutes.set(minute, (minutes.get(minute) ?? new Set()).add(account));
      }
      return Math.max(...[...minutes.values()].map(({ size }) => size)) / accounts.length;
    });
    expect(Math.max(...shares)).toBeGreaterThan(0.5);
  });

  it("read the same articles where it reads feeds, and notes of their own where it does not", () => {
    const sharing = groups.map(({ sent }) => {
      const texts = holders(sent, ({ messages: [text] }) => (text!.length > 150 ? text : undefined));
      return [...texts.values()].filter(({ size }) => size > 1).length / texts.size;
    });
    expect(sharing.some((share) => share > 0.1)).toBe(true);
    expect(sharing.some((share) => share < 0.01)).toBe(true);
  });
});

describe("students of a course", () => {
  const groups = SEEDS.map((seed) => group("exam-course", seed));

  it("have the teacher's sheet in common, some their school's address, and no payment", () => {
    for (const { sent, facts, accounts } of groups) {
      const sheets = holders(sent, ({ messages: [text] }) => /^- .*\(0-\d+ /m.exec(text!)?.[0]);
      expect(most(sheets)).toBe(accounts.length);
      const atSchool = most(holders(sent, ({ ip }) => ip));
      expect(atSchool).toBeGreaterThan(2);
      expect(atSchool).toBeLessThan(0.75 * accounts.length);
      const payments = facts.flatMap(({ payment }) => payment ?? []);
      expect(new Set(payments).size).toBe(payments.length);
    }
  });

  it("write essays of their own, revise them, and try the teacher's specimen", () => {
    for (const { sent } of groups) {
      const essays = sent.flatMap(({ account, messages: [text] }) =>
        /^- .*\(0-\d+ /m.test(text!) ? { account, body: text!.split("\n\n").slice(4).join("\n\n") } : [],
      );
      const paragraphs = new Map<string, Set<string>>();
      const drafts = new Map<string, Set<string>>();
      for (const { account, body } of essays)
        for (const paragraph of body.split("\n\n")) {
          paragraphs.set(paragraph, (paragraphs.get(paragraph) ?? new Set()).add(account));
          drafts.set(paragraph, (drafts.get(paragraph) ?? new Set()).add(body));
        }
      const shared = [...paragraphs.values()].filter(({ size }) => size > 1).length;
      expect(shared).toBeGreaterThan(0);
      expect(shared / paragraphs.size).toBeLessThan(0.02);
      expect([...drafts.values()].filter(({ size }) => size > 1).length / drafts.size).toBeGreaterThan(0.15);
    }
  });
});

describe("departments of a group", () => {
  const groups = SEEDS.map((seed) => group("group-departments", seed));

  it("run one client with one vendor's prompts, and give no name", () => {
    for (const { sent, facts, accounts } of groups) {
      expect(new Set(sent.flatMap(({ userAgent }) => userAgent ?? [])).size).toBe(1);
      const systems = holders(sent, ({ system }) => system);
      expect(systems.size).toBeLessThanOrEqual(10);
      expect(most(systems)).toBeGreaterThan(0.5 * accounts.length);
      expect(facts.every(({ organization }) => organization === undefined)).toBe(true);
    }
  });

  it("work on cases of their own, each in a mixture of its own", () => {
    for (const { sent, accounts } of groups) {
      expect(most(holders(sent, ({ messages: [text] }) => text))).toBe(1);
      const usual = accounts.map(({ id }) => {
        const own = sent.filter(({ account }) => account === id).map(({ system }) => system.replace(/\d+/, ""));
        const counts = own.map((system) => own.filter((other) => other === system).length);
        return own[counts.indexOf(Math.max(...counts))];
      });
      expect(new Set(usual).size).toBeGreaterThan(1);
    }
  });
});

describe("a writing shop", () => {
  const groups = SEEDS.map((seed) => group("writing-shop", seed));
  /** What the end user brought: the first of the form's fields. */
  const papersOf = ({ system, messages: [text] }: Sent): string =>
    (system === "" ? text!.split("\n\n").slice(1).join("\n\n") : text!).split("\n")[0]!;

  it("has its maker's words at all accounts, in two versions at most, his cards, and here and there his firm's name", () => {
    for (const { sent, facts, accounts } of groups) {
      const words = holders(sent, ({ system, messages: [text] }) => (system === "" ? text!.split("\n\n")[0]! : system));
      expect(words.size).toBeLessThanOrEqual(2);
      expect(most(words)).toBeGreaterThan(accounts.length / 2);
      expect(new Set(sent.flatMap(({ userAgent }) => userAgent ?? [])).size).toBe(1);
      expect(new Set(facts.flatMap(({ payment }) => payment ?? [])).size).toBeLessThanOrEqual(3);
      expect(new Set(facts.map(({ organization }) => organization)).size).toBe(1);
    }
    const named = groups.filter(({ facts }) => facts[0]?.organization !== undefined).length;
    expect(named).toBeGreaterThan(0);
    expect(named).toBeLessThan(groups.length / 2);
  });

  it("writes at length, sometimes the same again, and is hardly talked with", () => {
    for (const { sent } of groups) {
      const outputs = sent.map(({ output }) => output).toSorted((a, b) => a - b);
      expect(outputs[Math.floor(outputs.length / 2)]).toBeGreaterThan(300);
      expect(sent.filter(({ messages }) => messages.length > 1).length / sent.length).toBeLessThan(0.07);
    }
    const all = groups.flatMap(({ sent }) => sent.filter(({ messages }) => messages.length === 1));
    const repeated = 1 - new Set(all.map(({ messages: [text] }) => text)).size / all.length;
    expect(repeated).toBeGreaterThan(0.06);
    expect(repeated).toBeLessThan(0.2);
  });

  it("sees its end users for minutes, by day, and some of them far more often than others", () => {
    for (const { sent } of groups) {
      const times = new Map<string, number[]>();
      for (const row of sent) times.set(papersOf(row), [...(times.get(papersOf(row)) ?? []), row.timeMs]);
      const soon = [...times.values()].flatMap((own) =>
        own
          .toSorted((a, b) => a - b)
          .slice(1)
          .map((timeMs, i) => timeMs - own.toSorted((a, b) => a - b)[i]! < 15 * 60_000),
      );
      expect(soon.filter(Boolean).length / sent.length).toBeGreaterThan(0.25);
      const counts = [...times.values()].map(({ length }) => length).toSorted((a, b) => b - a);
      expect(counts[0]).toBeGreaterThan(3 * counts[Math.floor(counts.length / 2)]!);
      const hours = Array.from(
        { length: 24 },
        (_, hour) => sent.filter(({ timeMs }) => Math.floor(timeMs / hourMs) % 24 === hour).length,
      );
      const quietest = Math.min(
        ...hours.map((_, from) => [0, 1, 2, 3, 4, 5].reduce((sum, i) => sum + hours[(from + i) % 24]!, 0)),
      );
      expect(quietest / sent.length).toBeLessThan(0.08);
    }
  });
});

describe("customers of a relay who ask once", () => {
  const groups = SEEDS.map((seed) => group("relay-one-shot", seed));

  it("never answer back, ask anything, and hardly ask again", () => {
    const medians = groups.map(
      ({ sent }) => sent.map(({ output }) => output).toSorted((a, b) => a - b)[sent.length >> 1]!,
    );
    expect(Math.max(...medians)).toBeGreaterThan(1.5 * Math.min(...medians));
    for (const { sent } of groups) {
      expect(sent.every(({ roles }) => roles.join() === "user")).toBe(true);
      const questions = sent.map(({ messages: [text] }) => text!);
      expect(new Set(questions).size / questions.length).toBeGreaterThan(0.93);
      expect(questions.some((text) => /[\u4e00-\u9fff]/.test(text))).toBe(true);
      expect(questions.some((text) => /[а-я]/.test(text))).toBe(true);
    }
  });

  it("come by all accounts in turn, at every hour", () => {
    for (const { sent, accounts } of groups) {
      const named = holders(sent, ({ system }) => (system === "" ? undefined : system));
      expect(most(named)).toBeGreaterThan(accounts.length / 4);
      const hours = new Set(sent.map(({ timeMs }) => Math.floor(timeMs / hourMs) % 24));
      expect(hours.size).toBe(24);
    }
  });
});
