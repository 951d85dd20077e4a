import type { IncomingMessage } from "node:http";
import { readBytes } from "../../kit/http/read-bytes.ts";
import { createPlaces } from "../../kit/places.ts";

// Limits.
/** Bodies of signed requests that are received at the same time. */
const bodiesMax = 16;
/** Of one, whatever it is for; each use has a limit of its own besides. */
const bodyBytesMax = 8 * 2 ** 20;

/** The body is longer than any may be, or too many come at once. */
export class BodyRefusedError extends Error {
  override readonly name = "BodyRefusedError";
  readonly status: 413 | 503;

  constructor(status: 413 | 503, message: string) {
    super(message);
    this.status = status;
  }
}

/** Reads whole bodies, so many at a time. Throws a `BodyRefusedError`. */
export type WholeBody = (request: IncomingMessage) => Promise<Buffer>;

export function wholeBodies(): WholeBody {
  const places = createPlaces(bodiesMax);
  const tooLong = () => new BodyRefusedError(413, `the body is longer than ${bodyBytesMax} bytes`);
  return async (request) => {
    const body = places.take(() => readBytes(request, bodyBytesMax, tooLong));
    if (body === null) throw new BodyRefusedError(503, "too much is being received at once");
    return body;
  };
}
