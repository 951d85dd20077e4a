import { once } from "node:events";
import { connect } from "node:net";
import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { testNames } from "../../ingest/keys/keys.case.ts";
import { answerAfterAllIsSent } from "../../kit/http/sent-first.case.ts";
import { UserError } from "../../kit/user-error.ts";
import { anOrder, decided, later, openApi } from "./desk-api.case.ts";
import type { OpenApi } from "./desk-api.case.ts";
import { deskApi } from "./desk-api.ts";

let api: OpenApi;
let reference: string;
beforeAll(async () => {
  api = await openApi();
  reference = await decided(api, "a", "c1");
});
afterAll(() => api.close());
// Customers may ask again.
beforeEach(() => api.clock.advance(60_000));

const operations = () =>
  Object.entries(api.document.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => ({ path, method: method.toUpperCase() })),
  );

describe("a request that is not as it has to be", () => {
  test.each([
    ["no JSON", "{", {}, 400, { detail: "the body is not JSON" }],
    ["another type", "a=b", { "content-type": "text/plain" }, 415, {}],
    ["a long body", JSON.stringify({ reason: "x".repeat(200_000) }), {}, 413, {}],
    ["another encoding", "{}", { "content-encoding": "br" }, 415, {}],
    ["a list", "[]", {}, 422, { faults: [{ at: "body", fault: expect.any(String) }] }],
    [
      "an empty object",
      "{}",
      {},
      422,
      { faults: expect.arrayContaining([{ at: "body.account", fault: expect.any(String) }]) },
    ],
  ])("%s", async (_what, body, headers, status, problem) => {
    const answer = await api.ask("POST", "/v1/desk/decisions", { by: "anna", body, headers });
    expect(answer).toMatchObject({ status, body: { status, ...problem } });
    expect(answer.headers.get("content-type")).toBe("application/problem+json");
  });

  test.each([
    [{ ...anOrder("a"), step: { action: "block" } }, "body.step.ttl"],
    [{ ...anOrder("a"), step: { action: "block", ttl: "1m" } }, "body.step.ttl"],
    [{ ...anOrder("a"), step: { action: "block", ttl: "2d", after: "1d" } }, "body.step"],
    [{ ...anOrder("a"), step: { action: "ban", ttl: "2d" } }, "body.step.action"],
    [{ ...anOrder("a\0b") }, "body.account"],
    [{ ...anOrder("a\ud800") }, "body.account"],
    [{ ...anOrder("a"), reason: " \n" }, "body.reason"],
    [{ ...anOrder("a"), scope: { kind: "country", value: "x" } }, "body.scope.kind"],
    [{ ...anOrder("a"), secret_field: "secret" }, "body"],
  ])("%j is told by its place, and not repeated", async (body, at) => {
    const answer = await api.ask("POST", "/v1/desk/decisions", { by: "anna", body });
    expect(answer).toMatchObject({ status: 422, body: { faults: [{ at }] } });
    expect(answer.text).not.toContain("secret");
  });

  test.each([
    ["/v1/desk/decisions?limit=0", "query.limit"],
    ["/v1/desk/decisions?limit=1000", "query.limit"],
    ["/v1/desk/decisions?after=x", "query.after"],
    ["/v1/desk/decisions?campaign=c&held=canary", "query"],
    ["/v1/desk/decisions?scope_kind=key", "query"],
    ["/v1/desk/campaigns?colour=blue", "query"],
    ["/v1/desk/audit?after=-1", "query.after"],
    ["/v1/desk/transparency?from=2026-01-01T00:00:00Z&to=2028-01-01T00:00:00Z", "query"],
    ["/v1/desk/transparency?from=0000-01-01T00:00:00Z&to=0000-02-01T00:00:00Z", "query"],
    ["/v1/desk/accounts/%00", "path.account"],
  ])("%s", async (path, at) => {
    expect(await api.ask("GET", path, { by: "carl" })).toMatchObject({ status: 422, body: { faults: [{ at }] } });
  });

  test("an unknown path, and a method that there is not", async () => {
    expect(await api.ask("GET", "/v1/desk/nothing", { by: "carl" })).toMatchObject({
      status: 404,
      body: { status: 404 },
    });
    const answer = await api.ask("DELETE", "/v1/desk/decisions", { by: "carl" });
    expect([answer.status, answer.headers.get("allow")]).toEqual([405, "GET, POST"]);
    expect((await api.ask("GET", "/v1/exchanges")).text).toBe("somebody else");
  });

  test("never is a defect of ours, whatever the body", async () => {
    const writes = operations().filter(({ method }) => method !== "GET");
    const field = fc.constantFrom(
      "reason",
      "answer",
      "statement",
      "account",
      "step",
      "scope",
      "holder",
      "on",
      "expires",
    );
    const text = fc.oneof(fc.string({ unit: "binary" }), fc.constantFrom("2d", "block", later(api, 3), "\0", "\ud800"));
    const body = fc
      .oneof(fc.jsonValue(), fc.dictionary(field, fc.oneof(text, fc.jsonValue())))
      .map((value) => JSON.stringify(value));
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...writes), fc.oneof(body, fc.string()), async ({ path, method }, sent) => {
        api.clock.advance(60_000);
        const answer = await api.ask(method, path.replaceAll(/\{\w+\}/g, reference), { by: "dora", body: sent });
        expect(answer.status).toBeLessThan(500);
        expect(api.failures).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  test("nor whatever the path and the query", async () => {
    const reads = operations().filter(({ method }) => method === "GET");
    const names = fc.constantFrom("after", "limit", "state", "from", "to", "account", "campaign", "held", "scope_kind");
    const place = fc.jsonValue().map((value) => Buffer.from(JSON.stringify(value)).toString("base64url"));
    const text = fc.string({ unit: "binary" }).map((value) => Buffer.from(value).toString());
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...reads),
        text,
        fc.dictionary(names, fc.oneof(text, place, fc.constantFrom("1", "open", later(api, 3)))),
        async ({ path, method }, name, query) => {
          api.clock.advance(60_000);
          const asked = `${path.replaceAll(/\{\w+\}/g, encodeURIComponent(`x${name}`))}?${new URLSearchParams(query).toString()}`;
          expect((await api.ask(method, asked, { by: "carl" })).status).toBeLessThan(500);
          expect(api.failures).toEqual([]);
        },
      ),
      { numRuns: 300 },
    );
  });
});

test("whoever hangs up while sending is no failure of ours, and holds nothing up", async () => {
  const { port } = new URL(api.url);
  const socket = connect(Number(port), "127.0.0.1");
  const head =
    "POST /v1/desk/decisions HTTP/1.1\r\nhost: x\r\nauthorization: Bearer anna\r\ncontent-type: application/json";
  socket.write(`${head}\r\ncontent-length: 100\r\nexpect: 100-continue\r\n\r\n`);
  // The server has begun to read it.
  await once(socket, "data");
  socket.destroy();
  await once(socket, "close");
  expect((await api.ask("GET", "/v1/desk/switches", { by: "carl" })).status).toBe(200);
  expect(api.failures).toEqual([]);
});

test("a body that is too long is answered also where its sender reads only after sending all", async () => {
  const lines = ["POST /v1/desk/decisions HTTP/1.1", "authorization: Bearer anna", "content-type: application/json"];
  expect(await answerAfterAllIsSent(api.url, lines, 2 ** 24)).toMatch(/^HTTP\/1.1 413 /);
});

test.each([
  ["GET /v1/desk/%zz HTTP/1.1\r\nhost: x", 404],
  ["GET /v1/desk/switches HTTP/1.1\r\nhost: a b", 400],
  ["GET /v1/desk/../../etc HTTP/1.1\r\nhost: x", 404],
  ["GET /v1/appeals/%ff%fe HTTP/1.1\r\nhost: x", 404],
])("an odd request is answered, and no failure of ours: %j", async (head, status) => {
  const { port } = new URL(api.url);
  const socket = connect(Number(port), "127.0.0.1");
  socket.write(`${head}\r\nconnection: close\r\n\r\n`);
  let text = "";
  for await (const chunk of socket) text += String(chunk);
  expect(text).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
  expect(api.failures).toEqual([]);
});

test("customers wait where one address asks too much, and the staff does not", async () => {
  const one = await openApi({ state: api.state, trustedProxies: ["127.0.0.1"] });
  try {
    const ask = (forwarded: string) =>
      one.ask("GET", "/v1/appeals/0000-0000-0000-0000", { headers: { "x-forwarded-for": forwarded } });
    const statuses: number[] = [];
    for (let time = 0; time < 21; time++) statuses.push((await ask(`198.51.100.${time}, 192.0.2.1`)).status);
    expect(statuses).toEqual([...Array<number>(20).fill(404), 429]);
    expect((await ask("192.0.2.1")).headers.get("retry-after")).toBe("2");
    expect((await ask("192.0.2.2")).status).toBe(404);
    // A customer has a whole /64 of IPv6.
    for (let time = 0; time < 20; time++) expect((await ask(`2001:db8::${time}`)).status).toBe(404);
    expect((await ask("2001:db8::ffff:1")).status).toBe(429);
    one.clock.advance(2_000);
    expect((await ask("192.0.2.1")).status).toBe(404);
    for (let time = 0; time < 30; time++)
      expect((await one.ask("GET", "/v1/desk/switches", { by: "carl" })).status).toBe(200);
  } finally {
    await one.close();
  }
});

test("without its state it asks to come again, and tells the operator why", async () => {
  const one = await openApi();
  await one.state.close();
  const answers = [
    await one.ask("GET", "/v1/desk/decisions", { by: "carl" }),
    await one.ask("POST", "/v1/desk/decisions", { by: "anna", body: anOrder("a") }),
    await one.ask("GET", `/v1/appeals/${reference}`),
  ];
  expect(answers.map(({ status }) => status)).toEqual([503, 503, 503]);
  expect(answers[0]?.headers.get("retry-after")).toBe("10");
  expect(one.failures).toHaveLength(3);
  await one.close();
});

test("a person without a name, or with a very long one, stops the start", () => {
  const { state, desk, appeals, clock } = api;
  const onFailure = () => undefined;
  const given = { state, desk, appeals, keys: testNames, clock, appealUrl: "", trustedProxies: [], onFailure };
  for (const person of ["", "x".repeat(201)])
    expect(() => deskApi({ ...given, staff: [{ person, roles: [], sha256: "0".repeat(64) }] })).toThrow(UserError);
});
