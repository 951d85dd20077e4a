import { sendProblem } from "../../kit/http/problem.ts";
import type { ServerResponse } from "node:http";
import { assertNever } from "../../kit/assert.ts";
import type { ProblemDetails } from "../../kit/http/problem.ts";
import type { DecisionProblem } from "../decision-problem.ts";
import type { Api } from "./route.ts";

/** What the proxy answers by itself: an error that any caller may get, or what a decision made of its request. */
export type ProxyProblem = ProblemDetails | DecisionProblem;

/**
 * Answers with a problem as the caller's client expects errors of its API, so that an official client raises its usual error with
 * a text that helps. The problem itself (RFC 9457) stands beside it; where the API is not known it is all there is.
 */
export function sendApiError(response: ServerResponse, api: Api | null, problem: ProxyProblem): void {
  if (api === null) {
    sendProblem(response, problem);
    return;
  }
  const body = JSON.stringify({ ...envelope(api, problem), problem });
  const retryAfterSeconds = retryAfterOf(problem);
  response.writeHead(problem.status, {
    "content-type": "application/json",
    "content-length": Buffer.byteLength(body),
    "cache-control": "no-store",
    ...(retryAfterSeconds === undefined ? {} : { "retry-after": String(retryAfterSeconds) }),
  });
  response.end(body);
}

function envelope(api: Api, problem: ProxyProblem): object {
  switch (api) {
    case "openai":
      // platform.openai.com/docs/guides/error-codes
      return { error: { message: messageOf(problem), type: typeOf(problem), param: null, code: codeOf(problem) } };
    case "anthropic":
      // docs.claude.com/en/api/errors
      return { type: "error", error: { type: typeOf(problem), message: messageOf(problem) } };
    case "gemini":
      // cloud.google.com/apis/design/errors: google.rpc.Status, as JSON
      return {
        error: {
          code: problem.status,
          message: messageOf(problem),
          status: googleStatusOf(problem.status),
          details: googleDetailsOf(problem),
        },
      };
    default:
      return assertNever(api, "API");
  }
}

/** All that a person needs, in the one field that every client shows. */
function messageOf(problem: ProxyProblem): string {
  const links = isOfDecision(problem)
    ? [...(problem.verify === undefined ? [] : [`Verify: ${problem.verify}`]), `Appeal: ${problem.appeal}`]
    : [];
  return [`${problem.title}.`, problem.detail, ...links].join(" ");
}

/** The names that OpenAI and Anthropic share, but for their own words for a server's error. */
function typeOf({ status }: ProxyProblem): string {
  switch (status) {
    case 403:
      return "permission_error";
    case 413:
      return "request_too_large";
    case 429:
      return "rate_limit_error";
    case 503:
      return "overloaded_error";
    case 504:
      return "timeout_error";
    default:
      return status < 500 ? "invalid_request_error" : "api_error";
  }
}

const codeOf = (problem: ProxyProblem): string | null =>
  isOfDecision(problem) ? (problem.type.split(":").at(-1) ?? null) : null;

/** google.rpc.Code by HTTP status (github.com/googleapis/googleapis, google/rpc/code.proto). */
function googleStatusOf(status: number): string {
  switch (status) {
    case 403:
      return "PERMISSION_DENIED";
    case 429:
      return "RESOURCE_EXHAUSTED";
    case 502:
    case 503:
      return "UNAVAILABLE";
    case 504:
      return "DEADLINE_EXCEEDED";
    default:
      return status < 500 ? "INVALID_ARGUMENT" : "INTERNAL";
  }
}

/** google/rpc/error_details.proto */
function googleDetailsOf(problem: ProxyProblem): readonly object[] {
  if (!isOfDecision(problem)) return [];
  const { reference, category, appeal, expires } = problem;
  const info = {
    "@type": "type.googleapis.com/google.rpc.ErrorInfo",
    reason: googleStatusOf(problem.status),
    metadata: { reference, category, appeal, expires },
  };
  const seconds = retryAfterOf(problem);
  if (seconds === undefined) return [info];
  return [info, { "@type": "type.googleapis.com/google.rpc.RetryInfo", retryDelay: `${seconds}s` }];
}

const isOfDecision = (problem: ProxyProblem): problem is DecisionProblem => "reference" in problem;
const retryAfterOf = (problem: ProxyProblem): number | undefined =>
  isOfDecision(problem) ? problem.retry_after_seconds : undefined;
