import type { HttpSurface } from "../http/surface.ts";
import { problemDetails, sendProblem } from "../../kit/http/problem.ts";
import { CALLER_KEY_HEADER, check } from "./check.ts";
import type { ExtAuthzOptions } from "./grpc-server.ts";

/** Envoy's `path_prefix`: what follows is the customer's path. */
const PREFIX = "/v1/ext-authz";

/**
 * Envoy's external authorisation over HTTP (`http_service`): 200 lets the customer's request go on, with the headers that Envoy is
 * told to take over; anything else is what the customer gets.
 */
export function createExtAuthzSurface(options: Omit<ExtAuthzOptions, "onDefect">): HttpSurface {
  return (request, response) => {
    const url = request.url ?? "";
    if (!url.startsWith(`${PREFIX}/`)) return false;
    const header = (name: string): string | undefined => {
      const value = request.headers[name];
      return typeof value === "string" ? value : value?.join(",");
    };
    const key = header(CALLER_KEY_HEADER);
    if (key === undefined || options.callers.byKey(key) === null) {
      // Envoy shows the customer any answer but 5xx, and this one is Envoy's own mistake: its failure mode decides.
      sendProblem(response, problemDetails(503, `Send a caller's key as ${CALLER_KEY_HEADER}.`));
      return true;
    }
    const subjects = options.subjectsOf({ header, path: url.slice(PREFIX.length), address: undefined });
    const checked = check(options.ruler, subjects);
    for (const { key: name, value } of checked.headers) response.setHeader(name, value);
    if (checked.kind === "ok") response.writeHead(200).end();
    else response.writeHead(checked.status).end(checked.body);
    return true;
  };
}
