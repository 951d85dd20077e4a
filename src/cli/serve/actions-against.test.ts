import { afterAll, beforeAll, expect, test } from "vitest";
import { decision } from "../../decide/decision.case.ts";
import { openState } from "../../store/state/state.ts";
import type { State } from "../../store/state/state.ts";
import { actionsAgainst } from "./actions-against.ts";

let state: State;
beforeAll(async () => {
  state = await openState();
});
afterAll(() => state.close());

test("what is done about a campaign is what is in force, and not what is held, over, or about another", async () => {
  const nowMs = Date.UTC(2026, 7, 1);
  const until = (ms: number): string => new Date(nowMs + ms).toISOString();
  const of = (id: string, change: Partial<ReturnType<typeof decision>>) =>
    decision({
      id,
      account: id,
      scope: { kind: "account", value: id },
      campaign: "C-1",
      expires: until(1_000),
      ...change,
    });
  await state.decisions.put(
    [
      of("a", { action: "throttle" }),
      of("b", { action: "throttle" }),
      of("c", { action: "challenge" }),
      of("d", { action: "block", held: "dry-run", simulated: true }),
      of("e", { action: "tarpit", expires: until(0) }),
      of("f", { action: "degrade", campaign: "C-2" }),
    ],
    nowMs - 1_000,
  );
  expect(await actionsAgainst(state.decisions, "C-1", nowMs)).toEqual(["challenge", "throttle"]);
  expect(await actionsAgainst(state.decisions, "C-3", nowMs)).toEqual([]);
});
