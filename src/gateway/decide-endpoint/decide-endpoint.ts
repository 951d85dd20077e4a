import type { ServerResponse } from "node:http";
import { z } from "zod";
import type { ActionParameters } from "../../model/decision.ts";
import type { KeyDirectory } from "../../ingest/keys/key-directory.ts";
import type { Callers } from "../http/callers.ts";
import { receiveJsonBody } from "../http/json-body.ts";
import type { ReceivedJson } from "../http/json-body.ts";
import { answerNow, pathOf, sendJsonText, sendMethodNotAllowed } from "../http/surface.ts";
import type { HttpSurface, OnDefect } from "../http/surface.ts";
import { problemDetails, sendProblem } from "../../kit/http/problem.ts";
import { withOwner } from "../request-subject.ts";
import type { Ruler, Ruling } from "../ruling.ts";
import type { Subject } from "../table/decision-index.ts";
import type { SurfaceDecision } from "../table/surface-decision.ts";

// Limits.
const bodyBytesMax = 8 * 1024;
const partCharactersMax = 1024;

const partSchema = z.string().min(1).max(partCharactersMax).optional();

/** Whom a request comes from and what it is for. At least one part must be given; the more, the more decisions can apply. */
const questionSchema = z.strictObject({
  /** The API key as the caller's customer sent it. It gets its name before anything else is done. */
  api_key: partSchema,
  /** The key's id or SHA-256, as logs tell it, where the gateway does not see the key itself. */
  key: partSchema,
  account: partSchema,
  organization: partSchema,
  /** The customer's address, not the gateway's. */
  address: partSchema,
  /** JA4 fingerprint of the TLS client hello. */
  tls: partSchema,
  purpose: z.enum(["request", "new-key"]).default("request"),
});

type Question = z.infer<typeof questionSchema>;

export interface DecideEndpointOptions {
  readonly ruler: Pick<Ruler, "rule">;
  readonly keys: KeyDirectory;
  readonly callers: Callers;
  readonly onDefect: OnDefect;
}

/** `POST /v1/decide`: what is to be done with a request, for a gateway that does it by itself. */
export function createDecideEndpoint({ ruler, keys, callers, onDefect }: DecideEndpointOptions): HttpSurface {
  function decide(body: ReceivedJson<Question>, response: ServerResponse): void {
    if (body.kind === "problem") return sendProblem(response, body.problem);
    const wrong = contradictionOf(body.value);
    if (wrong !== null) return sendProblem(response, problemDetails(400, wrong));
    return sendJsonText(response, answerOf(ruler.rule(subjectOf(body.value, keys), body.value.purpose)));
  }
  return (request, response) => {
    if (pathOf(request) !== "/v1/decide") return false;
    if (request.method !== "POST") sendMethodNotAllowed(response, "POST");
    else if (callers.of(request) === null)
      sendProblem(response, problemDetails(401, "Send a caller's key in X-Api-Key."));
    // Asked before every request of every customer: no promise is made on the way.
    else
      receiveJsonBody(request, questionSchema, bodyBytesMax, (body) =>
        answerNow(response, onDefect, () => decide(body, response)),
      );
    return true;
  };
}

/** Not in the schema, where a check of the whole would slow down every question. */
function contradictionOf(question: Question): string | null {
  if (question.api_key !== undefined && question.key !== undefined) return "Give api_key or key, not both.";
  // `purpose` is always there.
  return Object.keys(question).length > 1 ? null : "Give one part of the subject at least.";
}

function subjectOf(
  { api_key: apiKey, key: told, account, organization, address, tls }: Question,
  keys: KeyDirectory,
): Subject {
  const ofTold = told === undefined ? undefined : keys.ofLogged(told);
  const key = apiKey === undefined ? ofTold : keys.ofSecret(apiKey);
  return withOwner(keys, { key, account, organization, address, tls });
}

/** `allowed` is whether the request may go on; `action` says how, and `allow` is that there is no decision. */
function answerOf(ruling: Ruling): string {
  const { decision } = ruling;
  if (decision === null) return UNDECIDED;
  const { id, action, category, expires } = decision;
  const found = {
    action,
    allowed: ruling.kind !== "refuse",
    parameters: parametersOf(decision, ruling),
    reference: id,
    category,
    expires,
  };
  return JSON.stringify(ruling.kind === "refuse" ? { ...found, problem: ruling.problem } : found);
}

/** What nearly everybody gets. */
const UNDECIDED = JSON.stringify({ action: "allow", allowed: true });

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
