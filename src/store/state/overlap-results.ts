import { overlapResultSchema, overlapSummarySchema } from "../../model/overlap.ts";
import type { OverlapResult, OverlapSummary } from "../../model/overlap.ts";
import { integer, sql, text } from "../sql.ts";
import type { Connection } from "./database/database.ts";
import { json, time } from "./database/values.ts";
import { byTime, readPage } from "./page.ts";
import type { Page, PageRequest } from "./page.ts";

/** What overlaps have found, and with what our commitments to our sets are opened. */
export interface OverlapResults {
  put(result: OverlapResult): Promise<void>;
  /** The oldest first. */
  list(page?: PageRequest): Promise<Page<OverlapSummary>>;
  find(session: string): Promise<OverlapResult | null>;
}

export function overlapResults(connection: Connection): OverlapResults {
  const summary = sql`
    session, peer, role, at, person, jsonb_array_length(identifiers) AS own_size, peer_size,
    jsonb_array_length(common) AS common_size`;
  return {
    async put({ session, peer, role, at, person, peer_size, salt, commitment, peer_commitment, peer_proof, ...sets }) {
      await connection.run(sql`
        INSERT INTO overlap_result (
          session, peer, role, at, person, peer_size, salt, commitment, peer_commitment, peer_proof, identifiers, common)
        VALUES (
          ${text(session)}, ${text(peer)}, ${text(role)}, ${time(at)}, ${text(person)}, ${integer(peer_size)}, ${text(salt)},
          ${text(commitment)}, ${text(peer_commitment)}, ${text(peer_proof)}, ${json(sets.identifiers)}, ${json(sets.common)})`);
    },
    list: (page = {}) => {
      const select = sql`SELECT ${summary} FROM overlap_result`;
      return readPage(connection, { select, order: byTime("at", "session"), row: overlapSummarySchema }, page);
    },
    async find(session) {
      const [found = null] = await connection.rows(
        sql`
          SELECT ${summary}, common, identifiers, salt, commitment, peer_commitment, peer_proof FROM overlap_result
          WHERE session = ${text(session)}`,
        overlapResultSchema,
      );
      return found;
    },
  };
}
