import { offerSummarySchema, overlapOfferSchema } from "../../model/overlap.ts";
import type { OfferSummary, OverlapOffer } from "../../model/overlap.ts";
import { sql, text } from "../sql.ts";
import type { Connection } from "./database/database.ts";
import { json, time, timeMs } from "./database/values.ts";

/** Sets that people let other members compare theirs with: one a member, and each for one session. */
export interface OverlapOffers {
  /** In place of the one that there may be. */
  put(offer: OverlapOffer): Promise<void>;
  /** Null: nothing is offered to it, or not any more. */
  find(peer: string, nowMs: number): Promise<OverlapOffer | null>;
  /** Those that stand, by the member. */
  list(nowMs: number): Promise<readonly OfferSummary[]>;
  /** Uses it up. False: it was used, replaced or withdrawn meanwhile, or has expired. */
  take(offer: Pick<OverlapOffer, "id" | "peer">, nowMs: number): Promise<boolean>;
  /** False: there was none. */
  withdraw(peer: string): Promise<boolean>;
}

export function overlapOffers(connection: Connection): OverlapOffers {
  return {
    async put({ id, peer, offered, offered_by, expires, identifiers }) {
      await connection.run(sql`
        INSERT INTO overlap_offer (peer, id, offered, offered_by, expires, identifiers)
        VALUES (${text(peer)}, ${text(id)}, ${time(offered)}, ${text(offered_by)}, ${time(expires)}, ${json(identifiers)})
        ON CONFLICT (peer) DO UPDATE SET
          id = EXCLUDED.id, offered = EXCLUDED.offered, offered_by = EXCLUDED.offered_by, expires = EXCLUDED.expires,
          identifiers = EXCLUDED.identifiers`);
    },
    async find(peer, nowMs) {
      const [found = null] = await connection.rows(
        sql`
          SELECT id, peer, offered, offered_by, expires, identifiers FROM overlap_offer
          WHERE peer = ${text(peer)} AND expires > ${timeMs(nowMs)}`,
        overlapOfferSchema,
      );
      return found;
    },
    list: (nowMs) =>
      connection.rows(
        sql`
          SELECT id, peer, offered, offered_by, expires, jsonb_array_length(identifiers) AS size FROM overlap_offer
          WHERE expires > ${timeMs(nowMs)} ORDER BY peer`,
        offerSummarySchema,
      ),
    take: async ({ id, peer }, nowMs) =>
      (await connection.run(sql`
        DELETE FROM overlap_offer
        WHERE peer = ${text(peer)} AND id = ${text(id)} AND expires > ${timeMs(nowMs)}`)) > 0,
    withdraw: async (peer) => (await connection.run(sql`DELETE FROM overlap_offer WHERE peer = ${text(peer)}`)) > 0,
  };
}
