import { isRecord, parseJson } from "../../../ingest/json-value.ts";
import type { JsonRecord } from "../../../ingest/json-value.ts";
import type { Withheld } from "../../ruling.ts";
import { createByteBudget, createHolding } from "../byte-budget.ts";
import type { ByteBudget } from "../byte-budget.ts";
import { decoded, isEncoded } from "../content-coding.ts";
import type { Passage } from "../forward.ts";
import { rewrittenHeaders } from "../headers.ts";
import { readBody } from "../request-body.ts";
import { createStrippingFilter } from "./stripping-filter.ts";
import type { Dialect, Stripper } from "./dialect.ts";

// Limits.
/** Of a request that has to be rewritten, and of the same without its compression; the vendors' own limits are about as high. */
const requestBytesMax = 64 * 2 ** 20;
/** Of all bodies that are held to be rewritten, requests and answers together. */
const heldBytesMax = 512 * 2 ** 20;

export interface DegraderCounts {
  readonly degraded: number;
  /** Answers that came in an encoding that was not asked for, and passed as they were (`WHEN_UNABLE`). */
  readonly unread: number;
}

/** Why there is none. `unreadable`: its compression can't be undone; `too-large`: it is longer than what may be held; `gone`: its sender left. */
export type NotDegraded = "unreadable" | "too-large" | "gone";

/** Makes of a passage one that withholds. */
export interface Degrader {
  degraded(passage: Passage, dialect: Dialect, withhold: readonly Withheld[]): Promise<Passage | NotDegraded>;
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
      if (typeof bytes === "string") return bytes;
      // What was asked for says more of the caller than what it was given.
      if (bytes !== null) passage.recorder?.request(bytes);
      const plain = bytes === null ? null : await withoutCoding(bytes, passage, budget);
      if (typeof plain === "string") return plain;
      counts.degraded++;
      return {
        ...passage,
        headers: rewrittenHeaders(passage.headers),
        body: plain === null ? null : strippedRequest(plain, stripper),
        filterFor(headers) {
          if (isEncoded(headers["content-encoding"])) {
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

/** A request whose compression hid what is asked for would withhold nothing. */
async function withoutCoding(
  bytes: Buffer,
  { request, response }: Passage,
  budget: ByteBudget,
): Promise<Buffer | NotDegraded> {
  const coding = request.headers["content-encoding"];
  if (!isEncoded(coding)) return bytes;
  const holding = createHolding(budget, requestBytesMax);
  response.once("close", holding.release);
  const plain = await decoded(bytes, coding, holding);
  if (!response.destroyed) return plain;
  // It was closed before the last piece was held.
  holding.release();
  return "gone";
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
