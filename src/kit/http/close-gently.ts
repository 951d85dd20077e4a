import type { IncomingMessage, Server, ServerResponse } from "node:http";

// Limits.
/** Of one request that was answered before its end. */
const droppedBytesMax = 32 * 2 ** 20;

/**
 * Has a server let in the rest of a body that it has answered early, so that the connection can be used again; also where it is to end
 * with the answer (`Connection: close`, HTTP/1.0): node would close it at once, and what is still on its way would come back as a reset,
 * which takes the answer from whoever reads only after sending (RFC 9112, 9.6). To be called when the server has its listeners. It waits
 * for so many bytes, and as long as the server's own limit for a request says.
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

/** Lets the rest of a body, that nobody will read, come in and go. */
function dropRest(request: IncomingMessage): void {
  let bytes = 0;
  request.on("data", (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > droppedBytesMax) request.destroy();
  });
  // Node would let in without end, and show nobody, what nobody has begun to read when the answer is out.
  request.read(0);
  request.resume();
}
