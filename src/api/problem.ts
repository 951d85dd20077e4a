import type { ServerResponse } from "node:http";
import { STATUS_CODES } from "node:http";

export const problemContentType = "application/problem+json";

/** An answer other than success: what the caller can know and mend. Never a secret, nor what was said in a prompt. */
export class Problem extends Error {
  override readonly name = "Problem";
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Members beside those of RFC 9457 (its section 3.2). */
  readonly extension: Readonly<Record<string, unknown>>;

  constructor(
    status: number,
    detail: string,
    headers: Readonly<Record<string, string>> = {},
    extension: Readonly<Record<string, unknown>> = {},
  ) {
    super(detail);
    this.status = status;
    this.headers = headers;
    this.extension = extension;
  }
}

/** The sender should try again after so many seconds. */
export function tryAgain(status: 429 | 503, detail: string, seconds: number): Problem {
  return new Problem(status, detail, { "retry-after": String(seconds) });
}

/** No known bearer token (RFC 6750, section 3). */
export function tokenNeeded(): Problem {
  return new Problem(401, "a bearer token that is known here is needed", { "www-authenticate": "Bearer" });
}

/** Problem details for HTTP APIs, RFC 9457. */
export function problemBody({ status, message, extension }: Problem): string {
  return JSON.stringify({ type: "about:blank", title: STATUS_CODES[status], status, detail: message, ...extension });
}

export function sendProblem(response: ServerResponse, problem: Problem): void {
  send(response, problem.status, problemContentType, problemBody(problem), problem.headers);
}

export function send(
  response: ServerResponse,
  status: number,
  contentType: string,
  body: string | Uint8Array,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, { ...headers, "content-type": contentType, "content-length": Buffer.byteLength(body) });
  response.end(body);
}
