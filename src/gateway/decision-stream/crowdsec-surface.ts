/*
 * The part of CrowdSec's local API that bouncers use: `GET /v1/decisions` and `GET /v1/decisions/stream`, with `X-Api-Key`, and
 * `POST /v1/usage-metrics`, for which we have no use: without it they complain in their logs every few minutes.
 *
 * A bouncer keeps one decision for a value, the last that it heard of, and drops what it has on a value when one on it ends. So the
 * stream tells of one decision on a value, the strictest that is enforced; and where one ends and another remains, it tells of the
 * one that remains: bouncers take what is deleted before what is new.
 *
 * As in CrowdSec's API, simulated decisions are in `new` and in `deleted` where `simulated=true` asks for them, and else in neither: a
 * dry run must not make a bouncer drop what it enforces on the same value. One that was enforced and is held now has been ended first,
 * as enforced, by a change of its own (the kill switch). At startup, `deleted` also names what ended before this bouncer came, as it does there.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import { assertNever } from "../../kit/assert.ts";
import type { Clock } from "../../kit/clock.ts";
import { send } from "../../kit/http/problem.ts";
import { createPlaces } from "../../kit/places.ts";
import type { DecisionScope } from "../../model/decision.ts";
import type { Callers } from "../http/callers.ts";
import { sendStream, textsOf } from "../http/json-stream.ts";
import { answer, pathOf, queryOf } from "../http/surface.ts";
import type { HttpSurface, OnDefect } from "../http/surface.ts";
import type { Subject } from "../table/decision-index.ts";
import type { SurfaceDecision, SurfaceDelta } from "../table/surface-decision.ts";
import { crowdsecDecision } from "./crowdsec.ts";
import { createCursors } from "./cursors.ts";
import type { Cursors } from "./cursors.ts";
import type { DecisionFeed } from "./decision-feed.ts";
import { filterOf } from "./filter.ts";
import type { Filter } from "./filter.ts";

// Limits.
/** Answers under way at once; the rest is told to come back. */
const answersMax = 16;
const retryAfterSeconds = 5;

const LIST = "/v1/decisions";
const STREAM = "/v1/decisions/stream";
const METRICS = "/v1/usage-metrics";

export interface CrowdsecSurfaceOptions {
  readonly feed: DecisionFeed;
  readonly callers: Callers;
  readonly clock: Pick<Clock, "nowMs">;
  readonly onDefect: OnDefect;
}

interface Context extends CrowdsecSurfaceOptions {
  readonly cursors: Cursors;
}

export function createCrowdsecSurface(options: CrowdsecSurfaceOptions): HttpSurface {
  const context = { ...options, cursors: createCursors() };
  const places = createPlaces(answersMax);
  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const caller = options.callers.of(request);
    if (caller === null) return sendMessage(response, 403, "access forbidden");
    if (pathOf(request) === METRICS) return takeMetrics(request, response);
    if (request.method === "HEAD") return void response.writeHead(200).end();
    if (request.method !== "GET") return sendMessage(response, 405, "method not allowed");
    const answering = places.take(() =>
      pathOf(request) === LIST
        ? listDecisions(request, response, context)
        : streamDecisions(request, response, caller, context),
    );
    if (answering !== null) return answering;
    response.setHeader("retry-after", retryAfterSeconds);
    return sendMessage(response, 503, "too many answers under way");
  }
  return (request, response) => {
    const path = pathOf(request);
    const isOurs = path === LIST || path === STREAM || path === METRICS;
    return isOurs && answer(response, options.onDefect, serve(request, response));
  };
}

/** Errors as CrowdSec's API gives them. */
function sendMessage(response: ServerResponse, status: number, message: string): void {
  send(response, status, "application/json", JSON.stringify({ message }));
}

function takeMetrics(request: IncomingMessage, response: ServerResponse): void {
  if (request.method !== "POST") return sendMessage(response, 405, "method not allowed");
  response.writeHead(201, { "content-length": 0 }).end();
  return undefined;
}

async function listDecisions(
  request: IncomingMessage,
  response: ServerResponse,
  { feed, clock }: Context,
): Promise<void> {
  const filter = filterOf(queryOf(request));
  if (filter.kind === "unusable") return sendMessage(response, 400, filter.message);
  const nowMs = clock.nowMs();
  // One scope is looked up; simulated ones are in no index, and are looked for.
  const candidates = filter.scope === null || filter.simulated ? feed.table.decisions() : feed.table.on(filter.scope);
  const text = (decision: SurfaceDecision): string | null =>
    isInForce(decision, nowMs) && filter.admits(decision) ? JSON.stringify(crowdsecDecision(decision, nowMs)) : null;
  await sendStream(response, "application/json", listed(textsOf(candidates, text, ",")));
  return undefined;
}

/** An empty list is `null`, as it is in CrowdSec's API: bouncers ask for that. */
async function* listed(texts: AsyncIterable<string>): AsyncGenerator<string> {
  let empty = true;
  for await (const text of texts) {
    yield empty ? `[${text}` : text;
    empty = false;
  }
  yield empty ? "null" : "]";
}

async function streamDecisions(
  request: IncomingMessage,
  response: ServerResponse,
  caller: string,
  { feed, clock, cursors }: Context,
): Promise<void> {
  const query = queryOf(request);
  // As CrowdSec's API: a bouncer that names no scopes knows about addresses only.
  if (!query.has("scopes")) query.set("scopes", "ip,range");
  const filter = filterOf(query);
  if (filter.kind === "unusable") return sendMessage(response, 400, filter.message);
  // Instances of a bouncer share its key; each has a cursor.
  const bouncer = `${caller}@${request.socket.remoteAddress ?? ""}`;
  const cursor = query.get("startup") === "true" ? null : cursors.get(bouncer);
  // What changes from here on comes with the next answer, though some of it may be in this one: to hear it twice does no harm.
  const { sequence } = feed.table;
  const deltas = cursor === null ? null : feed.after(cursor, Number.POSITIVE_INFINITY);
  const texts =
    deltas === null ? everything(feed, filter, clock.nowMs()) : changes(feed, deltas, filter, clock.nowMs());
  if (await sendStream(response, "application/json", texts)) cursors.set(bouncer, sequence);
  return undefined;
}

/** For who starts, and for who is too far behind: that one may also hold what has ended since, as far as it is still known. */
async function* everything(feed: DecisionFeed, filter: Filter, nowMs: number): AsyncGenerator<string> {
  yield `{"new":[`;
  yield* textsOf(
    feed.table.decisions(),
    (decision) =>
      isInForce(decision, nowMs) && filter.admits(decision) && isToTell(decision, feed, nowMs)
        ? JSON.stringify(crowdsecDecision(decision, nowMs))
        : null,
    ",",
  );
  yield `],"deleted":[`;
  yield* textsOf(feed.known(), endedText(feed, filter, nowMs), ",");
  yield "]}";
}

async function* changes(
  feed: DecisionFeed,
  deltas: readonly SurfaceDelta[],
  filter: Filter,
  nowMs: number,
): AsyncGenerator<string> {
  yield `{"new":[`;
  yield* textsOf(deltas, newText(feed, filter, nowMs), ",");
  yield `],"deleted":[`;
  yield* textsOf(deltas, endedText(feed, filter, nowMs), ",");
  yield "]}";
}

/** What holds now on the value that a delta is about. Each is told once. */
function newText(feed: DecisionFeed, filter: Filter, nowMs: number): (delta: SurfaceDelta) => string | null {
  const told = new Set<string>();
  return ({ decision: { id, scope } }) => {
    const own = feed.table.get(id);
    const now = own?.simulated === true && filter.simulated ? own : feed.table.lookup(subjectOf(scope), nowMs);
    if (now === null || told.has(now.id) || !filter.admits(now)) return null;
    told.add(now.id);
    return JSON.stringify(crowdsecDecision(now, nowMs));
  };
}

/** What a delta has ended, unless it is in force again by now. Each is told once. */
function endedText(feed: DecisionFeed, filter: Filter, nowMs: number): (delta: SurfaceDelta) => string | null {
  const told = new Set<string>();
  return ({ decision }) => {
    const now = feed.table.get(decision.id);
    const holds = now !== null && isInForce(now, nowMs) && filter.admits(now);
    if (holds || told.has(decision.id) || !filter.admits(decision)) return null;
    told.add(decision.id);
    return JSON.stringify(crowdsecDecision(decision, nowMs, true));
  };
}

function isInForce({ expires }: SurfaceDecision, nowMs: number): boolean {
  return Date.parse(expires) > nowMs;
}

function isToTell(decision: SurfaceDecision, feed: DecisionFeed, nowMs: number): boolean {
  return decision.simulated || feed.table.lookup(subjectOf(decision.scope), nowMs)?.id === decision.id;
}

function subjectOf({ kind, value }: DecisionScope): Subject {
  switch (kind) {
    case "key":
      return { key: value };
    case "account":
      return { account: value };
    case "organization":
      return { organization: value };
    case "address":
      return { address: value };
    case "tls":
      return { tls: value };
    default:
      return assertNever(kind, "scope");
  }
}
