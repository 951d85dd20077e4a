import type { IncomingMessage } from "node:http";
import { TaxiiProblem } from "./problem.ts";

// Limits.
/** Bodies that are received or read at the same time. */
const bodiesMax = 16;
/** When to come again where that is reached. */
const retrySeconds = 1;

/** Reads bodies, so many at a time. Throws a `TaxiiProblem`: 413 where one is longer than it may be, 503 where there are too many. */
export type BodyReader = <Result>(
  request: IncomingMessage,
  bytesMax: number,
  use: (body: string) => Promise<Result>,
) => Promise<Result>;

export function bodyReader(): BodyReader {
  let bodies = 0;
  return async (request, bytesMax, use) => {
    if (Number(request.headers["content-length"] ?? 0) > bytesMax) throw tooLong(bytesMax);
    if (bodies >= bodiesMax) {
      throw new TaxiiProblem(503, "too much is being received at once", { "retry-after": String(retrySeconds) });
    }
    bodies++;
    try {
      const chunks: Uint8Array[] = [];
      let bytes = 0;
      // Left early, it must stay open for the answer.
      for await (const chunk of request.iterator({ destroyOnReturn: false })) {
        if (!(chunk instanceof Uint8Array)) throw new TypeError("a body comes as bytes");
        bytes += chunk.length;
        if (bytes > bytesMax) throw tooLong(bytesMax);
        chunks.push(chunk);
      }
      return await use(textOf(Buffer.concat(chunks), bytesMax));
    } finally {
      bodies--;
    }
  };
}

/** The text of a body. Throws a `TaxiiProblem`: 413 where it is longer than it may be, 400 where it is no UTF-8. */
export function textOf(bytes: Buffer, bytesMax: number): string {
  if (bytes.length > bytesMax) throw tooLong(bytesMax);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new TaxiiProblem(400, "the body is not UTF-8");
  }
}

function tooLong(bytesMax: number): TaxiiProblem {
  return new TaxiiProblem(413, `the body is longer than ${bytesMax} bytes`);
}
