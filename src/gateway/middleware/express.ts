import { sendProblem } from "../../kit/http/problem.ts";
import type { RequestHandler } from "express";
import type { Guard } from "./guard.ts";
import { withhold } from "./withheld.ts";

/** For Express. The client's address is Express's own `req.ip`, so its `trust proxy` must be set where a proxy is in front. */
export function expressMiddleware(guard: Guard): RequestHandler {
  return async (request, response, next) => {
    const left = new AbortController();
    response.once("close", () => left.abort());
    const guarded = await guard(
      { header: (name) => request.get(name), path: request.originalUrl, address: request.ip },
      left.signal,
    );
    if (guarded.kind === "answer") return sendProblem(response, guarded.problem);
    withhold(guarded.withhold, request);
    next();
  };
}
