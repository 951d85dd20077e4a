import type { ServerResponse } from "node:http";
import { STATUS_CODES } from "node:http";

export const problemContentType = "application/problem+json";

/** An error as RFC 9457 writes it. */
export interface ProblemDetails {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
}

/**
 * A problem that says no more than its status does, whose title is the status' own (RFC 9457, 4.2.1). `detail` is what the caller can
 * know and mend: never a secret, nor what was said in a prompt.
 */
export function problemDetails(status: number, detail: string): ProblemDetails {
  return { type: "about:blank", title: STATUS_CODES[status] ?? "Error", status, detail };
}

/** Answers with a problem. Where it says in how many seconds to come back, so does the header. */
export function sendProblem(
  response: ServerResponse,
  problem: ProblemDetails & { readonly retry_after_seconds?: number },
  headers: Readonly<Record<string, string>> = {},
): void {
  const { retry_after_seconds: seconds } = problem;
  const retryAfter = seconds === undefined ? {} : { "retry-after": String(seconds) };
  send(response, problem.status, problemContentType, JSON.stringify(problem), { ...retryAfter, ...headers });
}

export function send(
  response: ServerResponse,
  status: number,
  contentType: string,
  body: string | Uint8Array,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, { ...headers, ...ownHeaders(contentType, body) });
  response.end(body);
}

/** An answer is about one caller and true for a moment: it is not to be kept (RFC 9111, 5.2.2.5). */
export function ownHeaders(contentType: string, body: string | Uint8Array): Record<string, string | number> {
  return { "content-type": contentType, "content-length": Buffer.byteLength(body), "cache-control": "no-store" };
}
