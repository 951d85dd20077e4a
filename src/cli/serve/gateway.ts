import { randomUUID } from "node:crypto";
import type { Server as HttpServer } from "node:http";
import type { Server as GrpcServer } from "@grpc/grpc-js";
import { createThrottle } from "../../decide/throttle/gcra.ts";
import { customerLinks } from "../../gateway/customer-links.ts";
import { createCrowdsecSurface } from "../../gateway/decision-stream/crowdsec-surface.ts";
import type { DecisionFeed } from "../../gateway/decision-stream/decision-feed.ts";
import { createFollowSurface } from "../../gateway/decision-stream/follow-surface.ts";
import { createDecideEndpoint } from "../../gateway/decide-endpoint/decide-endpoint.ts";
import { createExtAuthzServer } from "../../gateway/ext-authz/grpc-server.ts";
import { createExtAuthzSurface } from "../../gateway/ext-authz/http-surface.ts";
import { createGuardrailSurface } from "../../gateway/guardrail/guardrail-surface.ts";
import { createHolding } from "../../gateway/holding.ts";
import { createCallers } from "../../gateway/http/callers.ts";
import type { HttpSurface } from "../../gateway/http/surface.ts";
import { createCallerOf } from "../../gateway/proxy/caller.ts";
import { createCapture } from "../../gateway/proxy/capture/capture.ts";
import { createProxy } from "../../gateway/proxy/proxy.ts";
import type { Proxy } from "../../gateway/proxy/proxy.ts";
import { createProxyServer } from "../../gateway/proxy/server.ts";
import { createUpstream } from "../../gateway/proxy/upstream.ts";
import { createSubjectsOf } from "../../gateway/request-subject.ts";
import { createRuler } from "../../gateway/ruling.ts";
import type { Ruler } from "../../gateway/ruling.ts";
import type { KeyDirectory } from "../../ingest/keys/key-directory.ts";
import type { Clock } from "../../kit/clock.ts";
import type { Exchange } from "../../model/exchange.ts";
import type { ServeConfig } from "./config.ts";

// Limits.
/** Throttled decisions whose rates are counted at once. */
const throttledMax = 1_000_000;
const proxyConnectionsMax = 16_384;
const upstreamConnectionsMax = 4_096;

export interface Gateway {
  readonly surfaces: readonly HttpSurface[];
  /** Where configured; bound nowhere yet. */
  readonly extAuthz: GrpcServer | null;
  readonly proxy: { readonly server: HttpServer; readonly counts: Proxy["counts"]; close(): Promise<void> } | null;
}

export interface GatewayOptions {
  readonly config: ServeConfig;
  readonly feed: DecisionFeed;
  readonly keys: KeyDirectory;
  readonly clock: Clock;
  readonly onDefect: (error: unknown) => void;
  /** What passed the proxy. */
  readonly onExchange: (exchange: Exchange) => void;
}

/** Everything that rules on requests, over one table. Throws a `UserError` where the configuration won't do. */
export function openGateway({ config, feed, keys, clock, onDefect, onExchange }: GatewayOptions): Gateway {
  const callers = createCallers(
    config.callers.map((caller) => ({ name: caller.name, keySha256: caller["key-sha256"].toLowerCase() })),
  );
  const ruler = createRuler({
    table: feed.table,
    throttle: createThrottle(throttledMax),
    links: customerLinks(config.customers),
    clock,
  });
  const subjectsOf = createSubjectsOf({ keys, headers: config["subject-headers"] });
  const holding = createHolding();
  const extAuthz = { ruler, subjectsOf, callers, onDefect };
  return {
    surfaces: [
      createDecideEndpoint({ ruler, keys, callers, onDefect }),
      createCrowdsecSurface({ feed, callers, clock, onDefect }),
      createFollowSurface({ feed, callers, onDefect }),
      createExtAuthzSurface(extAuthz),
      createGuardrailSurface({ ruler, keys, holding, callers, onDefect }),
    ],
    extAuthz: config["ext-authz"] === undefined ? null : createExtAuthzServer(extAuthz),
    proxy: config.proxy === undefined ? null : openProxy(config.proxy, { ruler, keys, clock, onDefect, onExchange }),
  };
}

function openProxy(
  config: NonNullable<ServeConfig["proxy"]>,
  given: Pick<GatewayOptions, "keys" | "clock" | "onDefect" | "onExchange"> & { readonly ruler: Ruler },
): NonNullable<Gateway["proxy"]> {
  const { ruler, keys, clock, onDefect, onExchange } = given;
  const upstream = createUpstream(config.upstream, upstreamConnectionsMax);
  const capture = createCapture({ clock, newId: randomUUID, onExchange, onDefect });
  const proxy = createProxy({
    upstream,
    ruler,
    callerOf: createCallerOf({ keys, trustedProxies: config["trusted-proxies"], ja4Header: config["ja4-header"] }),
    ownerOf: keys.ownerOf,
    holding: createHolding(),
    requestsMax: proxyConnectionsMax,
    capture,
    onError: onDefect,
  });
  return {
    server: createProxyServer(proxy, proxyConnectionsMax),
    counts: proxy.counts,
    async close() {
      await upstream.close();
      await capture.settled();
    },
  };
}
