import { isUtf8 } from "node:buffer";
import type { Transform } from "node:stream";
import { isRecord, parseJson } from "../../../ingest/json-value.ts";
import type { Withheld } from "../../ruling.ts";
import { createByteBudget, createHolding } from "../byte-budget.ts";
import type { ByteBudget } from "../byte-budget.ts";
import { decoded, isEncoded } from "../content-coding.ts";
import type { Passage } from "../forward.ts";
import { rewrittenHeaders } from "../headers.ts";
import { readBody } from "../request-body.ts";
import { askedAsJson } from "./asked-as-json.ts";
import { createFormHeads } from "./form-heads.ts";
import type { FormHeads } from "./form-heads.ts";
import { jsonBytes } from "./json-change.ts";
import { createLineFilter, lineTransform } from "./line-filter.ts";
import { createStrippingFilter } from "./stripping-filter.ts";
import type { BodyFilter } from "./stripping-filter.ts";
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

/**
 * Why there is none. `unreadable`: its compression can't be undone; `compressed`: it would not be undone as it comes; `too-large`: it is
 * longer than what may be held; `out-of-sight`: what it asks for stands elsewhere; `no-json`: it is no record, and a lenient server may read it all the same; `gone`: its sender left.
 */
export type NotDegraded = "unreadable" | "compressed" | "too-large" | "out-of-sight" | "no-json" | "gone";

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
      const body = await strippedBody(passage, { dialect, stripper, budget });
      if (typeof body === "string") return body;
      counts.degraded++;
      return {
        ...passage,
        path: dialect.kind === "lines" ? passage.path : askedAsJson(passage.path),
        headers: rewrittenHeaders(passage.headers),
        body,
        filterFor(headers) {
          if (isEncoded(headers["content-encoding"])) {
            counts.unread++;
            return null;
          }
          return createStrippingFilter(headers["content-type"] ?? "", dialect.kind, stripper, budget);
        },
      };
    },
    counts: () => ({ ...counts }),
  };
}

interface Stripping {
  readonly dialect: Dialect;
  readonly stripper: Stripper;
  readonly budget: ByteBudget;
}

async function strippedBody(
  passage: Passage,
  { dialect, stripper, budget }: Stripping,
): Promise<Exclude<Passage["body"], "streamed"> | NotDegraded> {
  const { request, response, body } = passage;
  if (body !== "streamed") return body;
  if (dialect.kind === "lines") {
    if (isEncoded(request.headers["content-encoding"])) return "compressed";
    const heads = createFormHeads(request.headers["content-type"] ?? "");
    const filter = createLineFilter(stripper.request, budget, dialect.isMeant);
    return lineBody(passage, lineTransform(heads === null ? filter : withHeads(filter, heads)));
  }
  const holding = createHolding(budget, requestBytesMax);
  response.once("close", holding.release);
  const bytes = await readBody(request, holding);
  if (typeof bytes === "string") return bytes;
  // What was asked for says more of the caller than what it was given.
  passage.recorder?.request(bytes);
  const plain = await withoutCoding(bytes, passage, budget);
  return typeof plain === "string" ? plain : strippedRequest(plain, dialect, stripper);
}

const withHeads = (filter: BodyFilter, heads: FormHeads): BodyFilter => ({
  ...filter,
  push(chunk) {
    heads(chunk);
    return filter.push(chunk);
  },
});

/** Undici neither destroys nor watches any more what it could not begin to send, such as where the upstream is out of reach. */
function lineBody({ request, response }: Passage, lines: Transform): Transform {
  lines.on("error", () => {});
  response.once("close", () => {
    // What is still to come is dropped, which a request that was taken from its pipe would wait with.
    request.unpipe(lines).resume();
    lines.destroy();
  });
  return request.pipe(lines);
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

/**
 * What holds nothing that is withheld goes on as it came. What is no record (`NaN`, a byte order mark, UTF-16, a form, protobuf, which
 * Google takes as well), or can't be written down again, would withhold nothing, whatever its type says: a lenient server may read it.
 */
function strippedRequest(bytes: Buffer, dialect: Dialect, stripper: Stripper): Buffer | "out-of-sight" | "no-json" {
  const text = bytes.toString("utf8");
  if (text.trim() === "") return bytes;
  const body = isUtf8(bytes) ? parseJson(text) : undefined;
  if (!isRecord(body)) return "no-json";
  if (dialect.isOutOfSight?.(body) === true) return "out-of-sight";
  const kept = stripper.request(body);
  return kept === body ? bytes : (jsonBytes(kept) ?? "no-json");
}
