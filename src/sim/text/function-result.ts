import type { Random } from "../../kit/random.ts";
import { token } from "../draw.ts";

// Rates.
/** Share of invented calls that fail, so that recovery is seen too. */
const FAILED = 0.12;

const KEYS = "reference status amount available until branch fee currency items window limit note".split(" ");
const WORDS = "open held closed pending shipped partial refused morning evening none".split(" ");

/** What a made-up function returns. */
export function functionResult(random: Random): string {
  if (random.chance(FAILED))
    return JSON.stringify({
      error: random.pick(["timeout", "not_found", "conflict", "forbidden"]),
      id: token(random, 6),
    });
  const fields = Array.from({ length: random.integer(2, 5) }, (): [string, string | number | boolean] => [
    random.pick(KEYS),
    random.pick([random.integer(2, 9_999), random.pick(WORDS), token(random, 8), random.chance(0.5)]),
  ]);
  return JSON.stringify({ ok: true, ...Object.fromEntries(fields) });
}
