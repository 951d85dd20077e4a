import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from "node:http";
import { PassThrough } from "node:stream";
import type { Readable } from "node:stream";
import type { Dispatcher } from "undici";
import { errorCode } from "../../kit/error-code.ts";
import { problemDetails } from "../../kit/http/problem.ts";
import { LineTooLong, LineUnreadable } from "./degrade/line-filter.ts";
import { AnswerTooLong } from "./degrade/stripping-filter.ts";
import type { BodyFilter } from "./degrade/stripping-filter.ts";
import type { Recorder } from "./capture/recorder.ts";
import { bodyHeaders, endToEnd } from "./headers.ts";
import type { ProxyProblem } from "./api-error.ts";
import { EventTooLong } from "./sse/event-stream.ts";

/** Gets what went wrong, for the operator: the upstream's doing (or the network's), or a defect of ours. No error holds a key. */
export type OnProxyError = (error: unknown, whose: "upstream" | "ours") => void;

/** One request on its way to the upstream, and what is done with its answer. */
export interface Passage {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** Path and query as the upstream knows them. */
  readonly path: string;
  readonly headers: string[];
  /** `streamed`: the request's own, as it comes; a stream of what it is made into; null: none. */
  readonly body: Buffer | Readable | "streamed" | null;
  /** What rewrites the answer; null: it passes as it is. */
  filterFor(headers: IncomingHttpHeaders): BodyFilter | null;
  readonly recorder: Recorder | null;
  /** Answers where the upstream has not. */
  fail(problem: ProxyProblem): void;
  readonly onError: OnProxyError;
}

class CallerLeft extends Error {
  override readonly name = "CallerLeft";
}

/**
 * Sends a request upstream and its answer down, piece by piece as they come; whichever side is slow holds back the other. When
 * the caller leaves, the upstream is told at once. When the upstream breaks off, the caller sees it break off: half an answer
 * must never look like a whole one. Trailers of an answer are passed on, those of a request are not: undici has no way to.
 */
export function forward(dispatcher: Dispatcher, passage: Passage): void {
  const { request, response, path, headers } = passage;
  let controller: Dispatcher.DispatchController | null = null;
  let hasLeft = false;
  response.once("close", () => {
    if (response.writableFinished) return;
    hasLeft = true;
    controller?.abort(new CallerLeft());
  });
  response.on("drain", () => controller?.resume());

  const method = request.method ?? "GET";
  const answering = answerHandler(passage);
  dispatcher.dispatch(
    { path, method, headers, body: bodyOf(passage) },
    {
      ...answering,
      onRequestStart(started) {
        controller = started;
        if (hasLeft) controller.abort(new CallerLeft());
      },
    },
  );
}

function bodyOf({ request, body, recorder }: Passage): Buffer | Readable | null {
  if (body !== "streamed") return body;
  if (recorder !== null) request.on("data", recorder.request);
  // Undici destroys a body that it does not need to its end, and the request's own would take the caller's socket with it.
  return request.pipe(new PassThrough());
}

function answerHandler(passage: Passage): Dispatcher.DispatchHandler {
  const { response, recorder } = passage;
  let filter: BodyFilter | null = null;
  return {
    onResponseStart(controller, status, headers, statusText) {
      if (status < 200) {
        passInterim(response, status, headers);
        return;
      }
      filter = passage.filterFor(headers);
      const kept = endToEnd(rawOf(controller.rawHeaders), filter === null ? undefined : bodyHeaders);
      response.writeHead(status, statusText ?? "", kept);
      recorder?.start(status, headers);
      // The head of what streams goes at once. Node's `flushHeaders` would send it as UTF-8; headers are bytes (RFC 9110, 5.5).
      if (headers["content-length"] === undefined) response.write("", "latin1");
    },
    onResponseData(controller, chunk) {
      const passed = filter === null ? chunk : filter.push(chunk);
      if (passed.length === 0) return;
      recorder?.answer(passed);
      if (!response.write(passed)) controller.pause();
    },
    onResponseEnd(_controller, trailers) {
      const rest = filter?.finish();
      filter?.release();
      if (rest !== undefined && rest.length > 0) {
        recorder?.answer(rest);
        response.write(rest);
      }
      response.addTrailers(trailers);
      response.end();
      recorder?.end();
    },
    onResponseError(_controller, error) {
      filter?.release();
      recorder?.end();
      if (error instanceof CallerLeft) return;
      // Before an answer began, the line was the caller's.
      if (error instanceof LineTooLong && !response.headersSent)
        return passage.fail(problemDetails(413, "Send shorter lines."));
      if (error instanceof LineUnreadable)
        return passage.fail(problemDetails(415, "Send each request of a batch as one line of JSON, in UTF-8."));
      passage.onError(error, isOurs(error) ? "ours" : "upstream");
      if (response.headersSent) cut(response);
      else passage.fail(problemOf(error));
    },
  };
}

/** 1xx (RFC 9110, 15.2). Only these two have a meaning to a caller who did not ask for another. */
function passInterim(response: ServerResponse, status: number, headers: IncomingHttpHeaders): void {
  if (response.req.httpVersion === "1.0") return;
  if (status === 102) response.writeProcessing();
  if (status === 103 && headers["link"] !== undefined) response.writeEarlyHints({ link: headers["link"] });
}

/** Ends a connection after what was sent, without the end of the message. */
function cut(response: ServerResponse): void {
  const { socket } = response;
  // To a client of HTTP/1.0 a closed connection may be the end of the message; a reset is not.
  if (response.req.httpVersion === "1.0") socket?.resetAndDestroy();
  else socket?.destroySoon();
}

function rawOf(headers: Dispatcher.DispatchController["rawHeaders"]): string[] {
  if (!Array.isArray(headers)) return [];
  return headers.map((text: Buffer | string) => (typeof text === "string" ? text : text.toString("latin1")));
}

/** What peers and the network do carries a code; of node's own codes, these come of what a peer sent. */
function isOurs(error: unknown): boolean {
  if ([AnswerTooLong, EventTooLong, LineTooLong, LineUnreadable].some((kind) => error instanceof kind)) return false;
  const code = errorCode(error);
  return code === undefined || /^ERR_(?!TLS|SSL|HTTP|INVALID_CHAR)/.test(code);
}

/** Says what went wrong by its kind; the error's own text may name what is inside. */
function problemOf(error: unknown): ProxyProblem {
  switch (errorCode(error)) {
    case "UND_ERR_INVALID_ARG":
    case "UND_ERR_REQ_CONTENT_LENGTH_MISMATCH":
      return problemDetails(400, "The request can't be forwarded as it is.");
    case "UND_ERR_CONNECT_TIMEOUT":
    case "UND_ERR_HEADERS_TIMEOUT":
    case "UND_ERR_BODY_TIMEOUT":
      return problemDetails(504, "The service behind this gateway did not answer in time.");
    case undefined:
      return problemDetails(500, "The request could not be answered.");
    default:
      return problemDetails(502, "The service behind this gateway could not be reached.");
  }
}
