import { liveCampaignSchema } from "../../model/live-campaign.ts";
import type { LiveCampaign } from "../../model/live-campaign.ts";
import { sql, text } from "../sql.ts";
import type { Connection } from "./database/database.ts";
import { json, time } from "./database/values.ts";
import { byId, readPage } from "./page.ts";
import type { Page, PageRequest } from "./page.ts";

// Limits.
/** What the detector may keep of one campaign, as JSON. */
const memoryBytesMax = 4 * 2 ** 20;

const summarySchema = liveCampaignSchema.omit({ memory: true });
export type CampaignSummary = Omit<LiveCampaign, "memory">;

/** Campaigns that the detector watches, or has watched. */
export interface Campaigns {
  /** Writes a campaign as it now is. Throws a `RangeError` where its memory is too large. */
  put(campaign: LiveCampaign): Promise<void>;
  find(id: string): Promise<LiveCampaign | null>;
  /** In the order of their ids. */
  live(page?: PageRequest): Promise<Page<LiveCampaign>>;
  /** Watched ones or closed ones, in the order of their ids, without what only the detector reads. */
  inState(state: LiveCampaign["state"], page?: PageRequest): Promise<Page<CampaignSummary>>;
  /** It is watched no longer; what the detector kept of it goes. False: there is no live one with this id. */
  close(id: string): Promise<boolean>;
}

const columns = sql`id, state, first_seen, last_seen, verdict, memory`;

export function campaigns(connection: Connection): Campaigns {
  return {
    async put(campaign) {
      if (Buffer.byteLength(JSON.stringify(campaign.memory)) > memoryBytesMax) {
        throw new RangeError(`the detector's memory of campaign ${campaign.id} is over ${memoryBytesMax} bytes`);
      }
      await connection.run(sql`
        INSERT INTO campaign (${columns})
        VALUES (
          ${text(campaign.id)}, ${text(campaign.state)}, ${time(campaign.first_seen)}, ${time(campaign.last_seen)},
          ${json(campaign.verdict)}, ${json(campaign.memory)})
        ON CONFLICT (id) DO UPDATE SET
          state = EXCLUDED.state, first_seen = EXCLUDED.first_seen, last_seen = EXCLUDED.last_seen,
          verdict = EXCLUDED.verdict, memory = EXCLUDED.memory`);
    },
    async find(id) {
      const [found] = await connection.rows(
        sql`SELECT ${columns} FROM campaign WHERE id = ${text(id)}`,
        liveCampaignSchema,
      );
      return found ?? null;
    },
    live: (page = {}) => {
      const select = sql`SELECT ${columns} FROM campaign WHERE state = 'live'`;
      return readPage(connection, { select, order: byId("id"), row: liveCampaignSchema }, page);
    },
    inState: (state, page = {}) => {
      const select = sql`SELECT id, state, first_seen, last_seen, verdict FROM campaign WHERE state = ${text(state)}`;
      return readPage(connection, { select, order: byId("id"), row: summarySchema }, page);
    },
    close: async (id) =>
      (await connection.run(sql`
        UPDATE campaign SET state = 'closed', memory = 'null' WHERE id = ${text(id)} AND state = 'live'`)) > 0,
  };
}
