import type { IncomingMessage } from "node:http";
import { readBytes } from "../../../kit/http/read-bytes.ts";
import { createPlaces } from "../../../kit/places.ts";
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
  const places = createPlaces(bodiesMax);
  return async (request, bytesMax, use) => {
    if (Number(request.headers["content-length"] ?? 0) > bytesMax) throw tooLong(bytesMax);
    const used = places.take(async () =>
      use(textOf(await readBytes(request, bytesMax, () => tooLong(bytesMax)), bytesMax)),
    );
    if (used === null) {
      throw new TaxiiProblem(503, "too much is being received at once", { "retry-after": String(retrySeconds) });
    }
    return used;
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
