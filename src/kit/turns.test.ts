import { setImmediate as eventLoop } from "node:timers/promises";
import { expect, it } from "vitest";
import { inTurns, isTurnOver, mapInTurns, nextTurn } from "./turns.ts";

/** Computes until its turn is over. */
function compute(): void {
  while (!isTurnOver());
}

it("lets others have their turn between two of many that compute at once", async () => {
  const log: string[] = [];
  const worker = async (name: string): Promise<void> => {
    for (let i = 0; i < 3; i++) {
      await nextTurn();
      compute();
      log.push(name);
    }
  };
  let isWorking = true;
  const others = (async () => {
    while (isWorking) {
      await eventLoop();
      log.push("others");
    }
  })();
  await Promise.all(["a", "b", "c"].map(worker));
  isWorking = false;
  await others;
  expect(log.filter((name) => name !== "others").join("")).toBe("abcabcabc");
  expect(log.filter((name, i) => name !== "others" && i > 0 && log[i - 1] !== "others")).toEqual([]);
});

it("goes through all items in order, and past the end of a turn", async () => {
  const seen: number[] = [];
  for await (const item of inTurns([1, 2, 3])) {
    compute();
    seen.push(item);
  }
  expect(seen).toEqual([1, 2, 3]);
  expect(await mapInTurns(new Set([1, 2, 3]), (item) => (compute(), 2 * item))).toEqual([2, 4, 6]);
});
