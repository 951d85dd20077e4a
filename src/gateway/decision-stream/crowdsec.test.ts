import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { at, decision, START_MS } from "../table/decision.case.ts";
import { crowdsecDecision, goDuration } from "./crowdsec.ts";

describe("a decision in CrowdSec's words", () => {
  it("has the fields of their API", () => {
    const address = { kind: "address", value: "192.0.2.1" } as const;
    expect(crowdsecDecision(decision({ id: "d-1", scope: address, expires: at(90_500) }), START_MS)).toEqual({
      id: expect.any(Number),
      uuid: "d-1",
      origin: "stillwatch",
      type: "ban",
      scope: "Ip",
      value: "192.0.2.1",
      duration: "1m30.5s",
      scenario: "default/convicted",
      simulated: false,
    });
  });

  it("names a network by its range, and our own scopes by their names", () => {
    const inScope = (kind: "address" | "tls" | "key", value: string) =>
      crowdsecDecision(decision({ id: "d", scope: { kind, value } }), START_MS);
    expect(inScope("address", "2001:db8::1")).toMatchObject({ scope: "Range", value: "2001:db8:0:0::/64" });
    expect(inScope("tls", "t13d")).toMatchObject({ scope: "Tls", value: "t13d" });
    expect(inScope("key", "key_1")).toMatchObject({ scope: "Key", value: "key_1" });
  });

  it("has a safe, stable number, higher for a stricter action", () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), fc.string({ minLength: 1 }), (one, other) => {
        const block = crowdsecDecision(decision({ id: one }), START_MS).id;
        const challenge = crowdsecDecision(decision({ id: other, action: "challenge" }), START_MS).id;
        expect(Number.isSafeInteger(block)).toBe(true);
        expect(block).toBeGreaterThan(challenge);
        expect(crowdsecDecision(decision({ id: one }), START_MS + 1).id).toBe(block);
      }),
    );
  });
});

describe("a duration", () => {
  it.each([
    [0, "0s"],
    [-0.2, "0s"],
    [500, "500ms"],
    [1500, "1.5s"],
    [60_000, "1m0s"],
    [3_600_000, "1h0m0s"],
    [259_200_001, "72h0m0.001s"],
    [-61_000, "-1m1s"],
  ])("of %i ms is %s", (ms, text) => {
    expect(goDuration(ms)).toBe(text);
  });

  it("can be read back", () => {
    const units = { h: 3_600_000, m: 60_000, s: 1000, ms: 1 } as const;
    fc.assert(
      fc.property(fc.integer({ min: -1e12, max: 1e12 }), (ms) => {
        const text = goDuration(ms);
        const parts = [...text.matchAll(/([\d.]+)(h|ms|m|s)/g)];
        const sum = parts.reduce((total, [, digits, unit]) => total + Number(digits) * unitMs(units, unit), 0);
        expect(Math.round(text.startsWith("-") ? -sum : sum)).toBe(ms);
      }),
    );
  });
});

function unitMs(units: Readonly<Record<string, number>>, unit: string | undefined): number {
  const ms = units[unit ?? ""];
  if (ms === undefined) throw new Error(`no unit: ${unit ?? ""}`);
  return ms;
}
