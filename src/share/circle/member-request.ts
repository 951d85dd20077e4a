import { UserError } from "../../kit/user-error.ts";
import type { Transport } from "../taxii/client/connection.ts";
import type { CircleMember } from "./members.ts";

export interface RequestWay {
  readonly transport: Transport;
  /** Ends what is under way. */
  readonly signal: AbortSignal;
}

/** What is asked of a service of another member's listener. */
export interface MemberRequest {
  /** From the member's URL. */
  readonly path: string;
  /** JSON; null: it is read. */
  readonly body: string | null;
  /** As a refusal names it: `queries`. */
  readonly service: string;
  /** What to do about a status that refuses. */
  readonly hints: ReadonlyMap<number, string>;
  readonly answerBytesMax: number;
  /** The request with its answer. */
  readonly msMax: number;
}

/** The bytes of the answer. Throws a `UserError` where the member can't be reached, or does not answer with 200 and as much as it may. */
export async function askService(
  way: RequestWay,
  member: Pick<CircleMember, "name" | "url">,
  request: MemberRequest,
): Promise<Buffer> {
  const { status, answer } = await answerOf(way, member, request);
  if (status === 200) return answer;
  throw new UserError(`${member.name} does not answer ${request.service}: ${status}`, request.hints.get(status));
}

/** The same with any status. */
export async function answerOf(
  { transport, signal }: RequestWay,
  { name, url }: Pick<CircleMember, "name" | "url">,
  { path, body, answerBytesMax, msMax }: Omit<MemberRequest, "service" | "hints">,
): Promise<{ readonly status: number; readonly answer: Buffer }> {
  if (url === null) throw new UserError(`${name} has no url in the members' file`);
  let status: number;
  let answer: Buffer | null;
  try {
    const response = await transport(new URL(path, url), {
      method: body === null ? "GET" : "POST",
      redirect: "manual",
      signal: AbortSignal.any([signal, AbortSignal.timeout(msMax)]),
      headers: body === null ? {} : { "content-type": "application/json" },
      ...(body === null ? {} : { body }),
    });
    status = response.status;
    answer = await boundedBytes(response.body, answerBytesMax);
  } catch (error) {
    if (signal.aborted) throw error;
    throw new UserError(`${name} can't be reached`, "check its address and the network", { cause: error });
  }
  if (answer === null) throw new UserError(`${name} answers with too much`);
  return { status, answer };
}

/** Null: there is more. */
async function boundedBytes(body: AsyncIterable<unknown> | null, bytesMax: number): Promise<Buffer | null> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body ?? []) {
    if (!(chunk instanceof Uint8Array)) throw new TypeError("a body comes as bytes");
    bytes += chunk.length;
    if (bytes > bytesMax) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
