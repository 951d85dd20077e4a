/** A list in parts of at most so many, in order. */
export function* inSlices<Item>(list: readonly Item[], itemsMax: number): Generator<readonly Item[]> {
  for (let at = 0; at < list.length; at += itemsMax) yield list.slice(at, at + itemsMax);
}
