import type { IncomingMessage, ServerResponse } from "node:http";
import { getRequestListener } from "@hono/node-server";
import type { HttpBindings } from "@hono/node-server";
import { Hono } from "hono";
import type { Appeals } from "../../decide/appeals/appeals.ts";
import type { Desk } from "../../decide/desk/desk.ts";
import { createThrottle } from "../../decide/throttle/gcra.ts";
import { createClientChain } from "../../gateway/proxy/client-chain.ts";
import { canonicalAddress } from "../../kit/address.ts";
import type { KeyNames } from "../../ingest/keys/key-names.ts";
import type { Clock } from "../../kit/clock.ts";
import { problemContentType } from "../../kit/http/problem.ts";
import { bearerToken, tokenLookup } from "../../kit/http/tokens.ts";
import { UserError } from "../../kit/user-error.ts";
import { DatabaseUnavailableError } from "../../store/state/database/driver.ts";
import { UnknownPlaceError } from "../../store/state/page.ts";
import type { State } from "../../store/state/state.ts";
import { bodyReader } from "../body.ts";
import { Problem, tokenNeeded, tryAgain } from "../problem.ts";
import { openApiDocument } from "./openapi.ts";
import type { Access, Call, Given, Role, Route } from "./route.ts";
import { accountRoutes } from "./routes/accounts.ts";
import { appealRoutes } from "./routes/appeals.ts";
import { auditRoutes } from "./routes/audit.ts";
import { campaignRoutes } from "./routes/campaigns.ts";
import { circleRoutes } from "./routes/circle.ts";
import type { CircleDesk } from "./routes/circle.ts";
import { customerRoutes } from "./routes/customers.ts";
import { decisionRoutes } from "./routes/decisions.ts";
import { exemptionRoutes } from "./routes/exemptions.ts";
import { switchRoutes } from "./routes/switches.ts";
import { transparencyRoutes } from "./routes/transparency.ts";

// Limits.
/** The longest statement with every character escaped, and what is around it. */
const bodyBytesMax = 160 * 1024;
/** A set of as many identifiers as may be compared, as people give them. */
const largeBodyBytesMax = 8 * 2 ** 20;
/** All requests that are being received or read, together; large ones have as much for themselves. */
const heldBytesMax = 32 * 2 ** 20;
/** What customers may ask from one address: a person who reads and writes, and nobody who tries references out. */
const customerRequestsPerMinute = 30;
const customerBurst = 20;
/** Addresses that are remembered. */
const addressesMax = 100_000;
/** When to come again where the state can't be read, in seconds. */
const stateRetrySeconds = 10;
/** What the audit log takes as a name. */
const personCharactersMax = 200;

/** Somebody of the staff. */
export interface StaffToken {
  /** The person, as the audit log names it. */
  readonly person: string;
  /** What she may do besides reading. */
  readonly roles: readonly Role[];
  /** SHA-256 of her bearer token, in hex. */
  readonly sha256: string;
}

export interface DeskApiOptions {
  readonly state: State;
  readonly desk: Desk;
  readonly appeals: Appeals;
  /** Where there is a circle that we belong to. */
  readonly circle?: CircleDesk;
  /** How the keys that people write are named. */
  readonly keys: Pick<KeyNames, "ofLogged">;
  readonly clock: Clock;
  readonly staff: readonly StaffToken[];
  /** Where customers appeal; `{reference}` stands for the reference. */
  readonly appealUrl: string;
  /** Addresses and networks of what stands in front, which may say in `X-Forwarded-For` for whom it speaks. */
  readonly trustedProxies: readonly string[];
  /** What went wrong on our side. */
  readonly onFailure: (error: unknown) => void;
}

/** Handles the request where it is for the desk's API; false where it is for somebody else. */
export type DeskApi = (request: IncomingMessage, response: ServerResponse) => boolean;

type Env = { Bindings: HttpBindings };

/**
 * The HTTP API around the desk: `/v1/desk/…` for the staff, `/v1/appeals/…` for customers, `/v1/openapi.json`. Errors are
 * problem+json. Throws a `UserError` where a token's digest is none, a person's name can't go into the audit log, or a proxy is
 * no address.
 */
export function deskApi(options: DeskApiOptions): DeskApi {
  // Its own clean-up gives a sender half a second, and then closes.
  const settings = { overrideGlobalObjects: false, autoCleanupIncoming: false };
  const listener = getRequestListener(deskApp(options).fetch, settings);
  return (request, response) => {
    const isOurs = /^\/v1\/(?:desk\/|appeals\/|openapi\.json(?:\?|$))/u.test(request.url ?? "");
    if (!isOurs) return false;
    void listener(request, response);
    return true;
  };
}

/** The same as an application, which tells its routes. */
export function deskApp(options: DeskApiOptions): Hono<Env> {
  const { clock, onFailure } = options;
  const routes = deskRoutes(options);
  const caller = createCaller(options);
  const withBody = bodyReader({ bodyBytesMax, plainBytesMax: bodyBytesMax, heldBytesMax });
  const withLargeBody = bodyReader({
    bodyBytesMax: largeBodyBytesMax,
    plainBytesMax: largeBodyBytesMax,
    heldBytesMax,
  });
  const app = new Hono<Env>();
  for (const route of routes) {
    app.on(route.method.toUpperCase(), routed(route.path), async (context) => {
      const { incoming } = context.env;
      const nowMs = clock.nowMs();
      const call: Call = { person: caller(route.access, incoming, nowMs), nowMs };
      const path = context.req.param();
      const query = Object.fromEntries(new URL(context.req.url).searchParams);
      const run = (body: unknown): Promise<string> => route.run({ path, query, body } satisfies Given, call);
      const text = await (route.input.body === null
        ? run(null)
        : (route.isLarge ? withLargeBody : withBody)(incoming, (body) => run(readJson(incoming, body))));
      return answered(text, route.answer.status, route.answer.contentType);
    });
  }
  const document = JSON.stringify(openApiDocument(routes));
  app.get("/v1/openapi.json", () => answered(document, 200, "application/json"));
  for (const path of new Set(routes.map((route) => route.path))) {
    const allow = routes.filter((route) => route.path === path).map(({ method }) => method.toUpperCase());
    app.all(routed(path), () => {
      throw new Problem(405, `only ${allow.join(" and ")} is possible here`, { allow: allow.join(", ") });
    });
  }
  app.notFound(() => problemAnswer(new Problem(404, "there is nothing here")));
  app.onError((error, { env: { incoming } }) => {
    const isGone = incoming.destroyed && !incoming.complete;
    // Whoever went away while sending hears no answer, and is no failure of ours.
    const problem = isGone ? new Problem(400, "the body is cut") : problemOf(error, onFailure);
    return problemAnswer(problem);
  });
  return app;
}

/** All operations of the API. */
function deskRoutes(
  options: Pick<DeskApiOptions, "state" | "desk" | "appeals" | "keys" | "appealUrl" | "circle">,
): Route[] {
  const { state, circle } = options;
  return [
    ...campaignRoutes(options),
    ...accountRoutes(options),
    ...decisionRoutes(options),
    ...exemptionRoutes(options),
    ...switchRoutes(options),
    ...appealRoutes(options),
    ...auditRoutes(options),
    ...transparencyRoutes(options),
    ...customerRoutes(options),
    ...(circle === undefined ? [] : circleRoutes({ state, circle })),
  ];
}

/** The name of who calls. Throws a `Problem` where that is nobody who may: 401, 403, 429. */
function createCaller({
  staff,
  trustedProxies,
}: DeskApiOptions): (access: Access, request: IncomingMessage, nowMs: number) => string {
  for (const { person } of staff) {
    if (person === "" || person.length > personCharactersMax)
      throw new UserError("a staff token has no name, or a very long one", "name the person who holds it");
  }
  const staffOf = tokenLookup(staff.map(({ sha256, ...holder }) => ({ sha256, holder })));
  const throttle = createThrottle(addressesMax);
  const chainOf = createClientChain(trustedProxies);
  return (access, request, nowMs) => {
    if (access === "customer") {
      const { address } = chainOf(request);
      const waitMs = throttle.admit(
        canonicalAddress(address) ?? address,
        customerRequestsPerMinute,
        customerBurst,
        nowMs,
      );
      if (waitMs > 0) throw tryAgain(429, "too much was asked from this address", Math.ceil(waitMs / 1000));
      return "customer";
    }
    const holder = staffOf(bearerToken(request.headers.authorization) ?? "");
    if (holder === null) throw tokenNeeded();
    if (access !== "analyst" && !holder.roles.includes(access)) throw new Problem(403, `this takes the role ${access}`);
    return holder.person;
  };
}

function readJson(request: IncomingMessage, body: Buffer): unknown {
  if (!/^application\/json\s*(?:;|$)/iu.test(request.headers["content-type"] ?? ""))
    throw new Problem(415, "the content type is not application/json");
  try {
    return JSON.parse(body.toString("utf8"));
  } catch {
    // The parser's own words quote the text.
    throw new Problem(400, "the body is not JSON");
  }
}

function problemOf(error: unknown, onFailure: (error: unknown) => void): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof UnknownPlaceError)
    return new Problem(422, error.message, {}, { faults: [{ at: "query.after", fault: error.hint }] });
  if (error instanceof UserError) {
    return new Problem(409, error.message, {}, error.hint === undefined ? {} : { hint: error.hint });
  }
  onFailure(error);
  if (error instanceof DatabaseUnavailableError)
    return tryAgain(503, "the state can't be read or written just now", stateRetrySeconds);
  return new Problem(500, "this could not be done");
}

function problemAnswer(problem: Problem): Response {
  return answered(JSON.stringify(problem.details()), problem.status, problemContentType, problem.headers);
}

/** It is about persons, and true for a moment. */
function answered(
  body: string,
  status: number,
  contentType: string,
  headers: Readonly<Record<string, string>> = {},
): Response {
  return new Response(body, {
    status,
    headers: { ...headers, "content-type": contentType, "cache-control": "no-store" },
  });
}

/** As hono writes the names in a path. */
function routed(path: string): string {
  return path.replaceAll(/\{(\w+)\}/gu, ":$1");
}
