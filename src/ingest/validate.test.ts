import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { exchangeSchema } from "../model/exchange.ts";
import { maskKey } from "./secret.ts";
import { foreignTime } from "./time.ts";
import { validateExchange, validateFacts } from "./validate.ts";
import type { ExchangeCandidate } from "./validate.ts";

const sources = { time: ["startTime"], id: ["request_id"], account: ["user", "api_key"], model: ["model"] };
const good = { time: Date.UTC(2026, 0, 5, 12), id: "1", account: "acct_1", model: "m" };

function reasonOf(candidate: ExchangeCandidate): string {
  const validated = validateExchange({ ...good, ...candidate }, sources);
  return validated.kind === "invalid" ? validated.reason : "(valid)";
}

describe("validateExchange", () => {
  it("drops what is blank, null or empty: unknown, never zero", () => {
    const candidate = {
      ...good,
      ip: "",
      end_user: null,
      system: "  ",
      params: { n: null },
      usage: { input: undefined },
    };
    expect(validateExchange(candidate, sources)).toEqual({
      kind: "valid",
      value: { ...good, time: "2026-01-05T12:00:00.000Z" },
    });
  });

  it.each<[string, ExchangeCandidate]>([
    ["no account: looked for user, api_key", { account: " " }],
    ["no time: looked for startTime", { time: null }],
    ["no model: looked for model", { model: "" }],
    ["usage.input is negative: -5", { usage: { input: -5 } }],
    ['usage.output is not a number: "many"', { usage: { output: "many" } }],
    ["usage.output is not a whole number: 1.5", { usage: { output: 1.5 } }],
    ["model is not a text: 7", { model: 7 }],
    ["tools is not a list: an object", { tools: { a: 1 } }],
    ["params.stream is not true or false: 1", { params: { stream: 1 } }],
    [
      'messages.0.role is not one of user, assistant, tool, system: "critic"',
      { messages: [{ role: "critic", content: "" }] },
    ],
    ["messages.0.content is missing", { messages: [{ role: "user" }] }],
    ["time is not an instant: a list", { time: [1] }],
    ['time is not an instant: "soon"', { time: "soon" }],
    ["user_agent is not a text: an object", { user_agent: { secret: "sk-live-12345678" } }],
    ["status is not a number: (a secret)", { status: "sk-live-12345678" }],
  ])("says %s", (reason, candidate) => {
    expect(reasonOf(candidate)).toBe(reason);
  });

  it.each([1926, 2014, 2101, 2126])("takes the year %i for a clock that is off", (year) => {
    expect(reasonOf({ time: Date.UTC(year, 5, 1) })).toBe(
      `the clock is off: time is in the year ${year}, outside of 2015-2100`,
    );
  });

  it("takes seconds for milliseconds no longer than it takes to look at the year", () => {
    expect(reasonOf({ time: 1_767_614_400 })).toContain("the clock is off: time is in the year 1970");
  });

  it("masks the secrets of keys, accounts and end users", () => {
    const secrets = { account: "sk-live-12345678", key: "Bearer sk-live-12345678", end_user: "sk-live-12345678" };
    const validated = validateExchange({ ...good, ...secrets }, sources);
    expect(JSON.stringify(validated)).not.toContain("sk-live");
    expect(validated).toMatchObject({
      value: { account: maskKey("sk-live-12345678"), key: maskKey("sk-live-12345678") },
    });
  });

  it("mends half a surrogate pair, which no engine can store", () => {
    const validated = validateExchange({ ...good, messages: [{ role: "user", content: "a\u{D800}b" }] }, sources);
    expect(validated).toMatchObject({ value: { messages: [{ content: "a\u{FFFD}b" }] } });
  });

  it("gives an exchange or a reason for any fields", () => {
    const names = Object.keys(exchangeSchema.shape);
    const candidates = fc.dictionary(fc.constantFrom(...names), fc.anything({ withNullPrototype: false }));
    fc.assert(
      fc.property(candidates, (candidate) => {
        const validated = validateExchange({ ...good, ...candidate }, sources);
        const whole =
          validated.kind === "valid" ? exchangeSchema.safeParse(validated.value).success : validated.reason !== "";
        expect(whole).toBe(true);
      }),
    );
  });
});

describe("validateFacts", () => {
  it("keeps what is known", () => {
    expect(validateFacts({ account: "a", created: Date.UTC(2026, 0, 1), plan: "", verified: false })).toEqual({
      kind: "valid",
      value: { account: "a", created: "2026-01-01T00:00:00.000Z", verified: false },
    });
  });

  it("says what is wrong", () => {
    expect(validateFacts({ account: "old", created: Date.UTC(2009, 0, 1) }).kind).toBe("valid");
    expect(validateFacts({ created: 1 })).toEqual({ kind: "invalid", reason: "account is missing or empty" });
    expect(validateFacts({ account: "a", created: 1 })).toEqual({
      kind: "invalid",
      reason: "the clock is off: created is in the year 1970, outside of 1990-2100",
    });
  });
});

describe("foreignTime", () => {
  const instant = Date.UTC(2026, 0, 5, 12, 0, 0, 123);

  it.each<[unknown, "s" | "ms" | "ns"]>([
    ["2026-01-05T12:00:00.123456Z", "ms"],
    ["2026-01-05 12:00:00.123000", "ms"],
    ["2026-01-05 12:00:00.123 UTC", "ms"],
    ["2026-01-05T13:00:00.123+01:00", "s"],
    ["2026-01-05T13:00:00.123+0100", "s"],
    [1_767_614_400.1235, "s"],
    ["1767614400.1235", "s"],
    ["1767614400123", "ms"],
    ["1767614400123456789", "ns"],
  ])("reads %s (%s)", (time, unit) => {
    expect(foreignTime(time, unit)).toBe(instant);
  });

  it("reads a day alone as its midnight in UTC", () => {
    expect(foreignTime("2026-01-05", "ms")).toBe(Date.UTC(2026, 0, 5));
  });

  it.each(["soon", "2026-13-01T00:00:00Z", "05/01/2026", true, ["x"]])("leaves %s to the validation", (time) => {
    expect(foreignTime(time, "ms")).toBe(time);
  });
});
