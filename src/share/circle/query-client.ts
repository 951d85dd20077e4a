import { inSlices } from "../../kit/slices.ts";
import type { Clock } from "../../kit/clock.ts";
import type { SecureRandom } from "../../kit/secure-random.ts";
import { UserError } from "../../kit/user-error.ts";
import type { Identifier } from "../overlap/identifier.ts";
import { beginQuery, identifiersPerRequestMax, QueryRefusedError } from "../query/query.ts";
import { openSnapshot, SnapshotError } from "../query/snapshot.ts";
import type { Snapshot } from "../query/snapshot.ts";
import type { Transport } from "../taxii/client/connection.ts";
import type { CircleMember } from "./members.ts";
import { parseKnown, queryPaths, unpackSnapshot } from "./query-messages.ts";
import type { KnownOfIdentifier } from "./query-messages.ts";

// Limits.
/** Of a snapshot, and of what else a member answers. */
const snapshotBytesMax = 64 * 2 ** 20;
const answerBytesMax = 64 * 1_024;
/** One request with its answer. */
const requestMsMax = 60_000;

export interface QueryClientOptions {
  readonly transport: Transport;
  readonly random: SecureRandom;
  readonly clock: Clock;
  /** Ends what is under way. */
  readonly signal: AbortSignal;
}

/**
 * What a member knows of each identifier, in their order; null for nothing. It learns how many we ask about, and neither which nor what we
 * find. Throws a `UserError` where it can't be asked, says no, or does not keep to the protocol.
 */
export async function askMember(
  options: QueryClientOptions,
  member: CircleMember,
  identifiers: readonly Identifier[],
): Promise<(KnownOfIdentifier | null)[]> {
  try {
    const snapshot = await fetchSnapshot(options, member);
    const found: (KnownOfIdentifier | null)[] = [];
    for (const some of inSlices(identifiers, identifiersPerRequestMax)) {
      const query = beginQuery(snapshot, some, options.random);
      const answer = await send(options, member, queryPaths.evaluations, JSON.stringify(query.request));
      const contents = query.answer(parsed(answer));
      found.push(...contents.map((content) => (content === null ? null : parseKnown(content))));
    }
    return found;
  } catch (error) {
    if (error instanceof QueryRefusedError || error instanceof SnapshotError) {
      throw new UserError(`${member.name} can't be asked: ${error.message}`, undefined, { cause: error });
    }
    throw error;
  }
}

async function fetchSnapshot(options: QueryClientOptions, member: CircleMember): Promise<Snapshot> {
  if (member.snapshots === null) {
    throw new UserError(
      `the members' file has no key for snapshots of ${member.name}`,
      "enter what stillwatch share key prints there",
    );
  }
  const packed = await send(options, member, queryPaths.snapshot, null);
  return openSnapshot(unpackSnapshot(packed), member.snapshots, options.clock.nowMs());
}

async function send(
  { transport, signal }: QueryClientOptions,
  { name, url }: CircleMember,
  path: string,
  body: string | null,
): Promise<Buffer> {
  if (url === null) throw new UserError(`${name} has no url in the members' file`);
  let status: number;
  let answer: Buffer;
  try {
    const response = await transport(new URL(path, url), {
      method: body === null ? "GET" : "POST",
      redirect: "manual",
      signal: AbortSignal.any([signal, AbortSignal.timeout(requestMsMax)]),
      headers: body === null ? {} : { "content-type": "application/json" },
      ...(body === null ? {} : { body }),
    });
    status = response.status;
    answer = await boundedBytes(response.body, body === null ? snapshotBytesMax : answerBytesMax);
  } catch (error) {
    if (signal.aborted || error instanceof SnapshotError) throw error;
    throw new UserError(`${name} can't be reached`, "check its address and the network", { cause: error });
  }
  if (status === 200) return answer;
  throw new UserError(`${name} does not answer queries: ${status}`, refusals.get(status));
}

const refusals = new Map([
  [403, "it has to give us the role query in its members' file"],
  [404, "it runs a version that knows no queries"],
  [409, "its epoch has just ended: ask again"],
  [429, "our quota for this epoch is spent: ask in some days"],
  [503, "it has no snapshot yet: ask again in some minutes"],
]);

async function boundedBytes(body: AsyncIterable<unknown> | null, bytesMax: number): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body ?? []) {
    if (!(chunk instanceof Uint8Array)) throw new TypeError("a body comes as bytes");
    bytes += chunk.length;
    if (bytes > bytesMax) throw new SnapshotError("it answers with too much");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function parsed(answer: Buffer): unknown {
  try {
    return JSON.parse(answer.toString("utf8"));
  } catch {
    throw new QueryRefusedError("malformed");
  }
}
