import { expect, it } from "vitest";
import { RELAY } from "../../src/sim/honest/sellers.ts";
import { planLogs } from "./examine.ts";

it("gives every log a seed of its own, and every kind of log every lack", () => {
  const plans = planLogs(12);
  expect(new Set(plans.map(({ seed }) => seed)).size).toBe(12);
  expect(new Set(plans.map(({ scenario, lacks }) => `${scenario.name}/${lacks[1]}`)).size).toBe(12);
  expect(plans.every(({ scenario, lacks }) => scenario.campaigns.length === 0 && lacks[0] === "nothing")).toBe(true);
});

it("keeps the worlds so small that a class of relays is one reseller", () => {
  const [smallest, largest] = RELAY.size;
  for (const { scenario, scale } of planLogs(24))
    for (const name of ["relay", "relay-code", "relay-translation", "relay-one-shot"] as const) {
      const groups = (scenario.honestAccounts * scale * (scenario.mix[name] ?? 0)) / ((smallest + largest) / 2);
      expect(Math.round(groups), `${name} in ${scenario.name}`).toBeLessThanOrEqual(1);
    }
});

it("has a large log for each twenty-five others, each lacking something else", () => {
  const large = planLogs(100).filter((plan) => plan.large);
  expect(large.map(({ lacks }) => lacks[1])).toEqual(["facts", "addresses", "frame", "text"]);
  expect(new Set(planLogs(100).map(({ seed }) => seed)).size).toBe(104);
  expect(planLogs(24).some((plan) => plan.large)).toBe(false);
});
