import type { IncomingMessage, ServerResponse } from "node:http";
import { callerProblem, PROBLEM_CONTENT_TYPE } from "../problem.ts";
import type { Problem } from "../problem.ts";

/** A part of an HTTP server. False: the request is not its own, and nothing was done with it. */
export type HttpSurface = (request: IncomingMessage, response: ServerResponse) => boolean;

/** A defect within one request: it is answered with 500, told here, and the server goes on. */
export type OnDefect = (error: unknown) => void;

/** Runs the work of one request. What it rejects with is a defect. */
export function answer(response: ServerResponse, onDefect: OnDefect, work: Promise<void>): true {
  work.catch((error: unknown) => {
    onDefect(error);
    // A client must see that an answer broke off, not take half of it for the whole.
    if (response.headersSent) response.destroy();
    else sendProblem(response, callerProblem(500, "Internal error", "The request could not be answered."));
  });
  return true;
}

/** The path of a request without its query. */
export function pathOf(request: IncomingMessage): string {
  const url = request.url ?? "";
  const query = url.indexOf("?");
  return query === -1 ? url : url.slice(0, query);
}

/** What the query of a request says. */
export function queryOf(request: IncomingMessage): URLSearchParams {
  const url = request.url ?? "";
  const query = url.indexOf("?");
  return new URLSearchParams(query === -1 ? "" : url.slice(query + 1));
}

export function sendJson(response: ServerResponse, value: unknown): void {
  send(response, 200, "application/json", JSON.stringify(value));
}

export function sendProblem(
  response: ServerResponse,
  problem: Problem & { readonly retry_after_seconds?: number },
): void {
  const { retry_after_seconds: retryAfterSeconds } = problem;
  if (retryAfterSeconds !== undefined) response.setHeader("retry-after", retryAfterSeconds);
  send(response, problem.status, PROBLEM_CONTENT_TYPE, JSON.stringify(problem));
}

/** Refuses a method that the path does not have (RFC 9110, 15.5.6). */
export function sendMethodNotAllowed(response: ServerResponse, allowed: string): void {
  response.setHeader("allow", allowed);
  sendProblem(response, callerProblem(405, "Method not allowed", `This path takes ${allowed}.`));
}

/** Decisions change at any moment and are about one caller: no answer is to be kept (RFC 9111, 5.2.2.5). */
function send(response: ServerResponse, status: number, contentType: string, body: string): void {
  response.writeHead(status, {
    "content-type": contentType,
    "content-length": Buffer.byteLength(body),
    "cache-control": "no-store",
  });
  response.end(body);
}
