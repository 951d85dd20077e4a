import { assertNever } from "../../kit/assert.ts";
import { problemContentType } from "../../kit/http/problem.ts";
import type { Ruler } from "../ruling.ts";
import type { Subject } from "../table/decision-index.ts";
import type { CheckedHeader, CheckResponse } from "./messages.ts";

/** In the metadata of a gRPC call and in the headers of an HTTP one: the key by which Envoy shows who it is. */
export const CALLER_KEY_HEADER = "x-stillwatch-caller-key";
/** To the upstream: what it must withhold, or `none`. */
export const WITHHOLD_HEADER = "x-stillwatch-withhold";
/** Envoy's fault filter, standing behind this one, delays by it (its `header_delay`); 0 does nothing. */
export const DELAY_HEADER = "x-envoy-fault-delay-request";

/**
 * What Envoy is to do with a request. Both headers are always set, since they take the place of what the customer may have sent
 * under these names.
 */
export function check(ruler: Pick<Ruler, "ruleAll">, subjects: readonly Subject[]): CheckResponse {
  const ruling = ruler.ruleAll(subjects, "request");
  switch (ruling.kind) {
    case "pass":
      return goOn("none", 0);
    case "restrain":
      return goOn(ruling.degrade?.withhold.join(",") ?? "none", ruling.delay?.delayMs ?? 0);
    case "refuse": {
      const { problem } = ruling;
      const headers: CheckedHeader[] = [
        { key: "content-type", value: problemContentType },
        { key: "cache-control", value: "no-store" },
      ];
      if (problem.retry_after_seconds !== undefined)
        headers.push({ key: "retry-after", value: String(problem.retry_after_seconds) });
      return { kind: "denied", status: problem.status, headers, body: JSON.stringify(problem) };
    }
    default:
      return assertNever(ruling, "ruling");
  }
}

function goOn(withhold: string, delayMs: number): CheckResponse {
  return {
    kind: "ok",
    headers: [
      { key: WITHHOLD_HEADER, value: withhold },
      { key: DELAY_HEADER, value: String(delayMs) },
    ],
  };
}
