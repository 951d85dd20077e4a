import type { IncomingMessage } from "node:http";
import type { User } from "./site.ts";

/** A request, once it is known who asks. */
export interface Asked {
  readonly request: IncomingMessage;
  readonly user: User;
  /** Where it was read already, since it was signed; null: it is still to come. */
  readonly body: Buffer | null;
  readonly parameters: URLSearchParams;
}

export interface TaxiiAnswer {
  readonly status: number;
  /** JSON. */
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export function ok(resource: object): TaxiiAnswer {
  return { status: 200, body: JSON.stringify(resource) };
}
