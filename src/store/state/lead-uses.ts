import { z } from "zod";
import { decisionSchema } from "../../model/decision.ts";
import type { Decision } from "../../model/decision.ts";
import { leadUseSchema } from "../../model/received-object.ts";
import type { LeadUse, RetractionOutcome } from "../../model/received-object.ts";
import { integer, sql, text, texts } from "../sql.ts";
import type { Sql } from "../sql.ts";
import type { Connection } from "./database/database.ts";
import { json, timeMs } from "./database/values.ts";
import { byTime, readPage } from "./page.ts";
import type { Page, PageRequest } from "./page.ts";

/** An indicator, and whose it is: an id alone can be claimed by anybody. */
export interface LeadName {
  readonly id: string;
  readonly source: string;
}

/**
 * Which of our campaigns were formed from which leads of others, so that it can be undone when one is lost: taken back by its member, or
 * not permitted by it any more, or less than when it was used, or signed with one of the keys that are revoked.
 */
export interface LeadUses {
  /**
   * Leads that are no indicator which was received count for nothing; the same again changes nothing, but that one which was lost and
   * settled, and is said again, is to be settled again once it is lost again.
   */
  record(campaign: string, leads: readonly LeadName[], revokedKeys: readonly string[], nowMs: number): Promise<void>;
  ofCampaign(campaign: string, revokedKeys: readonly string[]): Promise<LeadUse[]>;
  /** Campaigns with a lead that is lost and of which nothing has followed, those first that stand on it longest. */
  unsettled(revokedKeys: readonly string[], limit: number): Promise<string[]>;
  /** What became of a campaign because of the leads that are lost by now. Those of them that were settled before stay. */
  settle(campaign: string, outcome: RetractionOutcome, revokedKeys: readonly string[], nowMs: number): Promise<void>;
  /** All that was decided in campaigns that were formed from a lead, however it ended since. Oldest first. */
  decisions(member: string, lead: string, page?: PageRequest): Promise<Page<Decision>>;
}

const leadIs = (how: Sql) => sql`
  EXISTS (
    SELECT FROM received_object AS object
    WHERE object.member = campaign_lead.member AND object.id = campaign_lead.lead AND (${how}))`;

const isGone = (revokedKeys: readonly string[]) => sql`
  object.revoked OR object.forbidden OR object.signing_key = ANY(${texts(revokedKeys)})`;

/** What is looked for still, and not acted on any more, is lost to what was formed from it before. */
const isLost = (revokedKeys: readonly string[]) =>
  leadIs(sql`${isGone(revokedKeys)} OR object.narrowed >= campaign_lead.at`);

export function leadUses(connection: Connection): LeadUses {
  return {
    async record(campaign, leads, revokedKeys, nowMs) {
      await connection.run(sql`
        INSERT INTO campaign_lead (campaign, member, lead, at)
        SELECT ${text(campaign)}, object.member, object.id, ${timeMs(nowMs)}
        FROM jsonb_to_recordset(${json(leads)}) AS given (source text, id text)
        INNER JOIN received_object AS object ON object.member = given.source AND object.id = given.id
        WHERE object.type = 'indicator'
        ON CONFLICT (campaign, member, lead) DO UPDATE SET settled = NULL, outcome = NULL, at = excluded.at
        WHERE campaign_lead.settled IS NOT NULL AND NOT ${leadIs(isGone(revokedKeys))}`);
    },
    ofCampaign: (campaign, revokedKeys) =>
      connection.rows(
        sql`
          SELECT campaign, member, lead, at, ${isLost(revokedKeys)} AS lost, outcome FROM campaign_lead
          WHERE campaign = ${text(campaign)} ORDER BY member, lead`,
        leadUseSchema,
      ),
    async unsettled(revokedKeys, limit) {
      const rows = await connection.rows(
        sql`
          SELECT campaign FROM campaign_lead WHERE settled IS NULL AND ${isLost(revokedKeys)}
          GROUP BY campaign ORDER BY min(at), campaign LIMIT ${integer(limit)}`,
        z.object({ campaign: z.string() }),
      );
      return rows.map(({ campaign }) => campaign);
    },
    async settle(campaign, outcome, revokedKeys, nowMs) {
      await connection.run(sql`
        UPDATE campaign_lead SET settled = ${timeMs(nowMs)}, outcome = ${text(outcome)}
        WHERE campaign = ${text(campaign)} AND settled IS NULL AND ${isLost(revokedKeys)}`);
    },
    decisions: async (member, lead, page = {}) => {
      const select = sql`
        SELECT decision.id, decision.created, decision.body FROM decision INNER JOIN campaign_lead USING (campaign)
        WHERE campaign_lead.member = ${text(member)} AND campaign_lead.lead = ${text(lead)}`;
      const row = z.object({ body: decisionSchema });
      const found = await readPage(connection, { select, order: byTime("created", "id"), row }, page);
      return { rows: found.rows.map(({ body }) => body), next: found.next };
    },
  };
}
