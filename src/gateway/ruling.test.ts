import { describe, expect, it } from "vitest";
import { createThrottle } from "../decide/throttle/gcra.ts";
import { DECISION_ACTIONS, REASON_CATEGORIES } from "../model/decision.ts";
import type { Decision } from "../model/decision.ts";
import { customerLinks } from "./customer-links.ts";
import { gatewayWith, LINKS } from "./ruling.case.ts";
import { together } from "./ruling.ts";
import type { Ruling } from "./ruling.ts";
import { decision } from "./table/decision.case.ts";

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
      const [degraded, delayed, blocked] = [{ account: "acct-1" }, { key: "key-1" }, { tls: "t" }].map((one) =>
        ruler.rule(one, "request"),
      );
      const expected = { kind: "restrain", decision: { id: "tarpit" }, degrade: { decision: { id: "degrade" } } };
      expect(together(degraded!, delayed!)).toMatchObject(expected);
      expect(together(delayed!, degraded!)).toMatchObject(expected);
      expect(together(degraded!, blocked!)).toBe(blocked);
      expect(together(ruler.rule({}, "request"), delayed!)).toBe(delayed);
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
