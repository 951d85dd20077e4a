/** Position of the first of ascending values that is not less than `least`, from `low` to before `high`; `high` where none is. */
export function firstFrom(values: ArrayLike<number>, least: number, low = 0, high = values.length): number {
  let [from, end] = [low, high];
  while (from < end) {
    const middle = (from + end) >>> 1;
    if (values[middle]! < least) from = middle + 1;
    else end = middle;
  }
  return from;
}
