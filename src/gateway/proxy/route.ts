import { dialectOf } from "./degrade/dialects.ts";
import type { Dialect } from "./degrade/dialect.ts";

/** Whose API a request speaks: how its errors are written. */
export type Api = "openai" | "anthropic" | "gemini";

export interface Route {
  /** null: none of them, as far as can be told. */
  readonly api: Api | null;
  readonly dialect: Dialect | null;
}

/**
 * What a request is about. Its path is read as any server might read it (escapes, doubled slashes, dots, letters of either
 * case), so that another spelling of a path leads around nothing. It is forwarded as it came.
 * @param target path and query of the request
 * @param hasHeader by its name in lower case
 */
export function routeOf(target: string, hasHeader: (name: string) => boolean): Route {
  const path = canonicalPath(target);
  return { api: apiOf(path, hasHeader), dialect: dialectOf(path) };
}

function apiOf(path: string, hasHeader: (name: string) => boolean): Api | null {
  // Gemini's own paths; `/v1beta/openai/…` is its imitation of OpenAI's.
  if (path.includes("/openai/")) return "openai";
  if (hasHeader("x-goog-api-key") || /\/v1(?:alpha|beta)\d?\/|:(?:stream|batch)?generatecontent$/.test(path))
    return "gemini";
  if (hasHeader("anthropic-version") || /\/messages(?:\/|$)|\/publishers\/anthropic\//.test(path)) return "anthropic";
  return hasHeader("authorization") || path.startsWith("/v1/") ? "openai" : null;
}

/** The path in lower case without escapes, parameters (RFC 3986, 3.3), dots and doubled or last slashes. */
export function canonicalPath(target: string): string {
  const [raw = ""] = target.split(/[?#]/, 1);
  const decoded = unescaped(raw).toLowerCase().replaceAll("\\", "/");
  const segments: string[] = [];
  for (const segment of decoded.split("/")) {
    const [name = ""] = segment.split(";", 1);
    if (name === "..") segments.pop();
    else if (name !== "" && name !== ".") segments.push(name);
  }
  return `/${segments.join("/")}`;
}

function unescaped(path: string): string {
  // Only what is ASCII matters to the dialects, and a broken escape must not stop the rest from being read.
  return path.replaceAll(/%([0-7][\da-f])/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}
