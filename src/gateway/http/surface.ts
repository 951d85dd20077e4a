import type { IncomingMessage, ServerResponse } from "node:http";
import { ownHeaders, problemDetails, send, sendProblem } from "../../kit/http/problem.ts";

/** A part of an HTTP server. False: the request is not its own, and nothing was done with it. */
export type HttpSurface = (request: IncomingMessage, response: ServerResponse) => boolean;

/** A defect within one request: it is answered with 500, told here, and the server goes on. */
export type OnDefect = (error: unknown) => void;

/** Runs the work of one request. What it rejects with is a defect. */
export function answer(response: ServerResponse, onDefect: OnDefect, work: Promise<void>): true {
  work.catch((error: unknown) => breakOff(response, onDefect, error));
  return true;
}

/** The same for work that waits for nothing: what it throws is a defect. */
export function answerNow(response: ServerResponse, onDefect: OnDefect, work: () => void): void {
  try {
    work();
  } catch (error) {
    breakOff(response, onDefect, error);
  }
}

function breakOff(response: ServerResponse, onDefect: OnDefect, error: unknown): void {
  onDefect(error);
  // A client must see that an answer broke off, not take half of it for the whole.
  if (response.headersSent) response.destroy();
  else sendProblem(response, problemDetails(500, "The request could not be answered."));
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

/** Sends an answer that is written once and sent often. */
export function preparedJson(value: unknown): (response: ServerResponse) => void {
  const body = JSON.stringify(value);
  const headers = ownHeaders("application/json", body);
  return (response) => {
    response.writeHead(200, headers);
    response.end(body);
  };
}

/** Refuses who shows no key of a caller, and says how one is shown (RFC 9110, 15.5.2). */
export function sendCallerUnknown(response: ServerResponse): void {
  sendProblem(response, problemDetails(401, "Send a caller's key in X-Api-Key."), { "www-authenticate": "Bearer" });
}

/** Refuses a method that the path does not have (RFC 9110, 15.5.6). */
export function sendMethodNotAllowed(response: ServerResponse, allowed: string): void {
  sendProblem(response, problemDetails(405, `This path takes ${allowed}.`), { allow: allowed });
}
