import type { Dispatcher } from "undici";
import { assertNever } from "../../kit/assert.ts";
import type { Holding } from "../holding.ts";
import { problemDetails } from "../../kit/http/problem.ts";
import type { ProblemDetails } from "../../kit/http/problem.ts";
import type { Degrade, Ruler, Ruling } from "../ruling.ts";
import { codingNames } from "./content-coding.ts";
import { createDegrader } from "./degrade/degrader.ts";
import type { DegraderCounts, NotDegraded } from "./degrade/degrader.ts";
import type { Dialect } from "./degrade/dialect.ts";
import { forward } from "./forward.ts";
import type { Passage } from "./forward.ts";
import { askForBody } from "./request-body.ts";

/** A request that may go on. */
export interface Arrival {
  readonly passage: Passage;
  /** null: its endpoint gives nothing that could be withheld. */
  readonly dialect: Dialect | null;
}

export interface EnforcementCounts extends DegraderCounts {
  readonly refused: number;
  /** Waiting now. */
  readonly held: number;
}

/** Does with a request what was ruled. */
export interface Enforcement {
  follow(ruling: Ruling, arrival: Arrival): Promise<void>;
  counts(): EnforcementCounts;
}

export interface EnforcementOptions {
  readonly dispatcher: Dispatcher;
  readonly ruler: Pick<Ruler, "unable">;
  readonly holding: Holding;
}

export function createEnforcement({ dispatcher, ruler, holding }: EnforcementOptions): Enforcement {
  const degrader = createDegrader();
  let refused = 0;

  async function follow(ruling: Ruling, arrival: Arrival): Promise<void> {
    switch (ruling.kind) {
      case "pass":
        return pass(arrival.passage);
      case "restrain":
        return restrain(arrival, ruling);
      case "refuse":
        refused++;
        return arrival.passage.fail(ruling.problem);
      default:
        return assertNever(ruling, "ruling");
    }
  }

  function pass(passage: Passage): void {
    askForBody(passage.request, passage.response);
    forward(dispatcher, passage);
  }

  async function degraded({ passage, dialect }: Arrival, { withhold }: Degrade): Promise<void> {
    if (dialect === null) return pass(passage);
    askForBody(passage.request, passage.response);
    const stripped = await degrader.degraded(passage, dialect, withhold);
    if (typeof stripped !== "string") return forward(dispatcher, stripped);
    const problem = problemOf(stripped);
    if (problem !== null) passage.fail(problem);
  }

  async function restrain(arrival: Arrival, { degrade, delay }: Ruling & { kind: "restrain" }): Promise<void> {
    if (delay !== null) {
      const left = new AbortController();
      arrival.passage.response.once("close", () => left.abort());
      const hasWaited = await holding.hold(delay.delayMs, left.signal);
      if (left.signal.aborted) return undefined;
      if (!hasWaited) return follow(ruler.unable(delay.decision), arrival);
    }
    return degrade === null ? pass(arrival.passage) : degraded(arrival, degrade);
  }

  return { follow, counts: () => ({ ...degrader.counts(), refused, held: holding.held }) };
}

/** Says how the same can be sent so that it goes on; null where nobody is left to be told. */
function problemOf(why: NotDegraded): ProblemDetails | null {
  switch (why) {
    case "too-large":
      return problemDetails(413, "Send less at once.");
    case "unreadable":
      return problemDetails(415, `Send the body uncompressed, or whole in one of ${codingNames}.`);
    case "compressed":
      return problemDetails(415, "Send the body uncompressed.");
    case "out-of-sight":
      return problemDetails(
        415,
        "Send the requests of a batch in one piece: as one file, or in the request itself where it takes them.",
      );
    case "no-json":
      return problemDetails(415, "Send the body as one object of JSON, in UTF-8 and not deeply nested.");
    case "gone":
      return null;
    default:
      return assertNever(why, "reason");
  }
}
