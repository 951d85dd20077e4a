import type { IncomingMessage } from "node:http";
import type { z } from "zod";
import { problemDetails } from "../../kit/http/problem.ts";
import type { ProblemDetails } from "../../kit/http/problem.ts";

export type JsonBody<T> =
  | { readonly kind: "read"; readonly value: T }
  | { readonly kind: "problem"; readonly problem: ProblemDetails }
  /** The caller has gone; there is nobody to answer. */
  | { readonly kind: "gone" };

/**
 * Reads the JSON body of a request, at most so many bytes of it, and checks it. A problem says where the body is wrong and never
 * what stood there, since that may be a key.
 */
export async function readJsonBody<T>(
  request: IncomingMessage,
  schema: z.ZodType<T>,
  bodyBytesMax: number,
): Promise<JsonBody<T>> {
  const type = request.headers["content-type"];
  if (type !== "application/json" && !jsonType.test(type ?? ""))
    return problem(415, "The body must be application/json.");
  const bytes = await readBytes(request, bodyBytesMax);
  if (bytes === "gone") return { kind: "gone" };
  if (bytes === "too-large") return problem(413, `The body may have ${bodyBytesMax} bytes.`);
  let parsed: unknown;
  try {
    parsed = JSON.parse(bytes.toString());
  } catch {
    // The parser's message quotes the text.
    return problem(400, "The body is not JSON.");
  }
  const checked = schema.safeParse(parsed);
  if (checked.success) return { kind: "read", value: checked.data };
  return problem(400, checked.error.issues.map(place).join("; "));
}

const jsonType = /^application\/(?:[\w.-]+\+)?json\s*(?:;|$)/i;

/** Where an issue is, and of what kind. Its message may quote names of fields, which are the caller's text. */
function place({ path, code }: z.core.$ZodIssue): string {
  return `${path.length === 0 ? "the body" : path.join(".")}: ${code.replaceAll("_", " ")}`;
}

function problem(status: number, detail: string): JsonBody<never> {
  return { kind: "problem", problem: problemDetails(status, detail) };
}

/** By events, not by iteration, which costs a promise a chunk. */
function readBytes(request: IncomingMessage, bytesMax: number): Promise<Buffer | "too-large" | "gone"> {
  return new Promise((done) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    request.on("data", (chunk: Buffer) => {
      bytes += chunk.length;
      // The rest is read and dropped, so that the caller gets to see the answer.
      if (bytes <= bytesMax) chunks.push(chunk);
      else done("too-large");
    });
    request.on("end", () => done(chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks)));
    // Also after the end, where it changes nothing.
    request.on("close", () => done("gone"));
  });
}
