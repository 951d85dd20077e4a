import type { ServerResponse } from "node:http";
import { STATUS_CODES } from "node:http";

/** An answer other than success: what the caller can know and mend. Never a secret, nor what was said in a prompt. */
export class Problem extends Error {
  override readonly name = "Problem";
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, detail: string, headers: Readonly<Record<string, string>> = {}) {
    super(detail);
    this.status = status;
    this.headers = headers;
  }
}

/** The sender should try again after so many seconds. */
export function tryAgain(status: 429 | 503, detail: string, seconds: number): Problem {
  return new Problem(status, detail, { "retry-after": String(seconds) });
}

/** Problem details for HTTP APIs, RFC 9457. */
export function sendProblem(response: ServerResponse, { status, message, headers }: Problem): void {
  const body = JSON.stringify({ type: "about:blank", title: STATUS_CODES[status], status, detail: message });
  send(response, status, "application/problem+json", body, headers);
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
