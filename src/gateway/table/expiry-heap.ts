import { invariant } from "../../kit/assert.ts";

/** What the heap orders. `position` is the heap's own: where the item stands in it, -1 when it does not. */
export interface Expiring {
  readonly expiresMs: number;
  position: number;
}

export interface ExpiryHeap<T extends Expiring> {
  readonly size: number;
  /** The item that ends first, or null. */
  first(): T | null;
  add(item: T): void;
  /** Throws if the item is not in the heap. */
  remove(item: T): void;
}

/**
 * A binary heap by end, in which each item knows its place: what is lifted before its end leaves at once, so that the heap
 * never holds more than what is in force. Adding and removing take O(log n).
 */
export function createExpiryHeap<T extends Expiring>(): ExpiryHeap<T> {
  const items: T[] = [];

  function place(item: T, position: number): void {
    items[position] = item;
    item.position = position;
  }

  function rise(item: T, from: number): void {
    let position = from;
    while (position > 0) {
      const above = (position - 1) >> 1;
      const parent = items[above]!;
      if (parent.expiresMs <= item.expiresMs) break;
      place(parent, position);
      position = above;
    }
    place(item, position);
  }

  function sink(item: T, from: number): void {
    let position = from;
    for (;;) {
      const left = items[2 * position + 1];
      const right = items[2 * position + 2];
      const child = right !== undefined && left !== undefined && right.expiresMs < left.expiresMs ? right : left;
      if (child === undefined || child.expiresMs >= item.expiresMs) break;
      const below = child.position;
      place(child, position);
      position = below;
    }
    place(item, position);
  }

  return {
    get size() {
      return items.length;
    },
    first: () => items[0] ?? null,
    add(item) {
      rise(item, items.length);
    },
    remove(item) {
      const { position } = item;
      invariant(items[position] === item, "only what is in the heap is removed from it");
      const last = items.pop()!;
      item.position = -1;
      if (last === item) return;
      // The last item may belong above or below the gap: it comes from another branch.
      rise(last, position);
      sink(last, last.position);
    },
  };
}
