import type { IncomingMessage } from "node:http";
import { DamagedStreamError } from "../ingest/damaged-stream-error.ts";
import { decompressed } from "../ingest/source-file.ts";
import { Problem, tryAgain } from "./problem.ts";

// Limits and defaults.
/** A request as it is sent, and without its compression. */
const bodyBytesMaxDefault = 16 * 2 ** 20;
const plainBytesMaxDefault = 32 * 2 ** 20;
/** All requests that are being received or read, together. */
const heldBytesMaxDefault = 256 * 2 ** 20;
/** When to come again where that is reached, in seconds. */
const busyRetrySeconds = 1;

export interface BodyLimits {
  readonly bodyBytesMax?: number;
  readonly plainBytesMax?: number;
  readonly heldBytesMax?: number;
}

/** A request's body, decompressed, for as long as `use` takes. */
export type BodyReader = <Result>(request: IncomingMessage, use: (body: Buffer) => Promise<Result>) => Promise<Result>;

const encodings: ReadonlySet<string> = new Set(["identity", "gzip", "x-gzip", "zstd"]);

/** Reads bodies within limits of their own and of all together. It throws a `Problem`: 400, 413, 415 or 429. */
export function bodyReader(limits: BodyLimits = {}): BodyReader {
  const {
    bodyBytesMax = bodyBytesMaxDefault,
    plainBytesMax = plainBytesMaxDefault,
    heldBytesMax = heldBytesMaxDefault,
  } = limits;
  let heldBytes = 0;

  return async (request, use) => {
    let own = 0;
    const hold = (bytes: number): void => {
      if (heldBytes + bytes > heldBytesMax) throw tryAgain(429, "too much is being received at once", busyRetrySeconds);
      heldBytes += bytes;
      own += bytes;
    };
    const collect = async (chunks: AsyncIterable<unknown>, bytesMax: number, what: string): Promise<Buffer> => {
      const collected: Uint8Array[] = [];
      let length = 0;
      for await (const chunk of chunks) {
        if (!(chunk instanceof Uint8Array)) throw new TypeError("a body comes as bytes");
        length += chunk.length;
        if (length > bytesMax) throw new Problem(413, `${what} is longer than ${bytesMax} bytes`);
        hold(chunk.length);
        collected.push(chunk);
      }
      return Buffer.concat(collected);
    };
    try {
      const encoding = request.headers["content-encoding"]?.trim().toLowerCase() ?? "identity";
      if (!encodings.has(encoding)) {
        throw new Problem(415, "the content encoding is not one of gzip, zstd", { "accept-encoding": "gzip, zstd" });
      }
      if (Number(request.headers["content-length"] ?? 0) > bodyBytesMax) {
        throw new Problem(413, `the body is longer than ${bodyBytesMax} bytes`);
      }
      // Left early, it must stay open for the answer.
      const received = request.iterator({ destroyOnReturn: false });
      const body = await collect(received, bodyBytesMax, "the body");
      if (encoding === "identity") return await use(body);
      const plain = decompressed(
        "the body",
        (async function* () {
          yield body;
        })(),
      );
      return await use(await collect(plain, plainBytesMax, "the body without its compression"));
    } catch (error) {
      throw error instanceof DamagedStreamError ? new Problem(400, "the compressed body is cut or damaged") : error;
    } finally {
      heldBytes -= own;
    }
  };
}
