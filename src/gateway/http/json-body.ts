import type { IncomingMessage } from "node:http";
import type { z } from "zod";
import { problemDetails } from "../../kit/http/problem.ts";
import type { ProblemDetails } from "../../kit/http/problem.ts";

export type ReceivedJson<T> =
  | { readonly kind: "read"; readonly value: T }
  | { readonly kind: "problem"; readonly problem: ProblemDetails };

/** `gone`: the caller has gone; there is nobody to answer. */
export type JsonBody<T> = ReceivedJson<T> | { readonly kind: "gone" };

/**
 * Reads the JSON body of a request, at most so many bytes of it, and checks it. A problem says where the body is wrong and never
 * what stood there, since that may be a key.
 */
export function readJsonBody<T extends object>(
  request: IncomingMessage,
  schema: z.ZodType<T>,
  bodyBytesMax: number,
): Promise<JsonBody<T>> {
  return new Promise((done) => {
    // Also after the end, where it changes nothing.
    request.on("close", () => done({ kind: "gone" }));
    receiveJsonBody(request, (value) => checkedBy(schema, value), bodyBytesMax, done);
  });
}

/**
 * The same without a promise, for requests of which there are very many: `done` is called at most once, and not at all where the
 * caller has gone, since there is nobody to answer. The check says what is wrong, in words that the caller may read. Neither must throw.
 */
export function receiveJsonBody<T extends object>(
  request: IncomingMessage,
  check: (value: unknown) => T | string,
  bodyBytesMax: number,
  done: (body: ReceivedJson<T>) => void,
): void {
  const type = request.headers["content-type"];
  if (type !== "application/json" && !jsonType.test(type ?? "")) {
    done(problem(415, "The body must be application/json."));
    return;
  }
  if (!isPlain(request.headers["content-encoding"])) {
    done(problem(415, "The body must come as it is, without a Content-Encoding."));
    return;
  }
  const chunks: Buffer[] = [];
  let bytes = 0;
  request.on("data", (chunk: Buffer) => {
    // The rest is read and dropped, so that the caller gets to see the answer.
    if (bytes > bodyBytesMax) return;
    bytes += chunk.length;
    if (bytes <= bodyBytesMax) chunks.push(chunk);
    else done(problem(413, `The body may have ${bodyBytesMax} bytes.`));
  });
  request.on("end", () => {
    if (bytes > bodyBytesMax) return;
    // Nearly every body is one chunk.
    const [only] = chunks;
    done(parsed(chunks.length === 1 && only !== undefined ? only : Buffer.concat(chunks), check));
  });
}

function parsed<T extends object>(bytes: Buffer, check: (value: unknown) => T | string): ReceivedJson<T> {
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString());
  } catch {
    // The parser's message quotes the text.
    return problem(400, "The body is not JSON.");
  }
  const checked = check(value);
  return typeof checked === "string" ? problem(400, checked) : { kind: "read", value: checked };
}

function checkedBy<T>(schema: z.ZodType<T>, value: unknown): T | string {
  const checked = schema.safeParse(value);
  return checked.success ? checked.data : checked.error.issues.map(place).join("; ");
}

const isPlain = (coding: string | undefined): boolean =>
  coding === undefined || coding === "" || coding.toLowerCase() === "identity";

const jsonType = /^application\/(?:[\w.-]+\+)?json\s*(?:;|$)/i;

/** Where an issue is, and of what kind. Its message may quote names of fields, which are the caller's text. */
function place({ path, code }: z.core.$ZodIssue): string {
  return `${path.length === 0 ? "the body" : path.join(".")}: ${code.replaceAll("_", " ")}`;
}

function problem(status: number, detail: string): ReceivedJson<never> {
  return { kind: "problem", problem: problemDetails(status, detail) };
}
