import { once } from "node:events";
import { createServer } from "node:http";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { ServerCredentials } from "@grpc/grpc-js";
import type { Server as GrpcServer } from "@grpc/grpc-js";
import { closeGently } from "../../kit/http/close-gently.ts";
import { problemDetails, sendProblem } from "../../kit/http/problem.ts";
import { originForm } from "../../kit/http/target.ts";
import { UserError } from "../../kit/user-error.ts";

// Limits.
/** A gateway asks over few connections; who opens more is in trouble, or makes it. */
const connectionsMax = 4_096;
/** Those that wait to be accepted: who opens thousands at once must not shut others out. The kernel may allow fewer. */
const acceptBacklogMax = 4_096;
/** A whole request, its body included, and its headers alone (milliseconds). */
const requestMsMax = 120_000;
const headersMsMax = 20_000;
const keepAliveMs = 65_000;

/** A part of a server: false where the request is not its own. */
type Surface = (request: IncomingMessage, response: ServerResponse) => boolean;

/** A server of the surfaces, the first that takes a request; it listens nowhere yet. */
export function surfaceServer(surfaces: readonly Surface[]): Server {
  const server = createServer((request, response) => {
    request.url = originForm(request.url ?? "/");
    if (surfaces.some((surface) => surface(request, response))) return;
    sendProblem(response, problemDetails(404, "there is nothing here"));
  });
  return limitServer(server);
}

export function limitServer<Limited extends Server>(server: Limited): Limited {
  server.maxConnections = connectionsMax;
  server.requestTimeout = requestMsMax;
  server.headersTimeout = headersMsMax;
  server.keepAliveTimeout = keepAliveMs;
  closeGently(server);
  return server;
}

/** Splits `host:port`; an IPv6 address stands in brackets. */
function hostAndPort(address: string): { readonly host: string; readonly port: number } {
  const colon = address.lastIndexOf(":");
  return { host: address.slice(0, colon).replace(/^\[|\]$/g, ""), port: Number(address.slice(colon + 1)) };
}

/**
 * Listens. Throws a `UserError` where the address is taken or not ours.
 * @returns the port, also where the address asked for any (0).
 */
export async function listen(server: Server, address: string): Promise<number> {
  const { host, port } = hostAndPort(address);
  server.listen({ port, host, backlog: acceptBacklogMax });
  try {
    await once(server, "listening");
  } catch (error) {
    throw cannotListen(address, error);
  }
  const bound = server.address();
  return typeof bound === "object" && bound !== null ? bound.port : port;
}

/** The same for a gRPC server. */
export function listenGrpc(server: GrpcServer, address: string): Promise<number> {
  return new Promise((done, fail) => {
    server.bindAsync(address, ServerCredentials.createInsecure(), (error, port) => {
      if (error === null) done(port);
      else fail(cannotListen(address, error));
    });
  });
}

const cannotListen = (address: string, cause: unknown): UserError =>
  new UserError(`cannot listen on ${address}`, "stop what listens there, or give another address", { cause });

/** Takes no more, lets go of connections, and waits for the last. */
export async function shut(server: Server): Promise<void> {
  const closed = once(server, "close");
  server.close();
  server.closeAllConnections();
  await closed;
}
