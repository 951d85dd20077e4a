// Limits.
/** A smaller number says too much of the few that it counts. */
const lowestMin = 5;
/** What is larger is said to be at least this. */
const highestMin = 1_000_000;

/** Both ends included; no `high` where there is none. */
export interface CountBin {
  readonly low: number;
  readonly high: number | null;
}

/**
 * The range that is shared in place of a count: 0 to 4, 5 to 9, 10 to 19, 20 to 49, 50 to 99, 100 to 199 and so on, up to a
 * million and more. Ranges have no secret of their own: a count that passes an end shows that it has. Throws a `RangeError` for
 * what is no count.
 */
export function binOf(count: number): CountBin {
  if (!Number.isSafeInteger(count) || count < 0) throw new RangeError("a count is a whole number, and not negative");
  let low = 0;
  for (const next of binStarts()) {
    if (count < next) return { low, high: next - 1 };
    low = next;
  }
  return { low, high: null };
}

function* binStarts(): Generator<number> {
  for (let power = 1; power <= highestMin; power *= 10) {
    for (const start of [power, 2 * power, 5 * power]) {
      if (start >= lowestMin && start <= highestMin) yield start;
    }
  }
}
