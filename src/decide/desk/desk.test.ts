import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Carrier, Standing } from "../../model/decision.ts";
import { emptyState } from "../../store/state/empty-state.case.ts";
import type { State } from "../../store/state/state.ts";
import type { Policy } from "../policy/policy.ts";
import { compileStep } from "../policy/step.ts";
import { standing } from "../standing.case.ts";
import { createDesk } from "./desk.ts";
import { dayMs, hourMs, inForce, person, testPolicy } from "./desk.case.ts";

/** One database for all: each test has its own two years, in which whatever an earlier one left has ended. */
let state: State;
let nowMs = Date.UTC(2026, 0, 1);
beforeAll(async () => {
  state = await emptyState();
});
afterAll(() => state.close());
beforeEach(() => {
  nowMs += 2 * 365 * dayMs;
});

const iso = (ms: number): string => new Date(ms).toISOString();
const member = (account: string, changes: Partial<Standing> = {}, confidence = 0.97): Standing =>
  standing({
    account,
    time: iso(nowMs),
    ...changes,
    campaign: { ...standing().campaign, confidence, ...changes.campaign },
  });
const desk = (policy: Policy = testPolicy()) => createDesk({ state, policy });
const told = async (): Promise<string[]> =>
  (await inForce(state, nowMs))
    .map(({ account, scope, action, held }) => {
      const hit = scope.kind === "account" ? account : `${account}/${scope.kind}`;
      return `${hit} ${action}${held === null ? "" : ` ${held}`}`;
    })
    .sort();

describe("taking standings", () => {
  test("decides by the first rule that holds, with what can be told and what stays here", async () => {
    const evidence = [{ signal: "partition", summary: "disjoint", strength: 6, accounts: 40, against: false } as const];
    await desk().take([member("a", { evidence }), member("b", {}, 0.7), member("c", {}, 0.1)], nowMs);
    expect(await told()).toEqual(expect.arrayContaining(["a throttle", "b challenge", "c observe"]));
    const [decision] = await state.decisions.inForceOfAccounts(["a"], nowMs);
    expect(decision).toEqual({
      id: expect.stringMatching(/^(?:[0-9A-HJKMNP-TV-Z]{4}-){3}[0-9A-HJKMNP-TV-Z]{4}$/u),
      scope: { kind: "account", value: "a" },
      account: "a",
      action: "throttle",
      parameters: { requests_per_minute: 20, burst: 5 },
      campaign: "c1",
      category: "coordinated-extraction",
      reasons: ["a case that is sure", "its requests are disjoint from those of 39 others"],
      policy: { name: "test", rule: "sure", version: "v1" },
      since: iso(nowMs),
      created: iso(nowMs),
      expires: iso(nowMs + dayMs),
      simulated: false,
      held: null,
    });
    const [entry] = await state.audit.about({ kind: "decision", id: decision?.id ?? "" }, 10);
    expect(entry).toMatchObject({
      actor: "desk",
      action: "decision.made",
      detail: { account: "a", evidence: [{ summary: "disjoint" }] },
    });
  });

  test("the same again changes nothing", async () => {
    const standings = [member("a"), member("b", {}, 0.7)];
    await desk().take(standings, nowMs);
    const before = await inForce(state, nowMs);
    const again = await desk().take(standings, nowMs + 60_000);
    expect(again).toEqual({ made: 0, renewed: 0, ended: 0, expired: 0, admitted: 0 });
    expect(await inForce(state, nowMs)).toEqual(before);
  });

  test("what nears its end is renewed under its reference, and lapses when nothing is heard any more", async () => {
    await desk().take([member("a")], nowMs);
    const [before] = await inForce(state, nowMs);
    nowMs += 20 * hourMs;
    expect(await desk().take([member("a")], nowMs)).toMatchObject({ made: 0, renewed: 1, ended: 0 });
    expect(await inForce(state, nowMs)).toEqual([{ ...before, expires: iso(nowMs + dayMs) }]);
    expect(await desk().tick(nowMs + dayMs)).toMatchObject({ expired: 1 });
  });

  test("makes a step due only where something has expired, or waits", async () => {
    await desk().tick(nowMs);
    await desk().take([member("a")], nowMs);
    expect(await state.decisions.isDue(nowMs + dayMs - 1)).toBe(false);
    expect(await state.decisions.isDue(nowMs + dayMs)).toBe(true);
    await desk(testPolicy({ newlyAffectedPerHourMax: 0 })).take([member("b")], nowMs);
    expect(await state.decisions.isDue(nowMs)).toBe(true);
  });

  test("hardens at once with more evidence, and with time; softens only when the harder one nears its end", async () => {
    await desk().take([member("a", {}, 0.7)], nowMs);
    await desk().take([member("a")], nowMs + hourMs);
    expect(await told()).toEqual(["a throttle"]);
    await desk().take([member("a", {}, 0.7)], nowMs + 2 * hourMs);
    expect(await told()).toEqual(["a throttle"]);
    await desk().take([member("a", {}, 0.7)], nowMs + 20 * hourMs);
    expect(await told()).toEqual(["a challenge"]);
    await desk().take([member("a")], nowMs + 25 * hourMs);
    nowMs += 25 * hourMs;
    expect(await told()).toEqual(["a degrade"]);
  });

  test("whoever is let go is free, unless a rule is about those who were", async () => {
    await desk().take([member("a"), member("b")], nowMs);
    await desk().take([member("a", { status: "released" })], nowMs + hourMs);
    expect(await told()).toEqual(["b throttle"]);
    const keeping = testPolicy({ version: "v2" }, { when: { status: "released", score: { "at-least": 0.9 } } });
    await desk(keeping).take([member("b", { status: "released" })], nowMs + hourMs);
    expect(await told()).toEqual(["b throttle"]);
  });

  test("a dry run writes down only, and tells whom it would hit", async () => {
    await state.accounts.put([{ account: "a", plan: "build", organization: "o", verified: true }]);
    const dry = desk(testPolicy({ mode: "dry-run" }));
    await dry.take([member("a"), member("b", {}, 0.7)], nowMs);
    expect(await told()).toEqual(["a throttle dry-run", "b challenge dry-run"]);
    expect(await dry.blastRadius(nowMs)).toMatchObject({
      total: { accounts: 2, organizations: 1, exchangesPerDay: 60, plans: { build: 1, unknown: 1 }, verified: 1 },
      byAction: { throttle: { accounts: 1 }, challenge: { accounts: 1 } },
      held: { "dry-run": 2 },
    });
  });

  test("time in a dry run does not count towards harder steps, and enforcing begins with the mild one", async () => {
    const dry = testPolicy({ mode: "dry-run", version: "v0" });
    await desk(dry).take([member("a")], nowMs);
    nowMs += 23 * hourMs;
    await desk(dry).take([member("a")], nowMs);
    nowMs += 2 * hourMs;
    await desk(dry).take([member("a")], nowMs);
    expect(await told()).toEqual(["a degrade dry-run"]);
    await desk().take([member("a")], nowMs);
    expect(await told()).toEqual(["a throttle"]);
  });

  test("where another provider's word led to it and permits no more than to look, it is written down only", async () => {
    const restricted = { ...standing().campaign, restricted: true };
    await desk().take([member("a", { campaign: restricted }), member("b")], nowMs);
    expect(await told()).toEqual(["a throttle source-terms", "b throttle"]);
    // Found by this log alone.
    await desk().take([member("a")], nowMs + hourMs);
    expect(await told()).toEqual(["a throttle", "b throttle"]);
    await desk().take([member("a", { campaign: restricted })], nowMs + 2 * hourMs);
    expect(await told()).toEqual(["a throttle source-terms", "b throttle"]);
  });

  test("outside of the canary it is written down only", async () => {
    const standings = Array.from({ length: 200 }, (_, index) => member(`canary-${index}`));
    await desk(testPolicy({ newlyAffectedPerHourMax: 1000 }, { canaryPercent: 25 })).take(standings, nowMs);
    const held = (await inForce(state, nowMs)).filter((decision) => decision.held === "canary");
    expect(held.length).toBeGreaterThan(120);
    expect(held.length).toBeLessThan(180);
  });

  test("over the cap it waits, the hardest and the oldest get in first, and nobody is lost", async () => {
    const capped = desk(testPolicy({ newlyAffectedPerHourMax: 2 }));
    await capped.take([member("a", {}, 0.7), member("b", {}, 0.7), member("c"), member("d")], nowMs);
    expect(await told()).toEqual(["a challenge waiting", "b challenge waiting", "c throttle", "d throttle"]);
    await capped.take([member("e", {}, 0.7)], nowMs + 1000);
    nowMs += hourMs;
    expect(await capped.tick(nowMs)).toMatchObject({ admitted: 2 });
    expect(await told()).toEqual(["a challenge", "b challenge", "c throttle", "d throttle", "e challenge waiting"]);
    expect((await state.decisions.inForceOfAccounts(["a"], nowMs)).map(({ created }) => created)).toEqual([iso(nowMs)]);
    expect(await capped.tick(nowMs + hourMs)).toMatchObject({ admitted: 1 });
  });
});

describe("scopes", () => {
  const address = (strangers: number, members = 1): Carrier[] => [
    { kind: "address", value: "192.0.2.1", members, strangers },
  ];

  test("a campaign has one clock: whoever joins later starts at the step that it has reached", async () => {
    const policy = testPolicy({}, { scope: "campaign" });
    const campaign = { ...standing().campaign, id: "clock" };
    await desk(policy).take([member("a", { campaign })], nowMs);
    nowMs += 20 * hourMs;
    await desk(policy).take([member("a", { campaign })], nowMs);
    nowMs += 5 * hourMs;
    await desk(policy).take([member("a", { campaign }), member("b", { campaign })], nowMs);
    expect(await told()).toEqual(["a degrade", "b degrade"]);
  });

  test("keys are named where they are known, else the account", async () => {
    const carriers = [
      { kind: "key", value: "k1", members: 1, strangers: 0 },
      { kind: "key", value: "k2", members: 1, strangers: 0 },
    ] as const;
    await desk(testPolicy({}, { scope: "key" })).take([member("a", { carriers: [...carriers] }), member("b")], nowMs);
    expect(await told()).toEqual(["a/key throttle", "a/key throttle", "b throttle"]);
  });

  test("an address is taken once all whom it reaches are under the rule, and is given back as soon as one is not", async () => {
    const wide = desk(testPolicy({}, { scope: "address" }));
    const campaign = { ...standing().campaign, id: "wide" };
    const two = (strangers: number): Standing[] =>
      ["a", "b"].map((account) => member(account, { campaign, carriers: address(strangers) }));
    await wide.take(two(0), nowMs);
    expect(await told()).toEqual(["a throttle", "b throttle"]);
    await wide.take(two(0), nowMs);
    expect(await told()).toEqual(["a throttle", "a/address throttle", "b throttle"]);
    await wide.take(two(1), nowMs);
    expect(await told()).toEqual(["a throttle", "b throttle"]);
    await wide.take(two(0), nowMs);
    await wide.take([member("b", { campaign, carriers: address(0), status: "released" })], nowMs);
    expect(await told()).toEqual(["a throttle"]);
  });

  test("an address that an exempted account uses is left alone", async () => {
    const wide = desk(testPolicy({}, { scope: "address" }));
    const campaign = { ...standing().campaign, id: "spared" };
    const holder = { kind: "account", value: "b" } as const;
    const exemption = { id: "x-address", holder, use: "research", campaign: null, requests_per_day: null } as const;
    await wide.exempt({ ...exemption, starts: iso(nowMs), expires: iso(nowMs + dayMs) }, person, nowMs);
    const at = (account: string): Standing => member(account, { campaign, carriers: address(0) });
    await wide.take([at("a"), at("b")], nowMs);
    await wide.take([at("a")], nowMs);
    expect(await told()).toEqual(["a throttle"]);
  });

  test("a wide scope is left alone while a member uses it of whom nothing was decided", async () => {
    for (const [kind, value] of [
      ["address", "192.0.2.8"],
      ["organization", "acme"],
      ["tls", "t13d1516h2_8daaf6152771_02713d6af862"],
    ] as const) {
      const wide = desk(testPolicy({}, { scope: kind }));
      const campaign = { ...standing().campaign, id: `unheard of ${kind}` };
      const at = (account: string, members: number): Standing =>
        member(`${account} ${kind}`, { campaign, carriers: [{ kind, value, members, strangers: 0 }] });
      // The third waits for a second look, or has so many addresses that this one is not told of it.
      await wide.take([at("a", 3), at("b", 3)], nowMs);
      await wide.take([at("a", 3), at("b", 3)], nowMs);
      expect(await told()).toEqual([`a ${kind} throttle`, `b ${kind} throttle`]);
      await wide.take([at("a", 2), at("b", 2)], nowMs);
      expect(await told()).toContain(`a ${kind}/${kind} throttle`);
      await wide.take([at("a", 3), at("b", 3)], nowMs);
      expect(await told()).toEqual([`a ${kind} throttle`, `b ${kind} throttle`]);
      await wide.take(
        ["a", "b"].map((account) => ({ ...at(account, 2), status: "released" as const })),
        nowMs,
      );
    }
  });

  test("an address that was taken is given back when an exempted account turns up behind it", async () => {
    const wide = desk(testPolicy({}, { scope: "address" }));
    const campaign = { ...standing().campaign, id: "turns up" };
    const at = (account: string): Standing => member(account, { campaign, carriers: address(0) });
    const holder = { kind: "account", value: "b" } as const;
    const exemption = { id: "x-turns-up", holder, use: "research", campaign: null, requests_per_day: null } as const;
    await wide.exempt({ ...exemption, starts: iso(nowMs), expires: iso(nowMs + dayMs) }, person, nowMs);
    await wide.take([at("a")], nowMs);
    await wide.take([at("a")], nowMs);
    expect(await told()).toEqual(["a throttle", "a/address throttle"]);
    await wide.take([at("b")], nowMs);
    expect(await told()).toEqual(["a throttle"]);
  });
});

describe("what people order", () => {
  test("the kill switch stops everything at once, and brings back what is still due", async () => {
    await desk().take([member("a"), member("b", {}, 0.7)], nowMs);
    const before = await inForce(state, nowMs);
    await desk().setSwitch("kill", true, person, nowMs);
    expect(await told()).toEqual(["a throttle suspended", "b challenge suspended"]);
    await desk().take([member("b", { status: "released" }), member("c")], nowMs + hourMs);
    expect(await told()).toEqual(["a throttle suspended", "c throttle waiting"]);
    await desk().setSwitch("kill", false, person, nowMs + 2 * hourMs);
    expect(await told()).toEqual(["a throttle", "c throttle"]);
    const [again] = await state.decisions.inForceOfAccounts(["a"], nowMs);
    expect(again).toEqual(before.find(({ account }) => account === "a"));
    const [entry] = await state.audit.about({ kind: "switch", id: "kill" }, 1);
    expect(entry).toMatchObject({
      actor: "anna",
      action: "switch.off",
      detail: { decisions: 2, reason: person.reason },
    });
  });

  test("the installation's dry run ends what policies enforce; then they begin anew", async () => {
    await desk().take([member("a")], nowMs);
    await desk().setSwitch("dry-run", true, person, nowMs);
    expect(await told()).toEqual([]);
    await desk().take([member("a")], nowMs);
    expect(await told()).toEqual(["a throttle dry-run"]);
    await desk().setSwitch("dry-run", false, person, nowMs);
    await desk().take([member("a")], nowMs);
    expect(await told()).toEqual(["a throttle"]);
  });

  test("a policy that is adopted for a dry run ends what was enforced, and one that allows somebody what hits him", async () => {
    await desk().take([member("a"), member("b")], nowMs);
    const allow = [{ scope: { kind: "account", value: "a" }, reason: "ours" }] as const;
    expect(await desk(testPolicy({ version: "v2", allow: [...allow] })).adopt(nowMs)).toMatchObject({ ended: 1 });
    expect(await told()).toEqual(["b throttle"]);
    expect(await desk(testPolicy({ version: "v3", mode: "dry-run" })).adopt(nowMs)).toMatchObject({ ended: 1 });
    expect(await told()).toEqual([]);
    expect(await state.policies.active()).toMatchObject([{ name: "test", version: "v3" }]);
  });

  const block = compileStep({ action: "block", ttl: dayMs });
  const order = (account: string) =>
    ({ account, scope: { kind: "account", value: account }, campaign: null, step: block }) as const;

  test("a block by a person stands beside what the policy does, and the same person lifts it", async () => {
    const made = await desk().order(order("a"), person, nowMs);
    await desk().take([member("a"), member("a")], nowMs);
    expect(await told()).toEqual(["a block", "a throttle"]);
    await desk().take([member("a", { status: "released" })], nowMs);
    expect(await told()).toEqual(["a block"]);
    await desk().lift(made.id, person, nowMs);
    expect(await told()).toEqual([]);
    await expect(desk().lift(made.id, person, nowMs)).rejects.toThrow(/no decision .* in force/u);
  });

  test("what a policy decided is not lifted by hand, since it would come back", async () => {
    await desk().take([member("a")], nowMs);
    const [decision] = await inForce(state, nowMs);
    await expect(desk().lift(decision?.id ?? "", person, nowMs)).rejects.toThrow(/made by the policy test/u);
  });

  test("the allow-list wins over policies and persons, by whatever name it knows the account", async () => {
    await state.accounts.put([{ account: "b", organization: "friends" }]);
    await desk().take([member("a"), member("b"), member("c")], nowMs);
    await desk().order(order("a"), person, nowMs);
    const scopes = [
      { kind: "account", value: "a" },
      { kind: "organization", value: "friends" },
      { kind: "address", value: "192.0.2.9" },
    ] as const;
    for (const [index, scope] of scopes.entries())
      await desk().allow({ id: `w${index}`, scope, starts: iso(nowMs), expires: iso(nowMs + dayMs) }, person, nowMs);
    expect(await told()).toEqual(["c throttle"]);
    const carriers: Carrier[] = [{ kind: "address", value: "192.0.2.9", members: 1, strangers: 3 }];
    await desk().take([member("a"), member("b"), member("c", { carriers })], nowMs);
    expect(await told()).toEqual([]);
    await expect(desk().order(order("a"), person, nowMs)).rejects.toThrow(/a is on the allow-list/u);
    await desk().revoke("allowance", "w0", person, nowMs);
    await desk().take([member("a")], nowMs);
    expect(await told()).toEqual(["a throttle"]);
    await expect(desk().revoke("allowance", "w0", person, nowMs)).rejects.toThrow(/no allowance w0 in force/u);
  });
});
