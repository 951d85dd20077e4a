import type { IncomingMessage } from "node:http";
import { readBytes } from "../../kit/http/read-bytes.ts";
import { createPlaces } from "../../kit/places.ts";
import { TaxiiProblem } from "../taxii/server/problem.ts";

// Limits.
/** Bodies of signed requests that are received at the same time. */
const bodiesMax = 16;
/** Of one, whatever it is for; each use has a limit of its own besides. */
const bodyBytesMax = 8 * 2 ** 20;
/** When to come again where too many come at once. */
const retrySeconds = 1;

/** Reads whole bodies, so many at a time. Throws a `TaxiiProblem`: 413 where one is longer than it may be, 503 where there are too many. */
export type WholeBody = (request: IncomingMessage) => Promise<Buffer>;

export function wholeBodies(): WholeBody {
  const places = createPlaces(bodiesMax);
  const tooLong = () => new TaxiiProblem(413, `the body is longer than ${bodyBytesMax} bytes`);
  return async (request) => {
    const body = places.take(() => readBytes(request, bodyBytesMax, tooLong));
    if (body === null) {
      throw new TaxiiProblem(503, "too much is being received at once", { "retry-after": String(retrySeconds) });
    }
    return body;
  };
}
