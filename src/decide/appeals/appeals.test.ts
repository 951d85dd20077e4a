import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Standing } from "../../model/decision.ts";
import { emptyState } from "../../store/state/empty-state.case.ts";
import type { State } from "../../store/state/state.ts";
import { createDesk } from "../desk/desk.ts";
import type { Desk } from "../desk/desk.ts";
import { dayMs, hourMs, inForce, person, testPolicy } from "../desk/desk.case.ts";
import type { Step } from "../policy/step.ts";
import { standing } from "../standing.case.ts";
import { createAppeals } from "./appeals.ts";
import type { Appeals } from "./appeals.ts";
import { readTransparencyReport } from "./transparency.ts";

let state: State;
let desk: Desk;
let appeals: Appeals;
let nowMs = Date.UTC(2026, 0, 1);
let account: string;
let count = 0;
beforeAll(async () => {
  state = await emptyState();
  desk = createDesk({ state, policy: testPolicy() });
  appeals = createAppeals(desk);
});
afterAll(() => state.close());
beforeEach(async () => {
  nowMs += 2 * 365 * dayMs;
  count++;
  account = `a${count}`;
  await appeals.expireOverdue(nowMs);
});

const iso = (ms: number): string => new Date(ms).toISOString();
const member = (changes: Partial<Standing> = {}): Standing =>
  standing({ account, time: iso(nowMs), campaign: { ...standing().campaign, id: `c${count}` }, ...changes });

async function decided(): Promise<string> {
  await desk.take([member()], nowMs);
  const [decision] = await state.decisions.inForceOfAccounts([account], nowMs);
  return decision?.id ?? "";
}
const statement = "We are a school, and this is our homework.";
const actions = async (id: string): Promise<string[]> =>
  (await state.audit.about({ kind: "appeal", id }, 10))
    .map(({ action, actor }) => `${action} by ${actor}`)
    .toReversed();

describe("filing", () => {
  test("names all that is enforced in the case, sets the deadline, and keeps what the customer wrote", async () => {
    const reference = await decided();
    const keys = { scope: { kind: "key", value: "k" }, account, campaign: `c${count}` } as const;
    const step = { action: "hold-new-keys", parameters: {}, afterMs: 0, ttlMs: dayMs } as const;
    const order = await desk.order({ ...keys, step }, person, nowMs);
    const appeal = await appeals.file({ account, reference, statement }, nowMs);
    expect(appeal).toMatchObject({
      account,
      campaign: `c${count}`,
      decisions: [reference, order.id],
      state: "open",
      deadline: iso(nowMs + 7 * dayMs),
    });
    expect(await state.appeals.statement(appeal.id)).toBe(statement);
    expect(await actions(appeal.id)).toEqual(["appeal.open by customer"]);
  });

  test("another's reference looks like one that there isn't, and so does one that nobody was told of", async () => {
    const reference = await decided();
    const of = (stranger: string, which: string): Promise<unknown> =>
      appeals.file({ account: stranger, reference: which, statement }, nowMs);
    const none = (which: string): string => `there is no decision ${which} on this account`;
    await expect(of("stranger", reference)).rejects.toThrow(none(reference));
    await expect(of(account, "0000")).rejects.toThrow(none("0000"));
    await desk.take(
      [member({ campaign: { ...member().campaign, confidence: 0.1 }, account: `${account}-seen` })],
      nowMs,
    );
    const [observed] = await state.decisions.inForceOfAccounts([`${account}-seen`], nowMs);
    await expect(of(`${account}-seen`, observed?.id ?? "")).rejects.toThrow(none(observed?.id ?? ""));
  });

  test("what the kill switch took out of force can still be appealed, and does not come back", async () => {
    const reference = await decided();
    await desk.setSwitch("kill", true, person, nowMs);
    const { id } = await appeals.file({ account, reference, statement }, nowMs);
    await appeals.takeUp(id, "berit", nowMs);
    await appeals.uphold(id, "", { name: "berit", reason: "a class" }, nowMs);
    await desk.setSwitch("kill", false, person, nowMs);
    expect(await inForce(state, nowMs)).toEqual([]);
  });

  test("half a year after the decision is too late, though it has ended long ago", async () => {
    const reference = await decided();
    const late = nowMs + 184 * dayMs;
    await desk.tick(late);
    await expect(appeals.file({ account, reference, statement }, late)).rejects.toThrow("more than 183 days ago");
    expect(await appeals.file({ account, reference, statement }, nowMs + 182 * dayMs)).toMatchObject({ state: "open" });
  });

  test("a case is looked at once at a time, and three times in all", async () => {
    const reference = await decided();
    const file = () => appeals.file({ account, reference, statement }, nowMs);
    for (let time = 0; time < 3; time++) {
      const { id } = await file();
      await expect(file()).rejects.toThrow("is being looked at");
      await appeals.withdraw(id, account, nowMs);
    }
    await expect(file()).rejects.toThrow("was appealed 3 times");
  });

  test("a case in which the customer was right is not appealed again, until something new is decided in it", async () => {
    const reference = await decided();
    const file = (of: string) => appeals.file({ account, reference: of, statement }, nowMs);
    await appeals.withdraw((await file(reference)).id, account, nowMs);
    await appeals.withdraw((await file(reference)).id, account, nowMs);
    const { id } = await file(reference);
    await appeals.takeUp(id, "berit", nowMs);
    await appeals.uphold(id, "You were right.", { name: "berit", reason: "a class" }, nowMs);
    await expect(file(reference)).rejects.toThrow(`appeal ${id} on this case was upheld`);
    nowMs += dayMs;
    const step = { action: "block", parameters: {}, afterMs: 0, ttlMs: dayMs } as const;
    const scope = { kind: "account", value: account } as const;
    const order = await desk.order({ account, scope, campaign: `c${count}`, step }, person, nowMs);
    expect(await file(order.id)).toMatchObject({ state: "open", decisions: [order.id] });
  });
});

describe("answering", () => {
  const filed = async () => appeals.file({ account, reference: await decided(), statement }, nowMs);

  test("upheld: every effect is undone, the case does not come back, the detector gets a lesson", async () => {
    const { id } = await filed();
    const stranger = standing({ account: `${account}-other`, campaign: member().campaign });
    await desk.take([stranger], nowMs);
    await appeals.takeUp(id, "berit", nowMs + hourMs);
    nowMs += 2 * hourMs;
    const by = { name: "berit", reason: "one class, one worksheet" };
    expect(await appeals.uphold(id, "You were right, and we are sorry.", by, nowMs)).toMatchObject({
      state: "upheld",
      reviewer: "berit",
      answer: "You were right, and we are sorry.",
    });
    await desk.take([member(), stranger], nowMs);
    expect((await inForce(state, nowMs)).map((one) => one.account)).toEqual([stranger.account]);
    expect((await state.appeals.lessons()).rows).toContainEqual({
      appeal: id,
      account,
      campaign: `c${count}`,
      families: { partition: 6.2, twins: 3 },
      at: iso(nowMs),
    });
    expect(await actions(id)).toEqual([
      "appeal.open by customer",
      "appeal.under-review by berit",
      "appeal.upheld by berit",
    ]);
    const another = { ...member().campaign, id: "another" };
    await desk.take([member({ campaign: another })], nowMs);
    expect(await state.decisions.inForceOfAccounts([account], nowMs)).toHaveLength(1);
  });

  test("upheld against an order that belongs to no case: that order ends, and nothing else is promised", async () => {
    await decided();
    const step = { action: "block", parameters: {}, afterMs: 0, ttlMs: dayMs } as const;
    const scope = { kind: "account", value: account } as const;
    const order = await desk.order({ account, scope, campaign: null, step }, person, nowMs);
    const { id, decisions } = await appeals.file({ account, reference: order.id, statement }, nowMs);
    expect(decisions).toEqual([order.id]);
    await appeals.takeUp(id, "berit", nowMs);
    await appeals.uphold(id, "We mixed you up.", { name: "berit", reason: "another account was meant" }, nowMs);
    const left = await state.decisions.inForceOfAccounts([account], nowMs);
    expect(left.map(({ action }) => action)).toEqual(["throttle"]);
    expect((await state.exemptions.inForce(nowMs)).rows).toEqual([]);
  });

  test("rejected: nothing changes, until somebody finds that the answer was wrong", async () => {
    const { id } = await filed();
    const before = await inForce(state, nowMs);
    await appeals.takeUp(id, "berit", nowMs);
    await appeals.reject(id, "It stays.", { name: "berit", reason: "the tasks are the campaign's" }, nowMs);
    expect(await inForce(state, nowMs)).toEqual(before);
    await expect(appeals.withdraw(id, account, nowMs)).rejects.toThrow("can't become withdrawn");
    await appeals.uphold(id, "We were wrong.", { name: "berit", reason: "a class after all" }, nowMs);
    expect(await inForce(state, nowMs)).toEqual([]);
    const again = appeals.reject(id, "It stays.", { name: "berit", reason: "no" }, nowMs);
    await expect(again).rejects.toThrow("can't become rejected");
  });

  test("unanswered: it is told, and changes nothing for the account", async () => {
    const { id } = await filed();
    await desk.take([member()], nowMs + 7 * dayMs);
    expect(await appeals.expireOverdue(nowMs + 7 * dayMs - 1)).toEqual([]);
    expect(await appeals.expireOverdue(nowMs + 7 * dayMs)).toMatchObject([{ id, state: "expired" }]);
    expect(await state.decisions.inForceOfAccounts([account], nowMs + 7 * dayMs)).toHaveLength(1);
  });

  test("whoever ordered a decision does not judge the appeal, nor does anybody whom it is not with", async () => {
    const step = { action: "block", parameters: {}, afterMs: 0, ttlMs: dayMs } as const;
    const scope = { kind: "account", value: account } as const;
    const { id: reference } = await desk.order({ account, scope, campaign: null, step }, person, nowMs);
    const { id } = await appeals.file({ account, reference, statement }, nowMs);
    await expect(appeals.takeUp(id, "anna", nowMs)).rejects.toThrow(`anna ordered the decision ${reference}`);
    await appeals.takeUp(id, "berit", nowMs);
    await expect(appeals.reject(id, "", person, nowMs)).rejects.toThrow("is with berit");
    await appeals.giveBack(id, "berit", nowMs);
    expect(await appeals.takeUp(id, "carl", nowMs)).toMatchObject({ state: "under-review", reviewer: "carl" });
  });

  test("nor one that nobody has taken up in time", async () => {
    const step = { action: "block", parameters: {}, afterMs: 0, ttlMs: dayMs } as const;
    const scope = { kind: "account", value: account } as const;
    const { id: reference } = await desk.order({ account, scope, campaign: null, step }, person, nowMs);
    const { id } = await appeals.file({ account, reference, statement }, nowMs);
    await appeals.expireOverdue(nowMs + 8 * dayMs);
    await expect(appeals.uphold(id, "", person, nowMs + 8 * dayMs)).rejects.toThrow("anna ordered the decision");
    const berit = { name: "berit", reason: "a class" };
    expect(await appeals.uphold(id, "", berit, nowMs + 8 * dayMs)).toMatchObject({ state: "upheld" });
  });

  test("only the customer withdraws", async () => {
    const { id } = await filed();
    await expect(appeals.withdraw(id, "stranger", nowMs)).rejects.toThrow(`there is no appeal ${id}`);
    expect(await appeals.withdraw(id, account, nowMs)).toMatchObject({ state: "withdrawn" });
  });
});

test("a transparency report is made of what was enforced and appealed, whatever became of it", async () => {
  const accounts = Array.from({ length: 20 }, (_, index) => `${account}-${index}`);
  await state.accounts.put(accounts.map((one) => ({ account: one, plan: "build" })));
  await desk.take(
    accounts.map((one) => member({ account: one })),
    nowMs,
  );
  for (const one of accounts.slice(0, 10)) {
    const [decision] = await state.decisions.inForceOfAccounts([one], nowMs);
    const { id } = await appeals.file({ account: one, reference: decision?.id ?? "", statement }, nowMs);
    await appeals.takeUp(id, "berit", nowMs);
    await appeals.uphold(id, "", { name: "berit", reason: "a class" }, nowMs + dayMs / 2);
  }
  // Under the kill switch they end as they are: that they were enforced before remains.
  await desk.setSwitch("kill", true, { name: "anna", reason: "a wrong policy" }, nowMs + dayMs / 2);
  await desk.tick(nowMs + 10 * dayMs);
  await desk.setSwitch("kill", false, { name: "anna", reason: "a right one" }, nowMs + 10 * dayMs);
  expect(await readTransparencyReport(state, nowMs, nowMs + 30 * dayMs)).toMatchObject({
    decisions: 20,
    byAction: { throttle: 20, degrade: 0 },
    appeals: { upheld: 10, open: 0 },
    daysToAnswer: { median: 1, ninetiethPercentile: 1 },
    cohorts: { plan: { build: { decisions: 20, appeals: 10, upheld: 10 } } },
  });
  expect(await readTransparencyReport(state, nowMs + 1, nowMs + 30 * dayMs)).toMatchObject({ decisions: 0 });
});

test("what is ordered under the kill switch counts from when it takes effect, and not at all where it never does", async () => {
  const step = (ttlMs: number): Step => ({ action: "block", parameters: {}, afterMs: 0, ttlMs });
  const order = async (given: string, ttlMs: number): Promise<unknown> => {
    const scope = { kind: "account", value: given } as const;
    return desk.order({ account: given, scope, campaign: null, step: step(ttlMs) }, person, nowMs);
  };
  await desk.setSwitch("kill", true, person, nowMs);
  for (let index = 0; index < 20; index++) await order(`${account}-brief-${index}`, hourMs);
  for (let index = 0; index < 10; index++) await order(`${account}-long-${index}`, 3 * dayMs);
  await desk.tick(nowMs + dayMs);
  const counted = async (fromMs: number): Promise<unknown> =>
    (await readTransparencyReport(state, fromMs, nowMs + 30 * dayMs)).byAction.block;
  expect(await counted(nowMs)).toBe(0);
  await desk.setSwitch("kill", false, person, nowMs + 2 * dayMs);
  expect(await counted(nowMs)).toBe(10);
  expect(await counted(nowMs + 2 * dayMs)).toBe(10);
});
