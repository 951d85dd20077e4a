import { hash } from "node:crypto";
import { createServer } from "node:http";
import { closeGently } from "../../kit/http/close-gently.ts";
import { listenOnLoopback } from "../../kit/http/loopback.case.ts";
import type { Caller } from "./callers.ts";
import type { HttpSurface } from "./surface.ts";

/** Serves surfaces on a free port of the loopback until the test has finished; the server's base address. */
export async function listen(...surfaces: readonly HttpSurface[]): Promise<string> {
  const server = createServer((request, response) => {
    if (!surfaces.some((surface) => surface(request, response))) response.writeHead(404).end();
  });
  closeGently(server);
  return `http://127.0.0.1:${await listenOnLoopback(server)}`;
}

export const CALLER_KEY = "a key of a caller in tests";

export function caller(name = "tests", key = CALLER_KEY): Caller {
  return { name, keySha256: hash("sha256", key) };
}

/** For surfaces in tests: a defect fails the test. */
export function failTest(error: unknown): never {
  throw error instanceof Error ? error : new Error("a defect", { cause: error });
}
