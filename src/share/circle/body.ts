import type { IncomingMessage } from "node:http";

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
  let bodies = 0;
  return async (request) => {
    if (bodies >= bodiesMax) throw new BodyRefusedError(503, "too much is being received at once");
    bodies++;
    try {
      const chunks: Uint8Array[] = [];
      let bytes = 0;
      // Left early, it must stay open for the answer.
      for await (const chunk of request.iterator({ destroyOnReturn: false })) {
        if (!(chunk instanceof Uint8Array)) throw new TypeError("a body comes as bytes");
        bytes += chunk.length;
        if (bytes > bodyBytesMax) throw new BodyRefusedError(413, `the body is longer than ${bodyBytesMax} bytes`);
        chunks.push(chunk);
      }
      return Buffer.concat(chunks);
    } finally {
      bodies--;
    }
  };
}
