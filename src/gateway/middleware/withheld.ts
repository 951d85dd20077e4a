import type { Withheld } from "../ruling.ts";

const parts = new WeakMap<object, readonly Withheld[]>();

/** Notes what must be withheld from the answer to a request; kept for as long as the request is. */
export function withhold(request: object, from: readonly Withheld[]): void {
  if (from.length > 0) parts.set(request, from);
}

/**
 * What the application must withhold from its answer: nothing, for most.
 * @param request the `IncomingMessage` of Express and of Fastify (`request.raw`), the `Request` of Hono (`c.req.raw`)
 */
export function withheldFrom(request: object): readonly Withheld[] {
  return parts.get(request) ?? [];
}
