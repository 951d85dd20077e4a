import type { ServerResponse } from "node:http";
import type { ActionParameters } from "../../model/decision.ts";
import type { KeyDirectory } from "../../ingest/keys/key-directory.ts";
import type { Callers } from "../http/callers.ts";
import { receiveJsonBody } from "../http/json-body.ts";
import { answerNow, pathOf, preparedJson, sendCallerUnknown, sendJson, sendMethodNotAllowed } from "../http/surface.ts";
import type { HttpSurface, OnDefect } from "../http/surface.ts";
import { sendProblem } from "../../kit/http/problem.ts";
import type { Ruler, Ruling } from "../ruling.ts";
import type { SurfaceDecision } from "../table/surface-decision.ts";
import { readQuestion, subjectOf } from "./question.ts";
import type { Question } from "./question.ts";

// Limits.
const bodyBytesMax = 16 * 1024;

export interface DecideEndpointOptions {
  readonly ruler: Pick<Ruler, "rule">;
  readonly keys: KeyDirectory;
  readonly callers: Callers;
  readonly onDefect: OnDefect;
}

/** `POST /v1/decide`: what is to be done with a request, for a gateway that does it by itself. */
export function createDecideEndpoint({ ruler, keys, callers, onDefect }: DecideEndpointOptions): HttpSurface {
  function decide(question: Question, response: ServerResponse): void {
    const ruling = ruler.rule(subjectOf(question, keys), question.purpose);
    if (ruling.decision === null) sendUndecided(response);
    else sendJson(response, answerOf(ruling, ruling.decision));
  }
  return (request, response) => {
    if (pathOf(request) !== "/v1/decide") return false;
    if (request.method !== "POST") sendMethodNotAllowed(response, "POST");
    else if (callers.of(request) === null) sendCallerUnknown(response);
    // Asked before every request of every customer: no promise is made on the way.
    else
      receiveJsonBody(request, readQuestion, bodyBytesMax, (body) => {
        if (body.kind === "problem") sendProblem(response, body.problem);
        else answerNow(response, onDefect, () => decide(body.value, response));
      });
    return true;
  };
}

/** `allowed` is whether the request may go on; `action` says how, and `allow` is that there is no decision. */
function answerOf(ruling: Ruling, decision: SurfaceDecision): object {
  const { id, action, category, expires } = decision;
  const found = {
    action,
    allowed: ruling.kind !== "refuse",
    parameters: parametersOf(decision, ruling),
    reference: id,
    category,
    expires,
  };
  return ruling.kind === "refuse" ? { ...found, problem: ruling.problem } : found;
}

/** What nearly everybody gets. */
const sendUndecided = preparedJson({ action: "allow", allowed: true });

/** Those of the decision, and of what other decisions add to it. */
function parametersOf({ parameters }: SurfaceDecision, ruling: Ruling): ActionParameters {
  if (ruling.kind !== "restrain") return parameters;
  const { degrade, delay } = ruling;
  return {
    ...parameters,
    ...(degrade === null ? {} : { withhold: [...degrade.withhold] }),
    ...(delay === null ? {} : { delay_ms: delay.delayMs }),
  };
}
