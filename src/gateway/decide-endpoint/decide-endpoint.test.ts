import { hash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { createThrottle } from "../../decide/throttle/gcra.ts";
import type { Decision } from "../../model/decision.ts";
import { createCallers } from "../http/callers.ts";
import type { KeyDirectory } from "../../ingest/keys/key-directory.ts";
import { caller, CALLER_KEY, failTest, listen } from "../http/listen.case.ts";
import { testKeys as keys } from "../../ingest/keys/keys.case.ts";
import { gatewayWith } from "../ruling.case.ts";
import type { Gateway } from "../ruling.case.ts";
import { decision } from "../table/decision.case.ts";
import { createDecideEndpoint } from "./decide-endpoint.ts";

const served = (...decisions: readonly Decision[]) => servedWith(keys, ...decisions);

async function servedWith(known: KeyDirectory, ...decisions: readonly Decision[]) {
  const gateway: Gateway = gatewayWith(createThrottle(100), ...decisions);
  const callers = createCallers([caller()]);
  const base = await listen(createDecideEndpoint({ ruler: gateway.ruler, keys: known, callers, onDefect: failTest }));
  const post = (body: string, headers: Record<string, string> = {}): Promise<Response> =>
    fetch(`${base}/v1/decide`, {
      method: "POST",
      headers: { "content-type": "application/json", "x-api-key": CALLER_KEY, ...headers },
      body,
    });
  const ask = async (question: object): Promise<unknown> => (await post(JSON.stringify(question))).json();
  return { gateway, base, post, ask };
}

describe("POST /v1/decide", () => {
  it("says that there is no decision", async () => {
    const { ask } = await served();
    expect(await ask({ account: "acct-1" })).toEqual({ action: "allow", allowed: true });
  });

  it("says what is decided, with the reference, the category and the end, and no more", async () => {
    const degrade = decision({ id: "d-1", action: "degrade", parameters: { withhold: ["logprobs"] } });
    const { ask } = await served(degrade);
    expect(await ask({ account: "acct-1" })).toEqual({
      action: "degrade",
      allowed: true,
      parameters: { withhold: ["logprobs"] },
      reference: "d-1",
      category: "coordinated-extraction",
      expires: degrade.expires,
    });
  });

  it("gives with a refusal what the customer is to be told", async () => {
    const { ask } = await served(decision({ id: "d-1" }));
    expect(await ask({ account: "acct-1" })).toMatchObject({
      allowed: false,
      problem: { status: 403, reference: "d-1", appeal: "https://example.com/appeals/d-1" },
    });
  });

  it("names the key at the door, also where only its hash is told, and takes an id as it is", async () => {
    const scope = { kind: "key", value: keys.ofSecret("sk-customer") } as const;
    const { ask } = await served(decision({ id: "d-1", scope }));
    expect(await ask({ api_key: "sk-customer" })).toMatchObject({ reference: "d-1" });
    expect(await ask({ api_key: scope.value })).toMatchObject({ action: "allow" });
    expect(await ask({ key: scope.value })).toMatchObject({ reference: "d-1" });
    expect(await ask({ key: hash("sha256", "sk-customer") })).toMatchObject({ reference: "d-1" });
  });

  it("tells the making of a key from a request", async () => {
    const { ask } = await served(decision({ id: "d-1", action: "hold-new-keys" }));
    expect(await ask({ account: "acct-1" })).toMatchObject({ allowed: true });
    expect(await ask({ account: "acct-1", purpose: "new-key" })).toMatchObject({ allowed: false });
  });

  it("counts under a throttle, and says when to come back", async () => {
    const parameters = { requests_per_minute: 6, burst: 2 };
    const { gateway, ask } = await served(decision({ id: "d-1", action: "throttle", parameters }));
    const allowed = async (): Promise<unknown> =>
      z.object({ allowed: z.boolean() }).parse(await ask({ account: "acct-1" }));
    expect([await allowed(), await allowed()]).toEqual([{ allowed: true }, { allowed: true }]);
    expect(await ask({ account: "acct-1" })).toMatchObject({
      allowed: false,
      problem: { status: 429, retry_after_seconds: 10 },
    });
    gateway.clock.advance(10_000);
    expect(await allowed()).toEqual({ allowed: true });
  });

  it("holds an account to one rate, whichever of its keys it sends by", async () => {
    const owned = { ...keys, ownerOf: () => ({ account: "acct-1" }) };
    const throttle = decision({ id: "d-1", action: "throttle", parameters: { requests_per_minute: 6, burst: 2 } });
    const { ask } = await servedWith(owned, throttle);
    expect(await ask({ api_key: "sk-1" })).toMatchObject({ allowed: true });
    expect(await ask({ api_key: "sk-2" })).toMatchObject({ allowed: true });
    for (const key of ["sk-1", "sk-2", "sk-3"]) expect(await ask({ api_key: key })).toMatchObject({ allowed: false });
  });

  it("answers callers that it knows, and nobody else", async () => {
    const { post } = await served();
    const question = JSON.stringify({ account: "acct-1" });
    const refused = await post(question, { "x-api-key": "another" });
    expect([refused.status, refused.headers.get("www-authenticate")]).toEqual([401, "Bearer"]);
    expect((await post(question, { "x-api-key": "" })).status).toBe(401);
  });

  it.each<[number, string, Record<string, string>]>([
    [415, "{}", { "content-type": "text/plain" }],
    [415, `{"account":"a"}`, { "content-encoding": "gzip" }],
    [413, JSON.stringify({ account: "a".repeat(20_000) }), {}],
    [400, "{", {}],
    [400, "null", {}],
    [400, "{}", {}],
    [400, `{"purpose":"request"}`, {}],
    [400, `{"account":""}`, {}],
    [400, `{"account":"a","api_key":"b","key":"c"}`, {}],
    [400, `{"account":"a","colour":"b"}`, {}],
    [400, `{"account":"a","__proto__":{"key":"b"}}`, {}],
    [400, `{"account":"a","purpose":"toString"}`, {}],
    [400, `{"account":"a","address":null}`, {}],
    [400, `{"account":"a","address":"198.51.100.7:443"}`, {}],
    [400, `{"account":"a","address":"198.51.100.7, 192.0.2.1"}`, {}],
    [400, `{"account":["a"]}`, {}],
    [400, `["account"]`, {}],
    [400, JSON.stringify({ account: "a".repeat(1025) }), {}],
    [400, JSON.stringify({ api_key: "a".repeat(8193) }), {}],
  ])("answers %i to %.80s", async (status, body, headers) => {
    const { post } = await served();
    const response = await post(body, headers);
    expect([response.status, response.headers.get("content-type")]).toEqual([status, "application/problem+json"]);
  });

  it("takes a key that is a long token", async () => {
    const { post } = await served();
    expect((await post(JSON.stringify({ api_key: "a".repeat(8192) }))).status).toBe(200);
  });

  it("takes a body that says it is as it is", async () => {
    const { post } = await served();
    expect((await post(`{"account":"a"}`, { "content-encoding": "identity" })).status).toBe(200);
  });

  it("has one method", async () => {
    const { base } = await served();
    const response = await fetch(`${base}/v1/decide`);
    expect([response.status, response.headers.get("allow")]).toEqual([405, "POST"]);
  });

  it("never shows in an error what stood in the body", async () => {
    const { post } = await served();
    const secret = "sk-secret-4711";
    const broken = fc.oneof(
      fc.constant(`{"api_key":"${secret}"`),
      fc.constant(secret),
      fc.constant(JSON.stringify({ [secret]: 1 })),
      fc.record({ api_key: fc.constant([secret]), purpose: fc.constant(secret) }).map((value) => JSON.stringify(value)),
      fc.json().map((json) => `["${secret}",${json}]`),
    );
    await fc.assert(
      fc.asyncProperty(broken, async (body) => {
        const response = await post(body);
        expect(response.status).toBe(400);
        expect(await response.text()).not.toContain(secret);
      }),
      { numRuns: 40 },
    );
  });
});
