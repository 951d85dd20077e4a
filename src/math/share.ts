/** Share of a set's items that another set has too, 0 to 1. Not a number for a set without items. */
export function shareIn(items: readonly number[], others: ReadonlySet<number>): number {
  return items.filter((item) => others.has(item)).length / items.length;
}
