/** Names and values in turn, as `IncomingMessage.rawHeaders` has them: repeated names and their case are kept. */
export type RawHeaders = readonly string[];

/** What concerns one connection only (RFC 9110, 7.6.1). `Trailer` goes with the trailers, see `forward.ts`. */
const hopByHop: ReadonlySet<string> = new Set([
  "connection",
  "keep-alive",
  "proxy-connection",
  "te",
  "transfer-encoding",
  "upgrade",
]);

/** What the proxy answers to, or says anew, for itself. */
const ownRequestHeaders: ReadonlySet<string> = new Set(["expect", "host", "trailer", "x-forwarded-for", "via"]);

/** What no longer holds of a body that is rewritten. */
export const bodyHeaders: ReadonlySet<string> = new Set([
  "content-length",
  "content-digest",
  "repr-digest",
  "digest",
  "content-md5",
  "etag",
  "accept-ranges",
]);

/** The values of a header, in the order of their lines. */
export function valuesOf(headers: RawHeaders, name: string): string[] {
  const values: string[] = [];
  for (let at = 0; at + 1 < headers.length; at += 2)
    if (headers[at]?.toLowerCase() === name) values.push(headers[at + 1] ?? "");
  return values;
}

/** The headers that are meant for the other end, less some. */
export function endToEnd(headers: RawHeaders, less?: ReadonlySet<string>): string[] {
  const named = new Set(valuesOf(headers, "connection").flatMap((value) => value.toLowerCase().split(/\s*,\s*/)));
  const kept: string[] = [];
  for (let at = 0; at + 1 < headers.length; at += 2) {
    const name = headers[at] ?? "";
    const lower = name.toLowerCase();
    if (hopByHop.has(lower) || named.has(lower.trim()) || less?.has(lower) === true) continue;
    kept.push(name, headers[at + 1] ?? "");
  }
  return kept;
}

/**
 * The headers of a request as they go upstream.
 * @param chain the addresses that it came through, the client's first
 */
export function requestHeaders(headers: RawHeaders, httpVersion: string, chain: readonly string[]): string[] {
  const via = [...valuesOf(headers, "via"), `${httpVersion} stillwatch`].join(", ");
  return [...endToEnd(headers, ownRequestHeaders), "x-forwarded-for", chain.join(", "), "via", via];
}

/** The same for a request that is rewritten, and whose answer will be: it goes, and is asked for, whole and without compression. */
export function rewrittenHeaders(headers: RawHeaders): string[] {
  return [...endToEnd(headers, ofRewrittenRequest), "accept-encoding", "identity"];
}

const ofRewrittenRequest: ReadonlySet<string> = new Set([
  ...bodyHeaders,
  "accept-encoding",
  "content-encoding",
  "range",
  "if-range",
]);
