import type { IncomingMessage, ServerResponse } from "node:http";
import type { Clock } from "../../../kit/clock.ts";
import { DatabaseUnavailableError } from "../../../store/state/database/driver.ts";
import type { Repositories } from "../../../store/state/state.ts";
import { NoRoomError } from "../../../store/state/submissions.ts";
import { acceptsTaxii, TAXII_MEDIA_TYPE } from "../media-type.ts";
import { accessTo } from "./access.ts";
import type { Asked, TaxiiAnswer } from "./answer.ts";
import { informationEndpoints } from "./information.ts";
import type { InformationEndpoints } from "./information.ts";
import { objectEndpoints } from "./objects.ts";
import type { ObjectEndpoints } from "./objects.ts";
import { pendingWork } from "./pending-work.ts";
import { errorMessage, notFound, TaxiiProblem, unauthenticated } from "./problem.ts";
import { holdsNull } from "./query.ts";
import { openSite } from "./site.ts";
import type { SiteOptions } from "./site.ts";
import { submissionEndpoints } from "./submissions.ts";
import type { FaultOf, SubmissionEndpoints } from "./submissions.ts";

// Limits.
/** When to come again where the state can't be read, or there is no room. */
const unavailableRetrySeconds = 30;

export interface TaxiiServerOptions {
  readonly site: SiteOptions;
  readonly state: Pick<Repositories, "sharedObjects" | "submissions">;
  readonly clock: Clock;
  /** What is taken from whom; without it, all that TAXII takes. */
  readonly faultOf?: FaultOf;
  /** Why nobody removes anything by DELETE; without it, whoever may read and write a collection does (5.7). */
  readonly keptBecause?: string;
  /** What went wrong on our side; the client is told that something did. */
  readonly onFailure: (error: unknown) => void;
}

/** Who has signed the request, with its body, which had to be read to see that. */
export interface SignedCaller {
  readonly user: string;
  readonly body: Buffer;
}

export interface TaxiiServer {
  /** Answers a request for `/taxii2/` or one of the API roots. False: it is for somebody else, and nothing was done with it. */
  handle(request: IncomingMessage, response: ServerResponse, signed?: SignedCaller): boolean;
  /** Answers such a request with a problem that was found in front of the server. False: as above. */
  refuse(request: IncomingMessage, response: ServerResponse, problem: TaxiiProblem): boolean;
  /** Resolves once nothing is being added any more. What waits is added after the next start. */
  close(): Promise<void>;
}

/**
 * A TAXII 2.1 server (OASIS Standard, 10 June 2021) without its listener: TLS 1.2 or later, which it asks for (8.2.2), is whose
 * who listens. Throws a `UserError` where a setting is wrong.
 */
export function createTaxiiServer(options: TaxiiServerOptions): TaxiiServer {
  const { site: siteOptions, state, clock, faultOf = () => null, keptBecause = null, onFailure } = options;
  const site = openSite(siteOptions);
  const { sharedObjects, submissions } = state;
  const access = accessTo(site);
  const pending = pendingWork({ submissions, clock, onFailure });
  const endpoints: Endpoints = {
    ...informationEndpoints(site, access),
    ...objectEndpoints(sharedObjects, access, keptBecause),
    ...submissionEndpoints({ site, access, submissions, clock, faultOf, onPending: pending.start }),
  };
  const prefixes = new Set(["taxii2", ...siteOptions.apiRoots.map(({ name }) => name)]);
  pending.start();

  const answer = async (request: IncomingMessage, url: URL, signed: SignedCaller | null): Promise<TaxiiAnswer> => {
    const user = signed === null ? site.userOf(request.headers.authorization) : site.userNamed(signed.user);
    if (user === null) throw unauthenticated("a name and a password that are known here are needed");
    if (!acceptsTaxii(request.headers.accept)) throw new TaxiiProblem(406, `answers here are ${TAXII_MEDIA_TYPE}`);
    const methods = route(
      endpoints,
      { request, user, parameters: url.searchParams, body: signed?.body ?? null },
      segmentsOf(url),
    );
    const method = methods[request.method === "HEAD" ? "GET" : (request.method ?? "")];
    if (method === undefined) {
      const allow = Object.keys(methods).join(", ");
      throw new TaxiiProblem(405, `this address takes ${allow}`, { allow });
    }
    return method();
  };
  const respond = async (
    request: IncomingMessage,
    response: ServerResponse,
    url: URL,
    signed: SignedCaller | null,
  ): Promise<void> => {
    try {
      send(response, await answer(request, url, signed));
    } catch (error) {
      // The client is gone: there is nobody to answer.
      if (request.destroyed && !request.complete) return;
      sendProblem(response, problemOf(error, onFailure));
    }
  };
  const addressOf = ({ url: target = "/" }: IncomingMessage): URL | null => {
    if (!URL.canParse(target, "http://taxii")) return null;
    const url = new URL(target, "http://taxii");
    return prefixes.has(url.pathname.split("/")[1] ?? "") ? url : null;
  };
  return {
    handle(request, response, signed) {
      const url = addressOf(request);
      if (url !== null) void respond(request, response, url, signed ?? null);
      return url !== null;
    },
    refuse(request, response, problem) {
      const isOurs = addressOf(request) !== null;
      if (isOurs) sendProblem(response, problem);
      return isOurs;
    },
    close: () => pending.stop(),
  };
}

type Endpoints = InformationEndpoints & ObjectEndpoints & SubmissionEndpoints;
type Methods = Readonly<Record<string, () => Promise<TaxiiAnswer> | TaxiiAnswer>>;

/** Each address of TAXII 2.1 (3.1), and what can be done with it. Throws a `TaxiiProblem` where it is none. */
function route(to: Endpoints, asked: Asked, segments: readonly string[]): Methods {
  const [root = "", area, name = "", list, id = "", ...rest] = segments;
  if (segments.length === 1) {
    return root === "taxii2" ? { GET: () => to.discovery(asked) } : { GET: () => to.apiRoot(asked, root) };
  }
  if (area === "status" && segments.length === 3) return { GET: () => to.status(asked, root, name) };
  if (area === "collections") {
    if (segments.length === 2) return { GET: () => to.collections(asked, root) };
    if (segments.length === 3) return { GET: () => to.collection(asked, root, name) };
    if (list === "manifest" && segments.length === 4) return { GET: () => to.manifest(asked, root, name) };
    if (list === "objects" && segments.length === 4) {
      return { GET: () => to.objects(asked, root, name), POST: () => to.add(asked, root, name) };
    }
    if (list === "objects" && segments.length === 5) {
      return { GET: () => to.object(asked, root, name, id), DELETE: () => to.remove(asked, root, name, id) };
    }
    if (list === "objects" && segments.length === 6 && rest[0] === "versions") {
      return { GET: () => to.versions(asked, root, name, id) };
    }
  }
  throw notFound();
}

/** What stands between the slashes. An address ends in one (3.1). */
function segmentsOf(url: URL): string[] {
  if (!url.pathname.endsWith("/")) throw notFound();
  let segments: string[];
  try {
    segments = url.pathname.slice(1, -1).split("/").map(decodeURIComponent);
  } catch {
    throw notFound();
  }
  if (segments.some(holdsNull)) throw notFound();
  return segments;
}

function problemOf(error: unknown, onFailure: TaxiiServerOptions["onFailure"]): TaxiiProblem {
  if (error instanceof TaxiiProblem) return error;
  const retry = { "retry-after": String(unavailableRetrySeconds) };
  if (error instanceof NoRoomError) return new TaxiiProblem(503, error.message, retry);
  onFailure(error);
  if (error instanceof DatabaseUnavailableError) return new TaxiiProblem(503, "not available just now", retry);
  return new TaxiiProblem(500, "the request could not be answered");
}

function sendProblem(response: ServerResponse, problem: TaxiiProblem): void {
  const { status, headers } = problem;
  send(response, { status, body: JSON.stringify(errorMessage(problem)), headers });
}

/** What is shared is for whom it is shared with: no cache on the way keeps it (RFC 9111, 5.2.2.5). */
function send(response: ServerResponse, { status, body, headers }: TaxiiAnswer): void {
  response.writeHead(status, {
    "cache-control": "no-store",
    ...headers,
    "content-type": TAXII_MEDIA_TYPE,
    "content-length": Buffer.byteLength(body),
  });
  response.end(body);
}
