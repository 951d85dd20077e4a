/*
 * What Stillwatch's own followers read: a snapshot, and from there the numbered changes. Other than CrowdSec's API it keeps no
 * cursor here: a follower says where it is, so that an answer that was lost costs nothing, and a gap shows.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import { createPlaces } from "../../kit/places.ts";
import type { Callers } from "../http/callers.ts";
import { sendStream, textsOf } from "../http/json-stream.ts";
import { answer, pathOf, queryOf, sendCallerUnknown, sendJson, sendMethodNotAllowed } from "../http/surface.ts";
import type { HttpSurface, OnDefect } from "../http/surface.ts";
import { problemDetails, sendProblem } from "../../kit/http/problem.ts";
import type { DecisionFeed } from "./decision-feed.ts";

// Limits.
/** About 0.5 MB an answer. */
const deltasPerAnswerMax = 1000;
/** Snapshots under way at once; the rest is told to come back. */
const snapshotsMax = 8;
const retryAfterSeconds = 5;

const DELTAS = "/v1/decisions/deltas";
const SNAPSHOT = "/v1/decisions/snapshot";
const ALLOWED = "/v1/decisions/allowed";

export interface FollowSurfaceOptions {
  readonly feed: DecisionFeed;
  readonly callers: Callers;
  readonly onDefect: OnDefect;
}

/**
 * `GET /v1/decisions/deltas?after=SEQUENCE`: the changes after it, `{ deltas, latest, allowed }`, oldest first, perhaps not all of
 * them, and the version of the allow-list; 410 where they are no longer known. `GET /v1/decisions/allowed`: that list,
 * `{ version, entries }`. `GET /v1/decisions/snapshot`: NDJSON, `{ sequence }`, a decision a line, `{ end: true }`. The decisions are
 * those of that sequence, with some changes after it or without; to apply these again does no harm.
 */
export function createFollowSurface(options: FollowSurfaceOptions): HttpSurface {
  const places = createPlaces(snapshotsMax);
  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.method !== "GET") return sendMethodNotAllowed(response, "GET");
    if (options.callers.of(request) === null) return sendCallerUnknown(response);
    if (pathOf(request) === DELTAS) return sendDeltas(request, response, options.feed);
    const { version, entries } = options.feed.table.allowed;
    if (pathOf(request) === ALLOWED) return sendJson(response, { version, entries });
    const sending = places.take(() => sendStream(response, "application/x-ndjson", snapshotOf(options.feed)));
    if (sending !== null) return void (await sending);
    return sendProblem(response, {
      ...problemDetails(503, "Too many snapshots are under way."),
      retry_after_seconds: retryAfterSeconds,
    });
  }
  return (request, response) => {
    const path = pathOf(request);
    return [DELTAS, SNAPSHOT, ALLOWED].includes(path) && answer(response, options.onDefect, serve(request, response));
  };
}

function sendDeltas(request: IncomingMessage, response: ServerResponse, feed: DecisionFeed): void {
  const after = queryOf(request).get("after") ?? "";
  if (!/^\d{1,15}$/.test(after))
    return sendProblem(response, problemDetails(400, "Give the sequence that you are at: ?after=0"));
  const deltas = feed.after(Number(after), deltasPerAnswerMax);
  if (deltas === null)
    return sendProblem(response, problemDetails(410, "These changes are not known here: start from a snapshot."));
  const { sequence, allowed } = feed.table;
  return sendJson(response, { deltas, latest: sequence, allowed: allowed.version });
}

async function* snapshotOf(feed: DecisionFeed): AsyncGenerator<string> {
  yield `${JSON.stringify({ sequence: feed.table.sequence })}\n`;
  yield* textsOf(feed.table.decisions(), (decision) => `${JSON.stringify(decision)}\n`, "");
  yield `${JSON.stringify({ end: true })}\n`;
}
