import type { Withheld } from "../ruling.ts";

const parts = new WeakMap<object, readonly Withheld[]>();

/** Notes what must be withheld from the answer to a request, under each object that a handler may have of it; kept as long as they are. */
export function withhold(from: readonly Withheld[], ...requests: readonly object[]): void {
  if (from.length > 0) for (const request of requests) parts.set(request, from);
}

/**
 * What the application must withhold from its answer: nothing, for most.
 * @param request that of Express; Fastify's, or its `request.raw`; Hono's context, `c.req` or `c.req.raw`
 */
export function withheldFrom(request: object): readonly Withheld[] {
  return parts.get(request) ?? [];
}
