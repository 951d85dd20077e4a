import { createHash } from "node:crypto";
import type { Clock } from "../../kit/clock.ts";
import type { SecureRandom } from "../../kit/secure-random.ts";
import type { QueryQuotas } from "../../store/state/query-quotas.ts";
import type { Ristretto255 } from "../group/ristretto255.ts";
import type { NoteSigner } from "../note/note.ts";
import { identifierText } from "../overlap/identifier.ts";
import type { EpochAt } from "../query/epoch-file.ts";
import { answerQuery, QueryRefusedError } from "../query/query.ts";
import type { QueryRefusal } from "../query/query.ts";
import { sealSnapshot } from "../query/snapshot.ts";
import type { SnapshotEntry } from "../query/snapshot.ts";
import type { CircleMember } from "./members.ts";
import { packSnapshot, queryPaths } from "./query-messages.ts";
import { jsonAnswer, problemAnswer } from "./service.ts";
import type { Service, ServiceAnswer } from "./service.ts";

export interface QueryServiceOptions {
  readonly group: Ristretto255;
  readonly epochAt: EpochAt;
  readonly signer: NoteSigner;
  readonly quotas: QueryQuotas;
  /** What we answer about. */
  readonly entries: (nowMs: number) => Promise<readonly SnapshotEntry[]>;
  readonly random: SecureRandom;
  readonly clock: Clock;
}

/** Blind queries, for members with the role. */
export interface QueryService extends Service {
  /** Seals a snapshot anew where what it holds is another, or its epoch is over. */
  renew(): Promise<void>;
}

export function createQueryService(options: QueryServiceOptions): QueryService {
  const { group, epochAt, signer, quotas, random, clock } = options;
  let sealed: { readonly of: string; readonly packed: Buffer } | null = null;
  const evaluate = async (member: CircleMember, body: Buffer): Promise<ServiceAnswer> => {
    try {
      const hub = { epochs: [epochAt(clock.nowMs())], quotas, random, clock };
      return jsonAnswer(200, await answerQuery(hub, member.id, parsed(body)));
    } catch (error) {
      if (error instanceof QueryRefusedError) return problemAnswer(statuses[error.reason], error.message);
      throw error;
    }
  };
  return {
    async renew() {
      const nowMs = clock.nowMs();
      const [entries, epoch] = [await options.entries(nowMs), epochAt(nowMs)];
      const of = digestOf(epoch.number, entries);
      if (sealed?.of === of) return;
      sealed = { of, packed: packSnapshot(await sealSnapshot({ group, random, signer, epoch, nowMs }, entries)) };
    },
    async handle(member, { method, path, body }) {
      if (path !== queryPaths.snapshot && path !== queryPaths.evaluations) return null;
      if (!member.roles.has("query")) return problemAnswer(403, "this takes the role query");
      if (path === queryPaths.evaluations && method === "POST") return evaluate(member, body);
      if (path === queryPaths.snapshot && method === "GET") {
        if (sealed === null) return problemAnswer(503, "there is no snapshot yet");
        return { status: 200, contentType: "application/octet-stream", body: sealed.packed };
      }
      return problemAnswer(405, "this is asked in another way");
    },
  };
}

const statuses = { malformed: 400, epoch: 409, quota: 429, proof: 500 } as const satisfies Record<QueryRefusal, number>;

function parsed(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString("utf8"));
  } catch {
    throw new QueryRefusedError("malformed");
  }
}

function digestOf(epoch: number, entries: readonly SnapshotEntry[]): string {
  const lines = entries.map(
    ({ identifier, content }) => `${identifierText(identifier)} ${Buffer.from(content).toString("base64")}\n`,
  );
  const hash = createHash("sha256").update(`${epoch}\n`);
  for (const line of lines.toSorted()) hash.update(line);
  return hash.digest("base64");
}
