import type { IncomingHttpHeaders } from "node:http";
import { isRecord, parseJson } from "../../../ingest/json-value.ts";
import type { JsonRecord } from "../../../ingest/json-value.ts";
import type { Withheld } from "../../ruling.ts";
import { createByteBudget, createHolding } from "../byte-budget.ts";
import type { Passage } from "../forward.ts";
import { rewrittenHeaders } from "../headers.ts";
import { readBody } from "../request-body.ts";
import { createStrippingFilter } from "./stripping-filter.ts";
import type { Dialect, Stripper } from "./dialect.ts";

// Limits.
/** Of a request that has to be rewritten; the vendors' own limits are about as high. */
const requestBytesMax = 64 * 2 ** 20;
/** Of all bodies that are held to be rewritten, requests and answers together. */
const heldBytesMax = 512 * 2 ** 20;

export interface DegraderCounts {
  readonly degraded: number;
  /** Answers that came in an encoding that was not asked for, and passed as they were (`FAIL_MODES`). */
  readonly unread: number;
}

/** Makes of a passage one that withholds. */
export interface Degrader {
  /** `too-large`: the request is longer than what may be held; `gone`: its sender left. */
  degraded(passage: Passage, dialect: Dialect, withhold: readonly Withheld[]): Promise<Passage | "too-large" | "gone">;
  counts(): DegraderCounts;
}

export function createDegrader(): Degrader {
  const budget = createByteBudget(heldBytesMax);
  const counts = { degraded: 0, unread: 0 };
  return {
    async degraded(passage, dialect, withhold) {
      const stripper = dialect.stripper({
        reasoning: withhold.includes("reasoning"),
        logprobs: withhold.includes("logprobs"),
        samples: withhold.includes("samples"),
      });
      const holding = createHolding(budget, requestBytesMax);
      passage.response.once("close", holding.release);
      const bytes = passage.body === "streamed" ? await readBody(passage.request, holding) : passage.body;
      if (bytes === "too-large" || bytes === "gone") return bytes;
      // What was asked for says more of the caller than what it was given.
      if (bytes !== null) passage.recorder?.request(bytes);
      counts.degraded++;
      return {
        ...passage,
        headers: rewrittenHeaders(passage.headers),
        body: bytes === null ? null : strippedRequest(bytes, stripper),
        filterFor(headers) {
          if (isEncoded(headers)) {
            counts.unread++;
            return null;
          }
          return createStrippingFilter(headers["content-type"] ?? "", stripper, budget);
        },
      };
    },
    counts: () => ({ ...counts }),
  };
}

/** What can't be read, or holds nothing that is withheld, goes on as it came: what is wrong with it the upstream will say. */
function strippedRequest(bytes: Buffer, stripper: Stripper): Buffer {
  const body = parseJson(bytes.toString("utf8"));
  if (!isRecord(body)) return bytes;
  const kept = stripper.request(body);
  return kept === body ? bytes : (jsonBytes(kept) ?? bytes);
}

/** null where it is nested deeper than the stack allows; it was parsed without one. */
function jsonBytes(value: JsonRecord): Buffer | null {
  try {
    return Buffer.from(JSON.stringify(value));
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

function isEncoded(headers: IncomingHttpHeaders): boolean {
  return (headers["content-encoding"] ?? "identity").toLowerCase() !== "identity";
}
