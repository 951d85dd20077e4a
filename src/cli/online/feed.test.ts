import { expect, it, onTestFinished } from "vitest";
import { dayMs, person, testPolicy } from "../../decide/desk/desk.case.ts";
import { createDesk } from "../../decide/desk/desk.ts";
import { createDecisionFeed } from "../../gateway/decision-stream/decision-feed.ts";
import type { DecisionFeed } from "../../gateway/decision-stream/decision-feed.ts";
import { createDecisionTable } from "../../gateway/table/decision-table.ts";
import { emptyState } from "../../store/state/empty-state.case.ts";
import { followFeed, loadFeed } from "./feed.ts";

const nowMs = Date.UTC(2026, 0, 5);

it("a feed that is filled anew knows what has ended lately, so that a bouncer hears of it after a restart", async () => {
  const state = await emptyState();
  onTestFinished(() => state.close());
  const policy = testPolicy();
  const desk = createDesk({ state, policy });
  const order = (account: string) => {
    const step = { action: "block", parameters: {}, afterMs: 0, ttlMs: 7 * dayMs } as const;
    return desk.order({ account, scope: { kind: "account", value: account }, campaign: null, step }, person, nowMs);
  };
  const filled = async (): Promise<DecisionFeed> => {
    const feed = createDecisionFeed(createDecisionTable());
    await loadFeed({ state, policy, feed }, nowMs);
    return feed;
  };
  expect((await filled()).known()).toEqual([]);
  const [lifted, lasting] = [await order("a"), await order("b")];
  await desk.lift(lifted.id, person, nowMs);
  const feed = await filled();
  expect(feed.table.size).toBe(1);
  expect(feed.known().map(({ kind, decision }) => [kind, decision.id])).toEqual([
    ["new", lifted.id],
    ["new", lasting.id],
    ["deleted", lifted.id],
  ]);
  await desk.lift(lasting.id, person, nowMs);
  await followFeed({ state, policy, feed }, nowMs);
  expect(feed.known().map(({ sequence }) => sequence)).toEqual([1, 2, 3, 4]);
});

it("a feed knows the allow-list: the policy's, and what people put on it until they take it back", async () => {
  const state = await emptyState();
  onTestFinished(() => state.close());
  const policy = { ...testPolicy(), allow: [{ scope: { kind: "organization", value: "o" }, reason: "ours" } as const] };
  const desk = createDesk({ state, policy });
  const feed = createDecisionFeed(createDecisionTable());
  await loadFeed({ state, policy, feed }, nowMs);
  const covered = (ms = nowMs) =>
    [{ organization: "o" }, { account: "a" }].map((one) => feed.table.allowed.covers(one, ms));
  expect(covered()).toEqual([true, false]);
  const given = {
    id: "a-1",
    scope: { kind: "account", value: "a" },
    starts: iso(nowMs),
    expires: iso(nowMs + dayMs),
  } as const;
  await desk.allow(given, person, nowMs);
  await followFeed({ state, policy, feed }, nowMs);
  expect([covered(), covered(nowMs + dayMs)]).toEqual([
    [true, true],
    [true, false],
  ]);
  await desk.revoke("allowance", "a-1", person, nowMs);
  await followFeed({ state, policy, feed }, nowMs);
  expect(covered()).toEqual([true, false]);
});

const iso = (ms: number): string => new Date(ms).toISOString();
