import { seededRandom } from "../../src/kit/random.ts";
import { nowMs, subjectOf, tableOf } from "./decisions.ts";
import { quantile } from "./quantile.ts";

// Limits.
/** Subjects, made before anything is measured. */
const subjectsMax = 200_000;
const lookUps = 2_000_000;
/** The code is compiled by then. */
const warmUps = 200_000;

export interface LookUps {
  readonly p50Us: number;
  readonly p99Us: number;
  /** Share of the look-ups that found a decision. */
  readonly found: number;
  /** Memory of one decision in the table, bytes. */
  readonly bytesPerDecision: number;
}

/** Look-ups, each by all five parts of a subject, in a table of so many decisions. Needs `--expose-gc`. */
export function measureLookUps(decisions: number): LookUps {
  const random = seededRandom("gateway look-ups");
  const before = heapBytes();
  const table = tableOf(decisions, random);
  const bytesPerDecision = (heapBytes() - before) / decisions;
  const subjects = Array.from({ length: subjectsMax }, () => subjectOf(random, decisions));
  const took = new Float64Array(lookUps);
  let found = 0;
  for (let i = -warmUps; i < lookUps; i++) {
    const subject = subjects[(i + warmUps) % subjectsMax] ?? {};
    const start = performance.now();
    const decision = table.lookup(subject, nowMs);
    const end = performance.now();
    if (i < 0) continue;
    took[i] = (end - start) * 1000;
    if (decision !== null) found++;
  }
  took.sort();
  return { p50Us: quantile(took, 0.5), p99Us: quantile(took, 0.99), found: found / lookUps, bytesPerDecision };
}

function heapBytes(): number {
  if (globalThis.gc === undefined) throw new Error("run with --expose-gc");
  globalThis.gc();
  return process.memoryUsage().heapUsed;
}
