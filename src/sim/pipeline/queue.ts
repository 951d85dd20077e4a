import type { Item } from "../text/texts.ts";

// Limits.
/** Draws before a source that keeps repeating itself is taken to be exhausted. */
const DRAWS_MAX = 30;
/** Hashes remembered; beyond it the oldest half is forgotten, and an item may come again. */
const REMEMBERED_MAX = 4_000_000;

/** One deduplicated work queue: no text leaves it twice. */
export function workQueue(source: () => Item): () => Item {
  let seen = new Set<number>();
  let older = new Set<number>();
  return () => {
    let item = source();
    for (let draw = 1; draw < DRAWS_MAX && repeated(item.text); draw++) item = source();
    let number = 2;
    const text = item.text;
    while (repeated(item.text)) item = { ...item, text: `${text} (${number++})` };
    seen.add(hash53(item.text));
    if (seen.size > REMEMBERED_MAX / 2) {
      older = seen;
      seen = new Set();
    }
    return item;
  };

  function repeated(text: string): boolean {
    const hash = hash53(text);
    return seen.has(hash) || older.has(hash);
  }
}

/** Two 32-bit multiplicative hashes, of which 53 bits fit a number. */
function hash53(text: string): number {
  let low = 0x811c9dc5;
  let high = 0x9e3779b9;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    low = Math.imul(low ^ code, 0x01000193);
    high = Math.imul(high ^ code, 0x85ebca6b);
  }
  return (high >>> 11) * 2 ** 32 + (low >>> 0);
}
