import { once } from "node:events";
import { createServer } from "node:http";
import { ServerCredentials } from "@grpc/grpc-js";
import fc from "fast-check";
import { describe, expect, it, onTestFinished } from "vitest";
import { createThrottle } from "../../decide/throttle/gcra.ts";
import type { Decision } from "../../model/decision.ts";
import { createCallers } from "../http/callers.ts";
import { portOf } from "../../kit/http/loopback.case.ts";
import { caller, failTest, listen } from "../http/listen.case.ts";
import { testKeys as keys } from "../../ingest/keys/keys.case.ts";
import { createSubjectsOf } from "../request-subject.ts";
import { gatewayWith } from "../ruling.case.ts";
import { decision } from "../table/decision.case.ts";
import { CLIENT_ADDRESS_HEADER, envoyPeer, startEnvoy } from "./envoy.case.ts";
import { createExtAuthzServer } from "./grpc-server.ts";
import { createExtAuthzSurface } from "./http-surface.ts";
import { readCheckRequest } from "./messages.ts";

const onAccount = (action: Decision["action"], given: Partial<Decision> = {}): Decision =>
  decision({ id: action, action, scope: { kind: "account", value: action }, ...given });

/** An Envoy that asks about each request, before an upstream that answers with the headers that it got. */
async function envoyWith(...decisions: readonly Decision[]) {
  const { ruler } = gatewayWith(createThrottle(100), ...decisions);
  const callers = createCallers([caller()]);
  const options = {
    ruler,
    callers,
    onDefect: failTest,
    subjectsOf: createSubjectsOf({ keys, headers: { account: "x-account", address: CLIENT_ADDRESS_HEADER } }),
  };
  const server = createExtAuthzServer(options);
  const grpc = await new Promise<number>((done, fail) => {
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) =>
      error === null ? done(port) : fail(error),
    );
  });
  onTestFinished(() => server.forceShutdown());
  const http = Number(new URL(await listen(createExtAuthzSurface(options))).port);
  const upstream = createServer((request, response) => response.end(JSON.stringify(request.headers)));
  upstream.listen(0, "127.0.0.1");
  await once(upstream, "listening");
  onTestFinished(() => {
    upstream.closeAllConnections();
    upstream.close();
  });
  return startEnvoy({ upstream: portOf(upstream.address()), grpc, http });
}

describe.skipIf(envoyPeer.skipped)(`a real Envoy (${envoyPeer.ifSkipped})`, () => {
  it("asks over gRPC and over HTTP, and does what it is told", async () => {
    const envoy = await envoyWith(
      onAccount("block"),
      onAccount("challenge"),
      onAccount("throttle", { parameters: { requests_per_minute: 1, burst: 2 } }),
      onAccount("degrade", { parameters: { withhold: ["logprobs", "samples"] } }),
      onAccount("tarpit", { parameters: { delay_ms: 1 } }),
      decision({ id: "of a key", scope: { kind: "key", value: keys.ofSecret("sk-customer") } }),
      decision({ id: "of an address", scope: { kind: "address", value: "2001:db8::1" } }),
    );
    for (const mode of ["grpc", "http"] as const) {
      const send = (headers: Record<string, string>, path = "/v1/messages"): Promise<Response> =>
        fetch(`${envoy[mode]}${path}`, { headers });
      const upstreamSaw = async (headers: Record<string, string>): Promise<unknown> => (await send(headers)).json();

      expect(await upstreamSaw({ "x-account": "another" })).toMatchObject({ "x-stillwatch-withhold": "none" });
      expect(await upstreamSaw({ "x-account": "degrade" })).toMatchObject({
        "x-stillwatch-withhold": "logprobs,samples",
      });
      // What a customer sends under these names does not get through.
      expect(
        await upstreamSaw({ "x-stillwatch-withhold": "mine", "x-envoy-fault-delay-request": "60000" }),
      ).toMatchObject({ "x-stillwatch-withhold": "none", "x-envoy-fault-delay-request": "0" });

      const blocked = await send({ "x-account": "block" });
      expect([blocked.status, blocked.headers.get("content-type")]).toEqual([403, "application/problem+json"]);
      expect(await blocked.json()).toMatchObject({
        reference: "block",
        category: "coordinated-extraction",
        appeal: "https://example.com/appeals/block",
      });
      expect(await (await send({ "x-account": "challenge" })).json()).toMatchObject({
        verify: "https://example.com/verify/challenge",
      });
      expect((await send({ authorization: "Bearer sk-customer" })).status).toBe(403);
      expect((await send({ "x-forwarded-for": "192.0.2.1, 2001:db8::2" })).status).toBe(403);

      const delayed = await envoy.counter(`http.${mode}.fault.delays_injected`);
      expect((await send({ "x-account": "tarpit" })).status).toBe(200);
      expect(await envoy.counter(`http.${mode}.fault.delays_injected`)).toBe(delayed + 1);
    }
    const throttled = await Promise.all(
      [envoy.grpc, envoy.http, envoy.grpc].map((base) => fetch(base, { headers: { "x-account": "throttle" } })),
    );
    const refused = throttled.filter(({ status }) => status === 429);
    expect(refused.map(({ headers }) => headers.get("retry-after"))).toEqual(["60"]);
  });
});

describe("messages of Envoy", () => {
  it("are read or refused, whatever their bytes", () => {
    const readOrRefused = (bytes: Uint8Array): boolean => {
      try {
        return "headers" in readCheckRequest(bytes);
      } catch (error) {
        return error instanceof Error;
      }
    };
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), readOrRefused));
  });

  it("may leave everything out", () => {
    expect(readCheckRequest(new Uint8Array())).toEqual({ headers: {}, path: "", address: undefined });
  });

  // Bytes of protobuf: the number of a field, eight times, and two; how long it is; what it holds.
  it.each([
    ["no attributes", [0x0a, 0]],
    ["a peer without an address", [0x0a, 2, 0x0a, 0]],
    ["a peer on a Unix socket", [0x0a, 9, 0x0a, 7, 0x0a, 5, 0x12, 3, 0x0a, 1, 0x2f]],
    ["a connection that is no HTTP", [0x0a, 2, 0x22, 0]],
  ])("may have %s", (_what, bytes) => {
    expect(readCheckRequest(Uint8Array.from(bytes))).toEqual({ headers: {}, path: "", address: undefined });
  });
});
