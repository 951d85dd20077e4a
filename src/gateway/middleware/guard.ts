import { assertNever } from "../../kit/assert.ts";
import type { Holding } from "../holding.ts";
import type { DecisionProblem } from "../decision-problem.ts";
import type { SeenRequest, SubjectsOf } from "../request-subject.ts";
import type { Ruler, Ruling, Withheld } from "../ruling.ts";

/** What a web framework's middleware does with a request. */
export type Guarded =
  /** It goes on to the application, which must withhold these parts of its answer. */
  | { readonly kind: "go-on"; readonly withhold: readonly Withheld[] }
  | { readonly kind: "answer"; readonly problem: DecisionProblem };

/** Asked once a request; a promise only where a tarpit holds it. */
export type Guard = (request: SeenRequest, left: AbortSignal) => Guarded | Promise<Guarded>;

export interface GuardOptions {
  readonly ruler: Ruler;
  readonly subjectsOf: SubjectsOf;
  readonly holding: Holding;
}

const GO_ON: Guarded = { kind: "go-on", withhold: [] };

/** The part of the middleware that knows no framework. */
export function createGuard({ ruler, subjectsOf, holding }: GuardOptions): Guard {
  function carryOut(ruling: Ruling, left: AbortSignal): Guarded | Promise<Guarded> {
    switch (ruling.kind) {
      case "pass":
        return GO_ON;
      case "refuse":
        return { kind: "answer", problem: ruling.problem };
      case "restrain": {
        const { degrade, delay } = ruling;
        const goOn: Guarded = degrade === null ? GO_ON : { kind: "go-on", withhold: degrade.withhold };
        if (delay === null) return goOn;
        return holding
          .hold(delay.delayMs, left)
          .then((wasHeld) => (wasHeld ? goOn : carryOut(ruler.unable(delay.decision), left)));
      }
      default:
        return assertNever(ruling, "ruling");
    }
  }
  return (request, left) => carryOut(ruler.ruleAll(subjectsOf(request), "request"), left);
}
