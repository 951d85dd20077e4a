/** The q-quantile of sorted values, by the nearest rank. */
export function quantile(sorted: ArrayLike<number>, q: number): number {
  const value = sorted[Math.max(0, Math.ceil(q * sorted.length) - 1)];
  if (value === undefined) throw new RangeError("a quantile of nothing");
  return value;
}
