import { z } from "zod";
import { dayMs } from "../../kit/time-units.ts";
import { integer, sql, text } from "../sql.ts";
import type { Connection } from "./database/database.ts";
import { timeMs } from "./database/values.ts";

/** A session in which we and another member compared sets, as both said before it. */
export interface OverlapSession {
  readonly peer: string;
  /** The peer's own number for it, drawn at random. */
  readonly nonce: string;
  readonly own_size: number;
  readonly peer_size: number;
}

/** Of sessions with one peer within a day. */
export interface OverlapBudget {
  readonly sessionsMax: number;
  /** For either side's sets together. */
  readonly identifiersMax: number;
}

/** Sessions of private set intersection. They are kept, since they are a disclosure, and since none may come twice. */
export interface OverlapSessions {
  /** Records the session, where it is neither one that was before nor over the budget. */
  admit(
    session: OverlapSession,
    budget: OverlapBudget,
    nowMs: number,
  ): Promise<"admitted" | "replayed" | "over-budget">;
}

const spentSchema = z.object({ sessions: z.int(), own: z.int(), peers: z.int() });

export function overlapSessions(connection: Connection): OverlapSessions {
  return {
    admit: (session, budget, nowMs) =>
      connection.transaction(async (transaction) => {
        const { peer, nonce, own_size, peer_size } = session;
        // Sessions with one peer wait for each other here, or two could spend the same rest of the budget.
        await transaction.run(sql`INSERT INTO overlap_peer (peer) VALUES (${text(peer)}) ON CONFLICT DO NOTHING`);
        await transaction.rows(sql`SELECT peer FROM overlap_peer WHERE peer = ${text(peer)} FOR UPDATE`, z.object({}));
        const before = await transaction.rows(
          sql`SELECT nonce FROM overlap_session WHERE peer = ${text(peer)} AND nonce = ${text(nonce)}`,
          z.object({}),
        );
        if (before.length > 0) return "replayed";
        const [spent] = await transaction.rows(
          sql`
            SELECT count(*) AS sessions, coalesce(sum(own_size), 0)::bigint AS own, coalesce(sum(peer_size), 0)::bigint AS peers
            FROM overlap_session WHERE peer = ${text(peer)} AND at > ${timeMs(nowMs - dayMs)}`,
          spentSchema,
        );
        if (spent === undefined) throw new Error("an aggregate has no row");
        const isOver =
          spent.sessions >= budget.sessionsMax ||
          spent.own + own_size > budget.identifiersMax ||
          spent.peers + peer_size > budget.identifiersMax;
        if (isOver) return "over-budget";
        await transaction.run(sql`
          INSERT INTO overlap_session (peer, nonce, at, own_size, peer_size)
          VALUES (${text(peer)}, ${text(nonce)}, ${timeMs(nowMs)}, ${integer(own_size)}, ${integer(peer_size)})`);
        return "admitted";
      }),
  };
}
