/*
 * LiteLLM's generic guardrail API: its proxy asks before each call (mode `pre_call`) and refuses what is `BLOCKED`.
 * https://docs.litellm.ai/docs/adding_provider/generic_guardrail_api
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import { z } from "zod";
import { assertNever } from "../../kit/assert.ts";
import { createPlaces } from "../../kit/places.ts";
import type { KeyDirectory } from "../../ingest/keys/key-directory.ts";
import { litellmUser } from "../../ingest/litellm.ts";
import type { Holding } from "../holding.ts";
import type { Callers } from "../http/callers.ts";
import { readJsonBody } from "../http/json-body.ts";
import { answer, pathOf, sendCallerUnknown, sendJson, sendMethodNotAllowed } from "../http/surface.ts";
import type { HttpSurface, OnDefect } from "../http/surface.ts";
import { problemDetails, sendProblem } from "../../kit/http/problem.ts";
import type { DecisionProblem } from "../decision-problem.ts";
import { withOwner } from "../request-subject.ts";
import type { Ruler, Ruling } from "../ruling.ts";
import type { Subject } from "../table/decision-index.ts";

// Limits.
/** LiteLLM sends the texts and images of the call along; nothing is done with them here. */
const bodyBytesMax = 32 * 2 ** 20;
/** Bodies under way at once, since each may be that large. */
const bodiesMax = 64;
const retryAfterSeconds = 1;

/** LiteLLM appends it to its `api_base`. */
const PATH = "/beta/litellm_basic_guardrail_api";

const textSchema = z.string().nullish();
const requestSchema = z.object({
  input_type: z.enum(["request", "response"]),
  request_data: z.object({
    user_api_key_hash: textSchema,
    user_api_key_user_id: textSchema,
    user_api_key_team_id: textSchema,
    user_api_key_org_id: textSchema,
  }),
});

export interface GuardrailOptions {
  readonly ruler: Ruler;
  readonly keys: KeyDirectory;
  readonly holding: Holding;
  readonly callers: Callers;
  readonly onDefect: OnDefect;
}

export function createGuardrailSurface(options: GuardrailOptions): HttpSurface {
  const places = createPlaces(bodiesMax);
  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.method !== "POST") return sendMethodNotAllowed(response, "POST");
    if (options.callers.of(request) === null) return sendCallerUnknown(response);
    const reading = places.take(() => readJsonBody(request, requestSchema, bodyBytesMax));
    if (reading === null)
      return sendProblem(response, {
        ...problemDetails(503, "Too many bodies are under way."),
        retry_after_seconds: retryAfterSeconds,
      });
    const body = await reading;
    if (body.kind === "gone") return undefined;
    if (body.kind === "problem") return sendProblem(response, body.problem);
    // An answer of the model's is not looked at: what was to be said about the call was said before it.
    if (body.value.input_type === "response") return sendJson(response, { action: "NONE" });
    const ruling = options.ruler.rule(subjectOf(body.value.request_data, options.keys), "request");
    return sendJson(response, await carryOut(ruling, response, options));
  }
  return (request, response) =>
    pathOf(request) === PATH && answer(response, options.onDefect, serve(request, response));
}

/** As the readers of LiteLLM's logs name the account, so that decisions about it are found. */
function subjectOf(data: z.infer<typeof requestSchema>["request_data"], keys: KeyDirectory): Subject {
  const told = data.user_api_key_hash ?? undefined;
  const key = told === undefined ? undefined : keys.ofLogged(told);
  const organization = data.user_api_key_org_id ?? undefined;
  const user = litellmUser(data.user_api_key_user_id);
  return withOwner(keys, { key, organization, account: user ?? key ?? data.user_api_key_team_id ?? organization });
}

async function carryOut(
  ruling: Ruling,
  response: ServerResponse,
  { ruler, holding }: Pick<GuardrailOptions, "ruler" | "holding">,
): Promise<object> {
  switch (ruling.kind) {
    case "pass":
      return { action: "NONE" };
    case "refuse":
      return { action: "BLOCKED", blocked_reason: sentenceOf(ruling.problem) };
    case "restrain": {
      const { degrade, delay } = ruling;
      // A guardrail can change texts, and not what is asked of the model.
      const degraded = degrade === null ? ({ kind: "pass", decision: null } as const) : ruler.unable(degrade.decision);
      if (delay === null) return carryOut(degraded, response, { ruler, holding });
      const left = new AbortController();
      response.once("close", () => left.abort());
      const wasHeld = await holding.hold(delay.delayMs, left.signal);
      return carryOut(wasHeld ? degraded : ruler.unable(delay.decision), response, { ruler, holding });
    }
    default:
      return assertNever(ruling, "ruling");
  }
}

/** LiteLLM shows the customer one text. */
function sentenceOf({ title, detail, appeal, verify, retry_after_seconds: seconds }: DecisionProblem): string {
  const wait = seconds === undefined ? "" : ` Come back in ${seconds} seconds.`;
  const prove = verify === undefined ? "" : ` Verify: ${verify}`;
  return `${title}. ${detail}${wait}${prove} Appeal: ${appeal}`;
}
