import type { IncomingMessage } from "node:http";

// Limits.
/** Of one request that was answered before its end. */
const droppedBytesMax = 32 * 2 ** 20;

/**
 * Lets the rest of a body, that nobody will read, come in and go. For after the answer: most clients read it only once all is sent, and
 * a connection that is closed on them takes it away (RFC 9112, 9.6). Besides, the connection can be used again.
 */
export function dropRest(request: IncomingMessage): void {
  if (request.complete) return;
  let bytes = 0;
  request.on("data", (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > droppedBytesMax) request.destroy();
  });
  // Node would let in without end, and show nobody, what nobody has begun to read when the answer is out.
  request.read(0);
  request.resume();
}
