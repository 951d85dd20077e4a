import { isIP } from "node:net";

/**
 * The client's address out of what an edge logged: one address, `address:port`, `[v6]:port`, or the list of
 * `X-Forwarded-For` (MDN: client first), of which the first is taken. Undefined where there is none.
 */
export function clientAddress(logged: unknown): string | undefined {
  if (typeof logged !== "string") return undefined;
  const [first = ""] = logged.split(",");
  const text = first.trim();
  const bare = /^\[(.+)\](:\d+)?$/.exec(text)?.[1] ?? /^([\d.]+):\d+$/.exec(text)?.[1] ?? text;
  return isIP(bare) === 0 ? undefined : bare;
}
