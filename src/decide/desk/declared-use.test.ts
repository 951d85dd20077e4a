import { afterEach, beforeEach, expect, test } from "vitest";
import type { Standing } from "../../model/decision.ts";
import { emptyState } from "../../store/state/empty-state.case.ts";
import type { State } from "../../store/state/state.ts";
import { standing } from "../standing.case.ts";
import { createDesk } from "./desk.ts";
import type { Desk } from "./desk.ts";
import { dayMs, hourMs, inForce, person, testPolicy } from "./desk.case.ts";

const nowMs = Date.UTC(2026, 0, 1);
let state: State;
let desk: Desk;
beforeEach(async () => {
  state = await emptyState();
  desk = createDesk({ state, policy: testPolicy() });
});
afterEach(() => state.close());

const iso = (ms: number): string => new Date(ms).toISOString();
const member = (account: string, changes: Partial<Standing> = {}): Standing =>
  standing({ account, time: iso(nowMs), ...changes });
const told = async (): Promise<string[]> =>
  (await inForce(state, nowMs))
    .map(({ account, action, held }) => `${account} ${action}${held === null ? "" : ` ${held}`}`)
    .sort();

test("a declared use is left alone up to its cap, for an organisation counted together", async () => {
  await state.accounts.put(["a", "b"].map((account) => ({ account, organization: "lab" })));
  const holder = { kind: "organization", value: "lab" } as const;
  const exemption = { id: "x-lab", holder, use: "research", campaign: null, requests_per_day: 100 } as const;
  await desk.take([member("a"), member("b")], nowMs);
  await desk.exempt({ ...exemption, starts: iso(nowMs), expires: iso(nowMs + dayMs) }, person, nowMs);
  expect(await told()).toEqual([]);
  await desk.take([member("a", { exchanges_per_day: 49 }), member("b", { exchanges_per_day: 51 })], nowMs);
  expect(await told()).toEqual([]);
  await desk.take([member("a", { exchanges_per_day: 50 }), member("b", { exchanges_per_day: 51 })], nowMs);
  expect(await told()).toEqual(["a throttle", "b throttle"]);
  await desk.take([member("b", { exchanges_per_day: 51 })], nowMs + 1);
  expect(await told()).toEqual(["a throttle", "b throttle"]);
  await desk.take([member("b", { exchanges_per_day: 50 })], nowMs + 2);
  expect(await told()).toEqual(["a throttle"]);
});

test("over its cap a declared use does not let go of who waits, one by one", async () => {
  const accounts = ["a", "b", "c"];
  await state.accounts.put(accounts.map((account) => ({ account, organization: "lab" })));
  const holder = { kind: "organization", value: "lab" } as const;
  const exemption = { id: "x-lab", holder, use: "research", campaign: null, requests_per_day: 100 } as const;
  const capped = createDesk({ state, policy: testPolicy({ newlyAffectedPerHourMax: 1 }) });
  await capped.exempt({ ...exemption, starts: iso(nowMs), expires: iso(nowMs + dayMs) }, person, nowMs);
  await capped.take(
    accounts.map((account) => member(account, { exchanges_per_day: 40 })),
    nowMs,
  );
  expect(await told()).toEqual(["a throttle", "b throttle waiting", "c throttle waiting"]);
  expect(await capped.tick(nowMs + hourMs)).toMatchObject({ admitted: 1 });
  // Either of the two that waited.
  expect((await told()).map((one) => one.slice(2)).toSorted()).toEqual(["throttle", "throttle", "throttle waiting"]);
});

test("whoever waits and is exempted meanwhile is not let in", async () => {
  const capped = createDesk({ state, policy: testPolicy({ newlyAffectedPerHourMax: 1 }) });
  await capped.take([member("a", { score: 0.99 }), member("b")], nowMs);
  const holder = { kind: "account", value: "b" } as const;
  const exemption = { id: "x-later", holder, use: "resale", campaign: null, requests_per_day: null } as const;
  const starts = iso(nowMs + 1000);
  await capped.exempt({ ...exemption, starts, expires: iso(nowMs + dayMs) }, person, nowMs);
  expect(await told()).toEqual(["a throttle", "b throttle waiting"]);
  expect(await capped.tick(nowMs + hourMs)).toMatchObject({ admitted: 0 });
  expect(await told()).toEqual(["a throttle"]);
});
