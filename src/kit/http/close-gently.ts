import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { dropRest } from "./drop-rest.ts";

/**
 * Has a server let in the rest of a body that it has answered early, also where the connection is to end with the answer (`Connection:
 * close`, HTTP/1.0): node would close it at once, and what is still on its way would come back as a reset, which takes the answer from
 * whoever reads only after sending (RFC 9112, 9.6). To be called when the server has its listeners. How much and how long it waits, `dropRest` and the server's own limit for a request say.
 */
export function closeGently(server: Server): void {
  server.prependListener("request", waitBeforeClosing);
  // A listener where there was none would keep node from asking for bodies by itself.
  if (server.listenerCount("checkContinue") > 0) server.prependListener("checkContinue", waitBeforeClosing);
}

/** Comes before node's own listener, which lets in all there is of a body that nobody has begun to read, and ends the connection. */
function waitBeforeClosing(request: IncomingMessage, response: ServerResponse): void {
  response.prependOnceListener("finish", () => {
    if (request.complete) return;
    dropRest(request);
    const { socket } = request;
    // What node calls after the last answer on a connection, by that listener.
    socket.destroySoon = () => {
      socket.end();
      request.once("close", () => socket.destroy());
    };
    process.nextTick(() => Reflect.deleteProperty(socket, "destroySoon"));
  });
}
