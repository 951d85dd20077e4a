import { Pool } from "undici";
import type { Dispatcher } from "undici";
import { UserError } from "../../kit/user-error.ts";

// Limits.
/** A connection carries one request at a time: a held stream must not stand before others. */
const pipelining = 1;
const connectMsMax = 10_000;
/** Until an answer begins. Models that think before they answer take minutes, and official clients wait ten. */
const answerMsMax = 600_000;
/** Between two pieces of an answer. */
const pieceMsMax = 300_000;
/** Shorter than servers keep idle connections, so that no request meets one that is being closed. */
const idleMsMax = 4_000;
const headerBytesMax = 32 * 2 ** 10;

/** Where requests go. */
export interface Upstream {
  readonly dispatcher: Dispatcher;
  /** Path and query as the upstream knows them; null where the target of the request names no resource. */
  pathOf(target: string): string | null;
  close(): Promise<void>;
}

/**
 * @param address of the API, such as https://api.example.com or https://api.example.com/base
 * @param connectionsMax held at once
 * @throws {UserError} if the address is none
 */
export function createUpstream(address: string, connectionsMax: number): Upstream {
  const url = URL.canParse(address) ? new URL(address) : null;
  if (url === null || !/^https?:$/.test(url.protocol) || url.search !== "" || url.username !== "")
    throw new UserError(`${address} is no address of an API`, "Write it as https://api.example.com");
  const base = url.pathname.replace(/\/$/, "");
  const dispatcher = new Pool(url.origin, {
    connections: connectionsMax,
    pipelining,
    headersTimeout: answerMsMax,
    bodyTimeout: pieceMsMax,
    keepAliveTimeout: idleMsMax,
    maxHeaderSize: headerBytesMax,
    connect: { timeout: connectMsMax },
  });
  return {
    dispatcher,
    pathOf(target) {
      const path = localPath(target);
      return path === null ? null : base + path;
    },
    close: () => dispatcher.destroy(),
  };
}

/**
 * Path and query of the target of a request; null where it names no resource. The absolute form (RFC 9112, 3.2.2) names a host; requests
 * go to the one upstream whatever it says.
 */
export function localPath(target: string): string | null {
  const path = /^https?:/i.test(target) ? pathOfAddress(target) : target;
  return path?.startsWith("/") === true ? path : null;
}

function pathOfAddress(target: string): string | null {
  if (!URL.canParse(target)) return null;
  const { pathname, search } = new URL(target);
  return pathname + search;
}
