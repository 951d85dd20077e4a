import { once } from "node:events";
import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import { getRequestListener } from "@hono/node-server";
import { getConnInfo } from "@hono/node-server/conninfo";
import express from "express";
import { fastify } from "fastify";
import { Hono } from "hono";
import { describe, expect, it, onTestFinished } from "vitest";
import { createThrottle } from "../../decide/throttle/gcra.ts";
import type { Decision } from "../../model/decision.ts";
import { createHolding } from "../holding.ts";
import type { Holding } from "../holding.ts";
import { portOf } from "../../kit/http/loopback.case.ts";
import { testKeys as keys } from "../../ingest/keys/keys.case.ts";
import { createSubjectsOf } from "../request-subject.ts";
import { gatewayWith } from "../ruling.case.ts";
import { decision } from "../table/decision.case.ts";
import { expressMiddleware } from "./express.ts";
import { fastifyHook } from "./fastify.ts";
import { createGuard } from "./guard.ts";
import type { Guard } from "./guard.ts";
import { honoMiddleware } from "./hono.ts";
import { withheldFrom } from "./withheld.ts";

type Listener = (request: IncomingMessage, response: ServerResponse) => unknown;

/** What must be withheld, which is the same whichever object a handler asks with. */
function agreed(...requests: readonly object[]): readonly string[] {
  const [first = [], ...others] = requests.map(withheldFrom);
  for (const other of others) expect(other).toEqual(first);
  return first;
}

/** An application of each framework that answers with what it must withhold. */
const frameworks: Readonly<Record<string, (guard: Guard) => Promise<Listener>>> = {
  express: (guard) => {
    const app = express();
    app.use(expressMiddleware(guard));
    app.get("/", (request, response) => void response.json(withheldFrom(request)));
    return Promise.resolve(app);
  },
  fastify: async (guard) => {
    const app = fastify();
    app.addHook("onRequest", fastifyHook(guard));
    app.get("/", (request) => agreed(request, request.raw));
    await app.ready();
    return (request, response) => app.routing(request, response);
  },
  hono: (guard) => {
    const app = new Hono();
    app.use(honoMiddleware(guard, (context) => getConnInfo(context).remote.address));
    app.get("/", (context) => context.json(agreed(context, context.req, context.req.raw)));
    return Promise.resolve(getRequestListener(app.fetch));
  },
};

const onAccount = (action: Decision["action"], given: Partial<Decision> = {}): Decision =>
  decision({ id: action, action, scope: { kind: "account", value: action }, ...given });

async function serve(framework: (guard: Guard) => Promise<Listener>, decisions: readonly Decision[], holding: Holding) {
  const { ruler } = gatewayWith(createThrottle(10), ...decisions);
  const subjectsOf = createSubjectsOf({ keys, headers: { account: "x-account" } });
  const server = createServer(await framework(createGuard({ ruler, subjectsOf, holding })));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const base = `http://127.0.0.1:${portOf(server.address())}/`;
  return (headers: Record<string, string> = {}, query = ""): Promise<Response> => fetch(base + query, { headers });
}

describe.each(Object.entries(frameworks))("the middleware of %s", (_name, framework) => {
  it("lets requests go on, and tells the application what to withhold", async () => {
    const send = await serve(
      framework,
      [onAccount("degrade", { parameters: { withhold: ["samples"] } })],
      createHolding(),
    );
    expect(await (await send()).json()).toEqual([]);
    expect(await (await send({ "x-account": "degrade" })).json()).toEqual(["samples"]);
  });

  it("answers with the problem", async () => {
    const send = await serve(framework, [onAccount("block")], createHolding());
    const refused = await send({ "x-account": "block" });
    expect([refused.status, refused.headers.get("content-type"), refused.headers.get("cache-control")]).toEqual([
      403,
      "application/problem+json",
      "no-store",
    ]);
    expect(await refused.json()).toMatchObject({ reference: "block", appeal: "https://example.com/appeals/block" });
  });

  it("says when to come back", async () => {
    const throttle = onAccount("throttle", { parameters: { requests_per_minute: 2 } });
    const send = await serve(framework, [throttle], createHolding());
    expect((await send({ "x-account": "throttle" })).status).toBe(200);
    const refused = await send({ "x-account": "throttle" });
    expect([refused.status, refused.headers.get("retry-after")]).toEqual([429, "30"]);
  });

  it("knows a caller by key, wherever the key stands, and by address", async () => {
    const ofKey = decision({ id: "key", scope: { kind: "key", value: keys.ofSecret("sk-customer") } });
    const send = await serve(framework, [ofKey], createHolding());
    expect((await send({ authorization: "Bearer sk-customer" })).status).toBe(403);
    expect((await send({ "x-api-key": "sk-customer" })).status).toBe(403);
    expect((await send({}, "?key=sk-customer")).status).toBe(403);
    expect((await send({ authorization: "Bearer sk-another" })).status).toBe(200);
    const ofAddress = decision({ id: "address", scope: { kind: "address", value: "127.0.0.1" } });
    expect((await (await serve(framework, [ofAddress], createHolding()))()).status).toBe(403);
  });

  it("holds a request, and has it come back where there is no room", async () => {
    const waits: number[] = [];
    const tarpit = onAccount("tarpit", { parameters: { delay_ms: 4711 } });
    const holding = createHolding((ms) => Promise.resolve(void waits.push(ms)));
    expect((await (await serve(framework, [tarpit], holding))({ "x-account": "tarpit" })).status).toBe(200);
    expect(waits).toEqual([4711]);
    const full: Holding = { held: 0, hold: () => Promise.resolve(false) };
    expect((await (await serve(framework, [tarpit], full))({ "x-account": "tarpit" })).status).toBe(429);
  });
});
