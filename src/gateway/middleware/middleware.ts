import { randomUUID } from "node:crypto";
import { createThrottle } from "../../decide/throttle/gcra.ts";
import { emptyDirectory } from "../../ingest/keys/key-directory.ts";
import { createKeyNames } from "../../ingest/keys/key-names.ts";
import { systemClock } from "../../kit/clock.ts";
import { seededRandom } from "../../kit/random.ts";
import { systemWait } from "../../kit/wait.ts";
import { customerLinks } from "../customer-links.ts";
import type { CustomerLinks } from "../customer-links.ts";
import { createHolding } from "../holding.ts";
import { createSubjectOf } from "../request-subject.ts";
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
  /** The installation's secret, under which API keys are named. */
  readonly keySecret: string;
  /** Where customers are sent. */
  readonly links: CustomerLinks;
  /** In which headers what stands in front says who the customer is. Without `account`, decisions on accounts are not found: a key has no owner here. */
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

/** Throws a `UserError` where the secret or a link won't do. */
export function createMiddleware(options: MiddlewareOptions): Middleware {
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
  const keys = emptyDirectory(createKeyNames(options.keySecret));
  const subjectOf = createSubjectOf({ keys, headers: options.headers ?? {} });
  return {
    guard: createGuard({ ruler, subjectOf, holding: createHolding() }),
    run: (signal, onFailure) => follower.run(signal, onFailure),
    health: () => follower.health(),
  };
}
