import type { Context, MiddlewareHandler } from "hono";
import { problemContentType } from "../../kit/http/problem.ts";
import type { Guard } from "./guard.ts";
import { withhold } from "./withheld.ts";

/**
 * For Hono.
 * @param addressOf the client's address: `getConnInfo` of the runtime's adapter knows the connection's peer
 */
export function honoMiddleware(guard: Guard, addressOf: (context: Context) => string | undefined): MiddlewareHandler {
  return async (context, next) => {
    const { pathname, search } = new URL(context.req.url);
    const guarded = await guard(
      { header: (name) => context.req.header(name), path: pathname + search, address: addressOf(context) },
      context.req.raw.signal,
    );
    if (guarded.kind === "go-on") {
      withhold(guarded.withhold, context, context.req, context.req.raw);
      await next();
      return undefined;
    }
    const { status, retry_after_seconds: retryAfterSeconds } = guarded.problem;
    const headers = new Headers({ "content-type": problemContentType, "cache-control": "no-store" });
    if (retryAfterSeconds !== undefined) headers.set("retry-after", String(retryAfterSeconds));
    return new Response(JSON.stringify(guarded.problem), { status, headers });
  };
}
