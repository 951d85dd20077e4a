import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { Standing } from "../../model/decision.ts";
import { emptyState } from "../../store/state/empty-state.case.ts";
import type { State } from "../../store/state/state.ts";
import { createDesk } from "../desk/desk.ts";
import type { Desk } from "../desk/desk.ts";
import { dayMs, hourMs, inForce, person, testPolicy } from "../desk/desk.case.ts";
import { standing } from "../standing.case.ts";
import { createAppeals } from "./appeals.ts";
import type { Appeals } from "./appeals.ts";
import { retractCase, retractMembers } from "./retract-case.ts";
import type { RetractedCase } from "./retract-case.ts";

let state: State;
let desk: Desk;
let appeals: Appeals;
let nowMs = Date.UTC(2026, 0, 1);
let campaign: string;
let count = 0;
beforeAll(async () => {
  state = await emptyState();
  desk = createDesk({ state, policy: testPolicy() });
  appeals = createAppeals(desk);
});
afterAll(() => state.close());
beforeEach(() => {
  nowMs += 2 * 365 * dayMs;
  campaign = `c${++count}`;
});

const iso = (ms: number): string => new Date(ms).toISOString();
const by = { name: "intelligence", reason: "its origin has taken the lead back" };
const member = (account: string, changes: Partial<Standing> = {}): Standing =>
  standing({
    account: `${campaign}-${account}`,
    time: iso(nowMs),
    campaign: { ...standing().campaign, id: campaign },
    ...changes,
  });
const take = (...standings: Standing[]) => desk.take(standings, nowMs);
const retract = (): Promise<RetractedCase> => desk.transaction((tables) => retractCase(tables, campaign, by, nowMs));
const answerOf = async (id: string) => (await state.appeals.find(id)) ?? { state: "none", answer: null };

async function appealed(account: string): Promise<string> {
  const [decision] = await state.decisions.inForceOfAccounts([`${campaign}-${account}`], nowMs);
  const objection = { account: `${campaign}-${account}`, reference: decision?.id ?? "", statement: "We are a school." };
  return (await appeals.file(objection, nowMs)).id;
}

test("ends all that was decided in the case, and nothing of another; a gateway hears why", async () => {
  const { sequence } = (await state.decisions.deltasAfter(0, 1_000))?.at(-1) ?? { sequence: 0 };
  const other = member("other", { campaign: { ...standing().campaign, id: `${campaign}-other` } });
  await take(member("a"), member("b"), other);
  const keys = { scope: { kind: "key", value: `k${count}` }, account: `${campaign}-a`, campaign } as const;
  const step = { action: "hold-new-keys", parameters: {}, afterMs: 0, ttlMs: dayMs } as const;
  await desk.order({ ...keys, step }, person, nowMs);
  expect(await retract()).toEqual({ ended: 3, enforced: 3, appeals: [] });
  expect((await inForce(state, nowMs)).map(({ account }) => account)).toEqual([`${campaign}-other`]);
  const deltas = (await state.decisions.deltasAfter(sequence, 1_000)) ?? [];
  expect(deltas.filter(({ kind }) => kind === "deleted").map(({ cause }) => cause)).toEqual([
    "retraction",
    "retraction",
    "retraction",
  ]);
  const [entry] = await state.audit.about({ kind: "campaign", id: campaign }, 1);
  expect(entry).toMatchObject({ action: "campaign.retracted", actor: "intelligence", detail: { reason: by.reason } });
});

test("what is held goes too, and its members are members no more", async () => {
  const dry = createDesk({ state, policy: testPolicy({ mode: "dry-run" }) });
  const times = { first_seen: iso(nowMs), last_seen: iso(nowMs) };
  await state.campaigns.put({ id: campaign, state: "live", ...times, verdict: null, memory: { kept: true } });
  await dry.take([member("a")], nowMs);
  expect(await retract()).toEqual({ ended: 1, enforced: 0, appeals: [] });
  expect((await state.standings.ofCampaign(campaign)).rows).toEqual([]);
  const [stood] = await state.standings.latest([`${campaign}-a`]);
  expect(stood).toMatchObject({ status: "released", campaign: { id: campaign } });
  expect(await state.campaigns.find(campaign)).toMatchObject({ state: "closed", memory: null });
});

test("whoever has appealed is told that he was right, whatever he had been told before", async () => {
  await take(member("open"), member("taken"), member("refused"), member("late"), member("withdrawn"), member("silent"));
  const [open, taken, refused] = [await appealed("open"), await appealed("taken"), await appealed("refused")];
  const [late, withdrawn] = [await appealed("late"), await appealed("withdrawn")];
  await appeals.takeUp(taken, "berit", nowMs);
  await appeals.takeUp(refused, "berit", nowMs);
  await appeals.reject(refused, "It stays.", { name: "berit", reason: "convicted" }, nowMs);
  await desk.transaction((tables) => tables.appeals.move(late, { to: "expired" }, nowMs));
  await appeals.withdraw(withdrawn, `${campaign}-withdrawn`, nowMs);
  nowMs += hourMs;
  const { appeals: upheld } = await retract();
  expect(upheld.toSorted()).toEqual([open, taken, refused, late].toSorted());
  for (const id of upheld)
    expect(await answerOf(id)).toMatchObject({ state: "upheld", answer: expect.stringContaining("is closed") });
  expect(await answerOf(withdrawn)).toMatchObject({ state: "withdrawn" });
  expect(await state.appeals.find(taken)).toMatchObject({ reviewer: "berit" });
  expect(await inForce(state, nowMs)).toEqual([]);
});

test("the case can come up again on other ground, but not for who had appealed", async () => {
  await take(member("a"), member("b"));
  await appealed("a");
  await retract();
  nowMs += hourMs;
  await take(member("a"), member("b"));
  expect((await inForce(state, nowMs)).map(({ account }) => account)).toEqual([`${campaign}-b`]);
});

test("of some of its members alone, the case goes on with the others", async () => {
  const times = { first_seen: iso(nowMs), last_seen: iso(nowMs) };
  const kept = ["a", "b"].map((account) => ({ account: `${campaign}-${account}`, memory: { kept: true } }));
  await state.campaigns.put(
    { id: campaign, state: "live", ...times, verdict: null, memory: { kept: true } },
    { changed: kept, gone: [] },
  );
  await take(member("a"), member("b"));
  const [own, other] = [await appealed("a"), await appealed("b")];
  nowMs += hourMs;
  const accounts = new Set([`${campaign}-a`]);
  const undo = () => desk.transaction((tables) => retractMembers(tables, campaign, accounts, by, nowMs));
  expect(await undo()).toEqual({ ended: 1, enforced: 1, appeals: [own] });
  expect(await undo()).toEqual({ ended: 0, enforced: 0, appeals: [] });
  expect((await inForce(state, nowMs)).map(({ account }) => account)).toEqual([`${campaign}-b`]);
  expect((await state.standings.ofCampaign(campaign)).rows.map(({ account }) => account)).toEqual([`${campaign}-b`]);
  expect((await state.campaigns.members(campaign)).rows).toEqual(kept.slice(1));
  expect(await state.campaigns.find(campaign)).toMatchObject({ state: "live" });
  expect(await answerOf(own)).toMatchObject({ state: "upheld", answer: expect.stringContaining("has ended") });
  expect(await answerOf(other)).toMatchObject({ state: "open" });
  const [, entry] = await state.audit.about({ kind: "campaign", id: campaign }, 2);
  expect(entry).toMatchObject({ action: "campaign.members-retracted", detail: { members: 1, appeals: [own] } });
});

test("a second time changes nothing", async () => {
  await take(member("a"));
  await retract();
  expect(await retract()).toEqual({ ended: 0, enforced: 0, appeals: [] });
});

test("the answer tells of no signal, no provider and no lead", async () => {
  await take(member("a"), member("b"));
  const [one, other] = [await appealed("a"), await appealed("b")];
  await desk.transaction((tables) => retractMembers(tables, campaign, new Set([`${campaign}-a`]), by, nowMs));
  await retract();
  for (const id of [one, other])
    expect((await answerOf(id)).answer).not.toMatch(/lead|provider|circle|member|signal|evidence|retract|taken back/i);
});
