import type { Store } from "../../store/engine.ts";
import { sql } from "../../store/sql.ts";
import type { Candidate } from "../candidates/candidate.ts";

/** Adds the lines that leads told of to the signatures of the candidates that they brought together. */
export async function writeLeadSignature(store: Store, candidates: readonly Candidate[]): Promise<void> {
  const drawn = candidates.flatMap(({ id, source, leads = [] }) =>
    source === "lead-lines" ? leads.map((lead) => ({ candidate: id, source: lead.source, lead: lead.id })) : [],
  );
  if (drawn.length === 0) return;
  await store.run(sql`
    CREATE OR REPLACE TABLE detect_drawn (candidate UInt32, source String, lead String) ENGINE = MergeTree ORDER BY candidate`);
  await store.insert("detect_drawn", drawn);
  await store.run(sql`
    INSERT INTO detect_signature
    SELECT candidate, token, members, accounts, members / accounts AS own_share
    FROM (
      SELECT candidate, token, toUInt32(uniqExact(account_index)) AS members
      FROM detect_drawn INNER JOIN detect_lead_line USING (source, lead) INNER JOIN detect_lead_use USING token
      INNER JOIN detect_member USING (candidate, account_index)
      GROUP BY candidate, token
    ) AS inside
    INNER JOIN (SELECT token, toUInt32(uniqExact(account_index)) AS accounts FROM detect_lead_use GROUP BY token) AS everywhere USING token
    WHERE (candidate, token) NOT IN (SELECT candidate, token FROM detect_signature)`);
}
