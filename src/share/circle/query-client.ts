import { inSlices } from "../../kit/slices.ts";
import type { Clock } from "../../kit/clock.ts";
import type { SecureRandom } from "../../kit/secure-random.ts";
import { UserError } from "../../kit/user-error.ts";
import type { Identifier } from "../overlap/identifier.ts";
import { beginQuery, identifiersPerRequestMax, QueryRefusedError } from "../query/query.ts";
import { openSnapshot, SnapshotError } from "../query/snapshot.ts";
import type { Snapshot } from "../query/snapshot.ts";
import { askService } from "./member-request.ts";
import type { RequestWay } from "./member-request.ts";
import type { CircleMember } from "./members.ts";
import { parseKnown, queryPaths, unpackSnapshot } from "./query-messages.ts";
import type { KnownOfIdentifier } from "./query-messages.ts";

// Limits.
/** Of a snapshot, and of what else a member answers. */
const snapshotBytesMax = 64 * 2 ** 20;
const evaluationBytesMax = 64 * 1_024;
/** One request with its answer. */
const requestMsMax = 60_000;

export interface QueryClientOptions extends RequestWay {
  readonly random: SecureRandom;
  readonly clock: Clock;
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

function send(options: QueryClientOptions, member: CircleMember, path: string, body: string | null): Promise<Buffer> {
  const answerBytesMax = body === null ? snapshotBytesMax : evaluationBytesMax;
  return askService(options, member, { path, body, service: "queries", hints, answerBytesMax, msMax: requestMsMax });
}

const hints = new Map([
  [403, "it has to give us the role query in its members' file"],
  [404, "it runs a version that knows no queries"],
  [409, "its epoch has just ended: ask again"],
  [429, "our quota for this epoch is spent: ask in some days"],
  [503, "it has no snapshot yet: ask again in some minutes"],
]);

function parsed(answer: Buffer): unknown {
  try {
    return JSON.parse(answer.toString("utf8"));
  } catch {
    throw new QueryRefusedError("malformed");
  }
}
