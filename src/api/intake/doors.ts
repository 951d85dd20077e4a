import type { IncomingMessage, ServerResponse } from "node:http";
import type { KeyDirectory } from "../../ingest/keys/key-directory.ts";
import { TooManyItemsError, UnknownFormatError } from "../../ingest/delivery/read.ts";
import { SpoolFullError } from "../../ingest/spool/spool.ts";
import type { Spool } from "../../ingest/spool/spool.ts";
import { send, sendProblem } from "../../kit/http/problem.ts";
import { bearerToken, tokenLookup } from "../../kit/http/tokens.ts";
import { UserError } from "../../kit/user-error.ts";
import { bodyReader } from "../body.ts";
import type { BodyLimits } from "../body.ts";
import { Problem, tokenNeeded, tryAgain } from "../problem.ts";
import { exchangesDoor, litellmDoor } from "./exchanges.ts";
import { otlpDoor } from "./otlp.ts";

// Limits.
/** When to come again, in seconds: where the spool is full, where it can't be written. */
const fullRetrySeconds = 10;
const brokenRetrySeconds = 30;

export interface DoorsOptions {
  /** Where exchanges go. */
  readonly spool: Spool;
  /** Where spans and log records wait for each other. */
  readonly signals: Spool;
  /** SHA-256 of the bearer tokens that may hand in, in hex. */
  readonly tokenDigests: readonly string[];
  readonly keys: KeyDirectory;
  readonly limits?: BodyLimits;
  /** What went wrong on our side; the sender is told to try again. */
  readonly onFailure: (error: unknown) => void;
}

/** A request and what a door needs of it. */
export interface Delivered {
  readonly request: IncomingMessage;
  readonly query: URLSearchParams;
  readonly body: Buffer;
}

export interface Answer {
  readonly status: number;
  readonly contentType: string;
  readonly body: string | Uint8Array;
}

/** One way in. */
export interface Door {
  readonly path: string;
  /** How its senders are told that there is no room just now: 429, unless they come again after a 503 only. */
  readonly busyStatus?: 429 | 503;
  /** Resolves once what it accepts is durable. Throws a `Problem`, and what the spool and the readers throw. */
  answer(delivered: Delivered): Promise<Answer>;
  /** A problem in the door's own protocol; as problem+json where it has none. */
  explain?(request: IncomingMessage, problem: Problem): Answer;
}

/** Handles the request where it is for one of the doors; false where it is for somebody else. */
export type IntakeDoors = (request: IncomingMessage, response: ServerResponse) => boolean;

/**
 * The HTTP doors: `POST /v1/exchanges`, `/v1/litellm`, `/v1/traces`, `/v1/logs`. An answer of success means that what was accepted
 * is on disk. Throws a `UserError` where a token's digest is none, or there are none: a door that is open to all is a mistake.
 */
export function intakeDoors(options: DoorsOptions): IntakeDoors {
  const doors = new Map(
    [
      exchangesDoor(options, "/v1/exchanges"),
      litellmDoor(options, "/v1/litellm"),
      otlpDoor(options, "/v1/traces", "traces"),
      otlpDoor(options, "/v1/logs", "logs"),
    ].map((door) => [door.path, door]),
  );
  if (options.tokenDigests.length === 0) {
    throw new UserError("no token may hand in exchanges", "configure the SHA-256 of at least one bearer token, in hex");
  }
  const senderOf = tokenLookup(options.tokenDigests.map((sha256) => ({ sha256, holder: "sender" })));
  const withBody = bodyReader(options.limits);

  const answer = async (door: Door, query: URLSearchParams, request: IncomingMessage): Promise<Answer> => {
    if (request.method !== "POST") throw new Problem(405, "only POST is possible here", { allow: "POST" });
    if (senderOf(bearerToken(request.headers.authorization) ?? "") === null) throw tokenNeeded();
    return withBody(request, (body) => door.answer({ request, query, body }));
  };
  const handle = async (
    door: Door,
    query: URLSearchParams,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> => {
    try {
      const { status, contentType, body } = await answer(door, query, request);
      send(response, status, contentType, body);
    } catch (error) {
      // The sender is gone: there is nobody to answer, and nothing was accepted.
      if (request.destroyed && !request.complete) return;
      const found = problemOf(error, options.onFailure);
      const status = found.status === 429 ? (door.busyStatus ?? 429) : found.status;
      const problem = new Problem(status, found.message, found.headers, found.extension);
      const own = door.explain?.(request, problem);
      if (own === undefined) sendProblem(response, problem.details(), problem.headers);
      else send(response, own.status, own.contentType, own.body, problem.headers);
    }
  };
  return (request, response) => {
    // Not by `URL`, which throws on some of what a client may send.
    const [path = "", query] = (request.url ?? "").split("?", 2);
    const door = doors.get(path);
    if (door === undefined) return false;
    void handle(door, new URLSearchParams(query), request, response);
    return true;
  };
}

function problemOf(error: unknown, onFailure: DoorsOptions["onFailure"]): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof UnknownFormatError) return new Problem(415, error.message);
  if (error instanceof TooManyItemsError) return new Problem(413, error.message);
  if (error instanceof SpoolFullError) {
    // A full disk is somebody's to mend; a full spool is back-pressure.
    if (error.cause !== undefined) onFailure(error);
    return tryAgain(429, "there is no room for more just now", fullRetrySeconds);
  }
  onFailure(error);
  return tryAgain(503, "this could not be taken just now", brokenRetrySeconds);
}
