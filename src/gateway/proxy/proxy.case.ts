import { once } from "node:events";
import { createThrottle } from "../../decide/throttle/gcra.ts";
import type { Decision } from "../../model/decision.ts";
import type { Exchange } from "../../model/exchange.ts";
import { testNames } from "../../ingest/keys/keys.case.ts";
import { gatewayWith } from "../ruling.case.ts";
import type { Gateway } from "../ruling.case.ts";
import { decision } from "../table/decision.case.ts";
import { createCallerOf } from "./caller.ts";
import { createCapture } from "./capture/capture.ts";
import type { Capture } from "./capture/capture.ts";
import { createHolding } from "../holding.ts";
import type { Wait } from "../../kit/wait.ts";
import { createProxy } from "./proxy.ts";
import type { Proxy } from "./proxy.ts";
import { createProxyServer } from "./server.ts";
import { startStandIn } from "./upstream.case.ts";
import type { StandIn } from "./upstream.case.ts";
import { createUpstream } from "./upstream.ts";

/** The key of `acct-1`, in a form that is found wherever it leaks. */
export const KEY = "sk-test-THE-KEY-OF-ACCT-1";
export const nameOfKey = testNames.ofSecret;

/** A proxy before a stand-in, both on ports of their own. */
export interface Scene {
  readonly url: string;
  readonly port: number;
  readonly standIn: StandIn;
  readonly gateway: Gateway;
  readonly proxy: Proxy;
  readonly capture: Capture;
  readonly exchanges: readonly Exchange[];
  readonly upstreamErrors: readonly unknown[];
  /** Resolves when the proxy has given so many exchanges. */
  captured(count: number): Promise<readonly Exchange[]>;
  /** Rejects where the proxy has told of a defect. */
  close(): Promise<void>;
}

export interface Setting {
  readonly wait?: Wait;
  readonly heldMax?: number;
  readonly requestsMax?: number;
  readonly connectionsMax?: number;
  readonly upstreamConnectionsMax?: number;
  readonly trustedProxies?: readonly string[];
  /** Path of the upstream's address. */
  readonly base?: string;
}

export async function startScene(setting: Setting = {}): Promise<Scene> {
  const standIn = await startStandIn();
  const gateway = gatewayWith(createThrottle(100));
  const exchanges: Exchange[] = [];
  const defects: unknown[] = [];
  const upstreamErrors: unknown[] = [];
  let onExchange = (): void => {};
  const onDefect = (error: unknown): void => {
    defects.push(error);
  };
  let ids = 0;
  const capture = createCapture({
    clock: gateway.clock,
    newId: () => `generated-${++ids}`,
    onExchange(exchange) {
      exchanges.push(exchange);
      onExchange();
    },
    onDefect,
    wait: () => Promise.resolve(),
  });
  const upstream = createUpstream(standIn.url + (setting.base ?? ""), setting.upstreamConnectionsMax ?? 64);
  const proxy = createProxy({
    upstream,
    ruler: gateway.ruler,
    callerOf: createCallerOf({ keys: testNames, trustedProxies: setting.trustedProxies ?? [], ja4Header: "x-ja4" }),
    ownerOf: (key) => (key === nameOfKey(KEY) ? { account: "acct-1", organization: "org-1" } : undefined),
    holding: createHolding(setting.wait ?? (() => Promise.resolve()), setting.heldMax ?? 8),
    requestsMax: setting.requestsMax ?? 64,
    capture,
    onError(error, whose) {
      (whose === "ours" ? defects : upstreamErrors).push(error);
    },
  });
  const server = createProxyServer(proxy, setting.connectionsMax ?? 128);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the proxy has no port");
  return {
    url: `http://127.0.0.1:${address.port}`,
    port: address.port,
    standIn,
    gateway,
    proxy,
    capture,
    exchanges,
    upstreamErrors,
    async captured(count) {
      while (exchanges.length < count)
        await new Promise<void>((done) => {
          onExchange = done;
        });
      return exchanges;
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
      await upstream.close();
      await standIn.close();
      if (defects.length > 0) throw new AggregateError(defects, "the proxy has told of defects");
    },
  };
}

export async function all<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const list: Item[] = [];
  for await (const item of items) list.push(item);
  return list;
}

/** Decisions about `acct-1`, by action. */
export const DEGRADE: Decision = decision({ id: "d-degrade", action: "degrade" });
export const BLOCK: Decision = decision({ id: "d-block", action: "block" });
export const CHALLENGE: Decision = decision({ id: "d-challenge", action: "challenge" });
export const TARPIT: Decision = decision({ id: "d-tarpit", action: "tarpit", parameters: { delay_ms: 5000 } });
export const THROTTLE: Decision = decision({
  id: "d-throttle",
  action: "throttle",
  parameters: { requests_per_minute: 2, burst: 1 },
});
