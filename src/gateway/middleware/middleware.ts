import { randomUUID } from "node:crypto";
import { createThrottle } from "../../decide/throttle/gcra.ts";
import { openKeyDirectory } from "../../ingest/keys/key-directory.ts";
import { systemClock } from "../../kit/clock.ts";
import { seededRandom } from "../../kit/random.ts";
import { systemWait } from "../../kit/wait.ts";
import { customerLinks } from "../customer-links.ts";
import type { CustomerLinks } from "../customer-links.ts";
import { createHolding } from "../holding.ts";
import { createSubjectsOf } from "../request-subject.ts";
import type { SubjectHeaders } from "../request-subject.ts";
import { createRuler } from "../ruling.ts";
import { createDecisionTable } from "../table/decision-table.ts";
import { createFollower } from "./follower.ts";
import type { FollowerHealth } from "./follower.ts";
import { createGuard } from "./guard.ts";
import type { Guard } from "./guard.ts";

// Limits.
/** Throttled decisions whose rates are counted at once. */
const throttledMax = 100_000;

export interface MiddlewareOptions {
  /** Of `stillwatch serve`, such as https://stillwatch.internal:8686 */
  readonly url: string;
  /** This application's token as a caller. */
  readonly callerKey: string;
  /** The installation's secret, under which API keys are named: what stands in the server's `key-secret-file`. */
  readonly keySecret: string;
  /** The path of a copy of the server's `keys:` file, which says whose each key is. Without it only `headers` tell of accounts. */
  readonly keys?: string;
  /** Where customers are sent. */
  readonly links: CustomerLinks;
  /** In which headers what stands in front says who the customer is. Whose a key is by the file of keys counts for more. */
  readonly headers?: SubjectHeaders;
}

/** A decision table in this process, that follows the server, and what rules by it. */
export interface Middleware {
  /** For the adapter of a framework: `stillwatch/middleware/express`, `/fastify`, `/hono`. */
  readonly guard: Guard;
  /** Follows until the signal. Until it has heard of the server, and where that is down, requests go on as they would. */
  run(signal: AbortSignal, onFailure: (error: unknown) => void): Promise<void>;
  health(): FollowerHealth;
}

/** Reads the file of keys, once. Throws a `UserError` where that, the secret or a link won't do. */
export async function createMiddleware(options: MiddlewareOptions): Promise<Middleware> {
  const keys = await openKeyDirectory(options.keySecret, options.keys);
  const table = createDecisionTable();
  const follower = createFollower({
    url: options.url,
    callerKey: options.callerKey,
    table,
    clock: systemClock,
    random: seededRandom(randomUUID()),
    wait: systemWait,
  });
  const ruler = createRuler({
    table,
    throttle: createThrottle(throttledMax),
    links: customerLinks(options.links),
    clock: systemClock,
  });
  const subjectsOf = createSubjectsOf({ keys, headers: options.headers ?? {} });
  return {
    guard: createGuard({ ruler, subjectsOf, holding: createHolding() }),
    run: (signal, onFailure) => follower.run(signal, onFailure),
    health: () => follower.health(),
  };
}
