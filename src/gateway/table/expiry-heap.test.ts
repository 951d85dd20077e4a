import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createExpiryHeap } from "./expiry-heap.ts";
import type { Expiring } from "./expiry-heap.ts";

describe("the heap of ends", () => {
  it("gives back in order what was not removed", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.integer({ min: 0, max: 50 }), fc.boolean()), { maxLength: 200 }), (given) => {
        const heap = createExpiryHeap<Expiring>();
        const items = given.map(([expiresMs, stays]) => ({ item: { expiresMs, position: -1 }, stays }));
        for (const { item } of items) heap.add(item);
        for (const { item, stays } of items) if (!stays) heap.remove(item);
        const left: number[] = [];
        for (let first = heap.first(); first !== null; first = heap.first()) {
          left.push(first.expiresMs);
          heap.remove(first);
        }
        const expected = items.filter(({ stays }) => stays).map(({ item }) => item.expiresMs);
        expect(left).toEqual(expected.sort((a, b) => a - b));
        expect(heap.size).toBe(0);
      }),
    );
  });

  it("refuses to remove what it does not hold", () => {
    const heap = createExpiryHeap<Expiring>();
    const item = { expiresMs: 1, position: -1 };
    heap.add(item);
    heap.remove(item);
    expect(() => heap.remove(item)).toThrow("invariant");
  });
});
