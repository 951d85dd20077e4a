import type { IncomingMessage } from "node:http";

/** The bytes of a request's body. Throws what `tooLong` makes where there are more than `bytesMax`. */
export async function readBytes(request: IncomingMessage, bytesMax: number, tooLong: () => Error): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  // Left early, it must stay open for the answer.
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    if (!(chunk instanceof Uint8Array)) throw new TypeError("a body comes as bytes");
    bytes += chunk.length;
    if (bytes > bytesMax) throw tooLong();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
