import { createServer } from "node:http";
import type { Server } from "node:http";
import { closeGently } from "../../kit/http/close-gently.ts";
import { problemDetails, sendProblem } from "../../kit/http/problem.ts";
import type { Proxy } from "./proxy.ts";

// Limits.
/** Of the head of a request, and how many headers it has; more is answered with 431. */
const maxHeaderSize = 32 * 2 ** 10;
const headersMax = 200;
/** Until the head of a request is in, and until all of it is. */
const headersTimeout = 30_000;
const requestTimeout = 300_000;
/** Longer than load balancers keep idle connections, so that none sends a request into one that closes. */
const keepAliveTimeout = 75_000;
/** On a socket where nothing moves: longer than an upstream may take to begin its answer (`upstream.ts`). */
const idleMsMax = 660_000;

/**
 * The HTTP server of a proxy. It has a port of its own, since every path there is the upstream's. Its parser is node's strict one:
 * a request whose length can be read in two ways is refused before it gets here (RFC 9112, 6.3).
 */
export function createProxyServer(proxy: Pick<Proxy, "handle">, connectionsMax: number): Server {
  const server = createServer({
    maxHeaderSize,
    headersTimeout,
    requestTimeout,
    keepAliveTimeout,
    insecureHTTPParser: false,
    requireHostHeader: true,
  });
  // Node lets go of what is above, and says nothing.
  server.maxHeadersCount = headersMax + 1;
  server.maxConnections = connectionsMax;
  server.timeout = idleMsMax;
  const handle: Proxy["handle"] = (request, response) => {
    if (request.rawHeaders.length <= 2 * headersMax) return proxy.handle(request, response);
    return sendProblem(response, problemDetails(431, `A request may have ${headersMax} headers.`), {
      connection: "close",
    });
  };
  server.on("request", handle);
  server.on("checkContinue", handle);
  closeGently(server);
  return server;
}
