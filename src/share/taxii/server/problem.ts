import { STATUS_CODES } from "node:http";
import type { ErrorMessage } from "../resources.ts";

/** An answer other than success. What it says never repeats what was sent, and tells nothing of what the asker may not see. */
export class TaxiiProblem extends Error {
  override readonly name = "TaxiiProblem";
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, description: string, headers: Readonly<Record<string, string>> = {}) {
    super(description);
    this.status = status;
    this.headers = headers;
  }
}

/** Who asks has not shown who it is; every 401 says how it can (RFC 9110, 15.5.2). */
export function unauthenticated(description: string): TaxiiProblem {
  return new TaxiiProblem(401, description, { "www-authenticate": 'Basic realm="TAXII", charset="UTF-8"' });
}

/** TAXII 2.1, 3.6.1. */
export function errorMessage({ status, message }: TaxiiProblem): ErrorMessage {
  return { title: STATUS_CODES[status] ?? "Error", description: message, http_status: String(status) };
}

/** The same for what is not there and for what is not for the asker: the one must not be told from the other. */
export function notFound(): TaxiiProblem {
  return new TaxiiProblem(404, "there is no such thing here for you");
}
