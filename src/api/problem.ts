import { problemDetails } from "../kit/http/problem.ts";
import type { ProblemDetails } from "../kit/http/problem.ts";

/** An answer other than success, thrown by what finds out. */
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

  details(): ProblemDetails {
    return { ...problemDetails(this.status, this.message), ...this.extension };
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
