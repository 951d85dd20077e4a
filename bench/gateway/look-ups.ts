import { createThrottle } from "../../src/decide/throttle/gcra.ts";
import { customerLinks } from "../../src/gateway/customer-links.ts";
import { createRuler } from "../../src/gateway/ruling.ts";
import { createAllowList } from "../../src/gateway/table/allow-list.ts";
import { fixedClock } from "../../src/kit/clock.ts";
import { seededRandom } from "../../src/kit/random.ts";
import { nowMs, subjectOf, tableOf } from "./decisions.ts";
import { quantile } from "./quantile.ts";

// Limits.
/** Subjects, made before anything is measured. */
const subjectsMax = 200_000;
const lookUps = 2_000_000;
/** The code is compiled by then. */
const warmUps = 200_000;

/** On the allow-list, of accounts that come. */
const allowedAccounts = 1_000;
const throttledMax = 1_000_000;

export interface LookUps {
  readonly p50Us: number;
  readonly p99Us: number;
  /** Share of the requests that a decision was found for. */
  readonly found: number;
  /** Memory of one decision in the table, bytes. */
  readonly bytesPerDecision: number;
}

/** What surfaces ask: what is to be done with a request, by all five parts of its subject, under so many decisions. Needs `--expose-gc`. */
export function measureLookUps(decisions: number): LookUps {
  const random = seededRandom("gateway look-ups");
  const before = heapBytes();
  const table = tableOf(decisions, random);
  const bytesPerDecision = (heapBytes() - before) / decisions;
  const subjects = Array.from({ length: subjectsMax }, () => subjectOf(random, decisions));
  const allowed = Array.from({ length: allowedAccounts }, (_, i) => `acct_${i * 64}`);
  table.allow(createAllowList(allowed.map((value) => ({ scope: { kind: "account", value }, expires: null }))));
  const links = customerLinks({ appeal: "https://example.com/{reference}", verify: "https://example.com/{reference}" });
  const ruler = createRuler({ table, throttle: createThrottle(throttledMax), links, clock: fixedClock(nowMs) });
  const took = new Float64Array(lookUps);
  let found = 0;
  for (let i = -warmUps; i < lookUps; i++) {
    const subject = subjects[(i + warmUps) % subjectsMax] ?? {};
    const start = performance.now();
    const { decision } = ruler.rule(subject, "request");
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
