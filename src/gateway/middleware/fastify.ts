import type { onRequestAsyncHookHandler } from "fastify";
import { problemContentType } from "../../kit/http/problem.ts";
import type { Guard } from "./guard.ts";
import { withhold } from "./withheld.ts";

/**
 * For Fastify, as a hook: `fastify.addHook("onRequest", …)`. The client's address is Fastify's own `request.ip`, so its `trustProxy`
 * must be set where a proxy is in front.
 */
export function fastifyHook(guard: Guard): onRequestAsyncHookHandler {
  return async (request, reply) => {
    const left = new AbortController();
    reply.raw.once("close", () => left.abort());
    const header = (name: string): string | undefined => {
      const value = request.headers[name];
      return typeof value === "string" ? value : value?.join(",");
    };
    const guarded = await guard({ header, path: request.url, address: request.ip }, left.signal);
    if (guarded.kind === "go-on") {
      withhold(guarded.withhold, request, request.raw);
      return undefined;
    }
    const { status, retry_after_seconds: retryAfterSeconds } = guarded.problem;
    if (retryAfterSeconds !== undefined) reply.header("retry-after", retryAfterSeconds);
    reply.code(status).header("cache-control", "no-store").type(problemContentType);
    // As bytes: to a text it would add a charset, which this type has not (RFC 9457, 9).
    return reply.send(Buffer.from(JSON.stringify(guarded.problem)));
  };
}
