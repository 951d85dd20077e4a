import { expect, it } from "vitest";
import { mayBeAskedAgain } from "./asked-again.ts";

const group = (single: number, again: number, { episodes = 0, shared = 0, dealt = 0 } = {}) => ({
  members: [{ singleTasks: single, sampledTasks: again, harvestTasks: [single, episodes] as const }],
  fillings: { items: single, shared, dealt },
});

it("takes a few per cent for failures, and a tenth for people", () => {
  expect(mayBeAskedAgain(group(1_000, 25))).toBe(false);
  expect(mayBeAskedAgain(group(1_000, 60))).toBe(true);
  expect(mayBeAskedAgain(group(1_000, 120))).toBe(true);
});

it("takes what is mostly asked several times for a queue that samples, by one account or by several", () => {
  expect(mayBeAskedAgain(group(1_000, 600))).toBe(false);
  expect(mayBeAskedAgain(group(1_000, 0, { shared: 600, dealt: 600 }))).toBe(false);
  expect(mayBeAskedAgain(group(1_000, 0, { shared: 600 }))).toBe(true);
});

it("can't tell of a few tasks", () => {
  expect(mayBeAskedAgain(group(30, 0))).toBe(true);
  expect(mayBeAskedAgain(group(60, 1))).toBe(false);
  expect(mayBeAskedAgain(group(60, 3))).toBe(true);
});

it("does not ask it of episodes", () => expect(mayBeAskedAgain(group(10, 1, { episodes: 90 }))).toBe(false));

it("counts what a pool sends to another of its accounts", () => {
  expect(mayBeAskedAgain(group(240, 9, { shared: 20 }))).toBe(true);
  expect(mayBeAskedAgain(group(240, 2, { shared: 3 }))).toBe(false);
});
