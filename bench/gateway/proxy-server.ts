// The proxy to be measured, in a process of its own, with decisions in force, and with every exchange captured. Prints its port, and
// ends when its input does.

import { randomUUID } from "node:crypto";
import { createThrottle } from "../../src/decide/throttle/gcra.ts";
import { createKeyNames } from "../../src/ingest/keys/key-names.ts";
import { createCallerOf } from "../../src/gateway/proxy/caller.ts";
import { createCapture } from "../../src/gateway/proxy/capture/capture.ts";
import { createHolding } from "../../src/gateway/holding.ts";
import { createProxy } from "../../src/gateway/proxy/proxy.ts";
import { createProxyServer } from "../../src/gateway/proxy/server.ts";
import { createUpstream } from "../../src/gateway/proxy/upstream.ts";
import { createRuler } from "../../src/gateway/ruling.ts";
import { systemClock } from "../../src/kit/clock.ts";
import { seededRandom } from "../../src/kit/random.ts";
import { serveAsChild } from "./child.ts";
import { tableOf } from "./decisions.ts";

const [, , upstreamAddress = "", decisions] = process.argv;

const fail = (error: unknown): void => {
  throw error;
};
const connectionsMax = 1024;
const links = { appeal: "https://example.com/{reference}", verify: "https://example.com/{reference}" };
const ruler = createRuler({
  table: tableOf(Number(decisions), seededRandom("gateway proxy")),
  throttle: createThrottle(1000),
  links,
  clock: systemClock,
});
const upstream = createUpstream(upstreamAddress, connectionsMax);
const proxy = createProxy({
  upstream,
  ruler,
  callerOf: createCallerOf({
    keys: createKeyNames("a secret of this benchmark, and of nothing else"),
    trustedProxies: [],
  }),
  ownerOf: () => ({ account: "acct_of_the_benchmark" }),
  holding: createHolding(),
  requestsMax: connectionsMax,
  capture: createCapture({ clock: systemClock, newId: randomUUID, onExchange: () => {}, onDefect: fail }),
  onError: fail,
});
serveAsChild(createProxyServer(proxy, connectionsMax), () => void upstream.close());
