import type { IncomingMessage, ServerResponse } from "node:http";
import type { KeyDirectory } from "../../ingest/keys/key-directory.ts";
import { problemDetails } from "../../kit/http/problem.ts";
import type { Ruler } from "../ruling.ts";
import { sendApiError } from "./api-error.ts";
import type { ProxyProblem } from "./api-error.ts";
import { subjectsOf } from "./caller.ts";
import type { Caller, CallerOf } from "./caller.ts";
import type { Capture } from "./capture/capture.ts";
import { createEnforcement } from "./enforcement.ts";
import type { EnforcementCounts } from "./enforcement.ts";
import type { OnProxyError } from "./forward.ts";
import { requestHeaders } from "./headers.ts";
import type { Holding } from "../holding.ts";
import { hasBody, waitsToSend } from "./request-body.ts";
import { routeOf } from "./route.ts";
import { localPath } from "./upstream.ts";
import type { Upstream } from "./upstream.ts";

export interface ProxyOptions {
  readonly upstream: Upstream;
  readonly ruler: Ruler;
  readonly callerOf: CallerOf;
  readonly ownerOf: KeyDirectory["ownerOf"];
  readonly holding: Holding;
  /** Requests at once. What is above is answered with 503: a queue would only make everybody late. */
  readonly requestsMax: number;
  readonly capture: Capture | null;
  readonly onError: OnProxyError;
}

export interface ProxyCounts extends EnforcementCounts {
  readonly requests: number;
  readonly inFlight: number;
}

export interface Proxy {
  /** For a server's `request` and `checkContinue`. */
  handle(request: IncomingMessage, response: ServerResponse): void;
  counts(): ProxyCounts;
}

/**
 * A reverse proxy in front of a model's API. Every request is looked up in the decision table, and passes unless a decision says
 * otherwise, whatever its path: an API has more endpoints than any list of them, and a proxy that knew them all would break the
 * next one.
 */
export function createProxy(options: ProxyOptions): Proxy {
  const { upstream, ruler, callerOf, ownerOf, holding, requestsMax, capture, onError } = options;
  const enforcement = createEnforcement({ dispatcher: upstream.dispatcher, ruler, holding });
  const counts = { requests: 0, inFlight: 0 };

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const target = request.url ?? "";
    const { api, dialect } = routeOf(localPath(target) ?? target, (name) => request.headers[name] !== undefined);
    const fail = (problem: ProxyProblem): void => {
      // Who still waits to be asked for its body may send it or not: the connection can't be used again.
      if (waitsToSend(request)) response.setHeader("connection", "close");
      sendApiError(response, api, problem);
    };
    if (counts.inFlight > requestsMax) return fail(problemDetails(503, "Please try again in a while."));
    const path = upstream.pathOf(target);
    if (path === null) return fail(problemDetails(400, "The request names no path."));
    const caller = callerOf(request);
    if (caller === "too-many-keys") return fail(problemDetails(400, "Send one API key."));
    const headers = requestHeaders(request.rawHeaders, request.httpVersion, caller.chain);
    const body = hasBody(request) ? "streamed" : null;
    // What calls no model, such as the upload of a file, is no exchange; nor are the many of a batch.
    const isExchange = dialect?.kind === "call" && request.method === "POST";
    const recorder = isExchange ? (capture?.record(request, caller, accountOf(caller, ownerOf)) ?? null) : null;
    const passage = {
      request,
      response,
      path,
      headers,
      body,
      filterFor: () => null,
      recorder,
      fail,
      onError,
    } as const;
    await enforcement.follow(ruler.ruleAll(subjectsOf(caller, ownerOf), "request"), { passage, dialect });
  }

  return {
    handle(request, response) {
      counts.requests++;
      counts.inFlight++;
      response.once("close", () => counts.inFlight--);
      answer(request, response).catch((error: unknown) => {
        onError(error, "ours");
        if (response.headersSent) response.destroy();
        else sendApiError(response, null, problemDetails(500, "The request could not be answered."));
      });
    },
    counts: () => ({ ...counts, ...enforcement.counts() }),
  };
}

function accountOf({ keys }: Caller, ownerOf: KeyDirectory["ownerOf"]): string | undefined {
  return keys.map(ownerOf).find((owner) => owner !== undefined)?.account;
}
