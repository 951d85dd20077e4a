import { describe, expect, it } from "vitest";
import { createThrottle } from "../decide/throttle/gcra.ts";
import { DECISION_ACTIONS, REASON_CATEGORIES } from "../model/decision.ts";
import type { Decision } from "../model/decision.ts";
import { customerLinks } from "./customer-links.ts";
import { gatewayWith, LINKS } from "./ruling.case.ts";
import type { Gateway } from "./ruling.case.ts";
import type { Ruling } from "./ruling.ts";
import { decision } from "./table/decision.case.ts";
import type { Subject } from "./table/decision-index.ts";

const subject = { account: "acct-1" } as const;
const ruled = (...decisions: readonly Decision[]): Ruling =>
  gatewayWith(createThrottle(10), ...decisions).ruler.rule(subject, "request");

describe("a ruling", () => {
  it("lets a request pass without a decision", () => {
    expect(ruled()).toEqual({ kind: "pass", decision: null });
  });

  it.each<[Decision["action"], Partial<Decision>, object]>([
    ["observe", {}, { kind: "pass" }],
    ["hold-new-keys", {}, { kind: "pass" }],
    ["throttle", {}, { kind: "pass" }],
    ["challenge", {}, { kind: "refuse", problem: { status: 403, verify: "https://example.com/verify/d%201" } }],
    ["degrade", {}, { kind: "restrain", degrade: { withhold: ["reasoning", "logprobs", "samples"] }, delay: null }],
    ["degrade", { parameters: { withhold: ["samples"] } }, { kind: "restrain", degrade: { withhold: ["samples"] } }],
    ["tarpit", {}, { kind: "restrain", degrade: null, delay: { delayMs: 5000 } }],
    ["tarpit", { parameters: { delay_ms: 100 } }, { kind: "restrain", delay: { delayMs: 100 } }],
    ["tarpit", { parameters: { delay_ms: 3_600_000 } }, { kind: "restrain", delay: { delayMs: 60_000 } }],
    ["block", {}, { kind: "refuse", problem: { status: 403 } }],
  ])("under %s is what the action says", (action, given, expected) => {
    expect(ruled(decision({ id: "d 1", action, ...given }))).toMatchObject(expected);
  });

  describe("under throttles", () => {
    const throttle = (scope: Decision["scope"], rate: number, given: Partial<Decision> = {}): Decision =>
      decision({
        id: `${scope.value}-${rate}`,
        action: "throttle",
        scope,
        parameters: { requests_per_minute: rate, burst: rate },
        ...given,
      });
    const account = { kind: "account", value: "acct-1" } as const;
    const organization = { kind: "organization", value: "org-1" } as const;
    const key = (name: string) => ({ kind: "key", value: name }) as const;
    /** How many of so many requests pass, from each subject in turn. */
    const passed = ({ ruler }: Gateway, subjects: readonly Subject[], requests: number): number =>
      Array.from({ length: requests }, (_, at) => ruler.rule(subjects[at % subjects.length]!, "request")).filter(
        ({ kind }) => kind === "pass",
      ).length;
    const keys = ["key-1", "key-2", "key-3"].map((name) => ({ key: name, account: "acct-1", organization: "org-1" }));

    it.each([
      ["its own", [throttle(account, 6)], 6],
      ["its organisation's", [throttle(organization, 6)], 6],
      [
        "its own beside stricter ones of its keys",
        [throttle(account, 6), ...keys.map((one) => throttle(key(one.key), 5))],
        6,
      ],
      ["its organisation's beside its own, which is stricter", [throttle(organization, 6), throttle(account, 5)], 5],
      [
        "its own beside another restriction",
        [throttle(account, 6), decision({ id: "o", action: "observe", scope: organization })],
        6,
      ],
      ["each key's", keys.map((one) => throttle(key(one.key), 2)), 6],
    ])("holds an account to %s, whichever of its keys it sends by", (_name, decisions, expected) => {
      expect(passed(gatewayWith(createThrottle(10), ...decisions), keys, 30)).toBe(expected);
    });

    it("holds the accounts of an organisation to its own together, whatever each is held to", () => {
      const accounts = ["acct-1", "acct-2"].map((name) => ({ account: name, organization: "org-1" }));
      const each = accounts.map((one) => throttle({ kind: "account", value: one.account }, 5));
      const gateway = gatewayWith(createThrottle(10), throttle(organization, 6), ...each);
      expect(passed(gateway, accounts, 30)).toBe(6);
    });

    it("counts under none what one of them refuses, and tells of the one that lets go last", () => {
      const { ruler, clock } = gatewayWith(createThrottle(10), throttle(account, 2), throttle(key("key-1"), 1));
      const rule = (name: string): Ruling => ruler.rule({ key: name, account: "acct-1" }, "request");
      expect(rule("key-1").kind).toBe("pass");
      for (let times = 0; times < 5; times++)
        expect(rule("key-1")).toMatchObject({
          kind: "refuse",
          problem: { reference: "key-1-1", retry_after_seconds: 60 },
        });
      expect(rule("key-2").kind).toBe("pass");
      expect(rule("key-2")).toMatchObject({ problem: { reference: "acct-1-2", retry_after_seconds: 30 } });
      clock.advance(60_000);
      expect(rule("key-1").kind).toBe("pass");
    });

    it("begins no new burst where one takes the place of another", () => {
      const gateway = gatewayWith(createThrottle(10), throttle(account, 5));
      expect(passed(gateway, keys, 5)).toBe(5);
      gateway.lift(throttle(account, 5));
      gateway.decide(throttle(account, 4));
      expect(passed(gateway, keys, 5)).toBe(0);
    });

    it("counts a request with several keys once", () => {
      const { ruler } = gatewayWith(createThrottle(10), throttle(account, 2), throttle(key("key-3"), 1));
      const both = (): string => ruler.ruleAll([{ key: "other" }, ...keys.slice(0, 2)], "request").kind;
      expect([both(), both(), both()]).toEqual(["pass", "pass", "refuse"]);
    });
  });

  it("counts all requests under one throttle together, and each throttle by itself", () => {
    const throttle = (id: string, value: string): Decision =>
      decision({ id, action: "throttle", scope: { kind: "account", value }, parameters: { requests_per_minute: 1 } });
    const { ruler } = gatewayWith(createThrottle(10), throttle("one", "acct-1"), throttle("two", "acct-2"));
    expect(ruler.rule(subject, "request").kind).toBe("pass");
    expect(ruler.rule(subject, "request")).toMatchObject({ kind: "refuse", problem: { retry_after_seconds: 60 } });
    expect(ruler.rule({ account: "acct-2" }, "request").kind).toBe("pass");
  });

  describe("under several decisions", () => {
    const on = (action: Decision["action"], scope: Decision["scope"]): Decision =>
      decision({ id: action, action, scope, parameters: { requests_per_minute: 1 } });
    const account = { kind: "account", value: "acct-1" } as const;
    const key = { kind: "key", value: "key-1" } as const;
    const both = { ...subject, key: "key-1" };

    it("does all that goes together, whatever part of the subject each is about", () => {
      const { ruler } = gatewayWith(createThrottle(10), on("throttle", key), on("degrade", account), on("tarpit", key));
      expect(ruler.rule(both, "request")).toMatchObject({
        kind: "restrain",
        decision: { id: "tarpit" },
        degrade: { decision: { id: "degrade" } },
        delay: { decision: { id: "tarpit" } },
      });
      // The throttle has counted, and is what the customer hears of.
      expect(ruler.rule(both, "request")).toMatchObject({
        kind: "refuse",
        problem: { reference: "throttle", status: 429 },
      });
      expect(ruler.rule({ key: "key-2", account: "acct-1" }, "request")).toMatchObject({
        decision: { id: "degrade" },
        delay: null,
      });
    });

    it("does the strictest only where that goes with nothing else", () => {
      const { ruler } = gatewayWith(createThrottle(10), on("throttle", key), on("degrade", account), on("block", key));
      for (let times = 0; times < 3; times++)
        expect(ruler.rule(both, "request")).toMatchObject({ kind: "refuse", decision: { id: "block" } });
    });

    it("is the same for the keys of one request", () => {
      const { ruler } = gatewayWith(
        createThrottle(10),
        on("degrade", account),
        on("tarpit", key),
        on("block", { kind: "tls", value: "t" }),
      );
      const [degraded, delayed, blocked] = [{ account: "acct-1" }, { key: "key-1" }, { tls: "t" }] as const;
      const all = (...subjects: readonly Subject[]): Ruling => ruler.ruleAll(subjects, "request");
      const expected = { kind: "restrain", decision: { id: "tarpit" }, degrade: { decision: { id: "degrade" } } };
      expect(all(degraded, delayed)).toMatchObject(expected);
      expect(all(delayed, degraded)).toMatchObject(expected);
      expect(all(degraded, blocked)).toMatchObject({ kind: "refuse", decision: { id: "block" } });
      expect(all({}, delayed)).toMatchObject({ kind: "restrain", degrade: null, decision: { id: "tarpit" } });
    });
  });

  it("is never harder than what was decided where a surface can't do it, but for what holds its sockets", () => {
    const { ruler } = gatewayWith(createThrottle(10));
    const unable = (action: Decision["action"]): string => ruler.unable(decision({ id: "d-1", action })).kind;
    expect([unable("degrade"), unable("hold-new-keys"), unable("tarpit")]).toEqual(["pass", "pass", "refuse"]);
    expect(ruler.unable(decision({ id: "d-1", action: "tarpit" }))).toMatchObject({ problem: { status: 429 } });
  });

  it("never shows why, beyond the category", () => {
    for (const action of DECISION_ACTIONS) {
      for (const category of REASON_CATEGORIES) {
        const shown = JSON.stringify(
          ruled(decision({ id: "d-1", action, category, reasons: ["secret-reason"], campaign: "secret-campaign" })),
        );
        expect(shown).not.toContain("secret");
      }
    }
  });

  it("tells the customer the reference, the category, the end and the way back", () => {
    const blocked = decision({ id: "d 1", category: "undeclared-use" });
    expect(ruled(blocked)).toMatchObject({
      problem: {
        reference: "d 1",
        category: "undeclared-use",
        expires: blocked.expires,
        appeal: "https://example.com/appeals/d%201",
        detail: expect.stringContaining("d 1"),
      },
    });
  });
});

describe("links for customers", () => {
  it.each(["example.com/{reference}", "https://example.com/", "ftp://example.com/{reference}", "https://"])(
    "can't be %s",
    (appeal) => {
      expect(() => customerLinks({ ...LINKS, appeal })).toThrow(expect.objectContaining({ name: "UserError" }));
    },
  );

  it("are taken as they are if they can be used", () => {
    expect(customerLinks(LINKS)).toBe(LINKS);
  });
});
