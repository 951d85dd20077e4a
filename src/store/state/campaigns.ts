import { campaignMemberSchema, liveCampaignSchema } from "../../model/live-campaign.ts";
import type { CampaignMember, LiveCampaign } from "../../model/live-campaign.ts";
import { sql, text, texts } from "../sql.ts";
import type { Connection } from "./database/database.ts";
import { json, time } from "./database/values.ts";
import { inSlices } from "../../kit/slices.ts";
import { byId, readPage } from "./page.ts";
import type { Page, PageRequest } from "./page.ts";

// Limits.
/** What the detector may keep of one campaign besides its members, as JSON. */
const memoryBytesMax = 4 * 2 ** 20;
/** Members that one statement writes: about half a megabyte. */
const membersPerStatementMax = 1_000;

const summarySchema = liveCampaignSchema.omit({ memory: true });
export type CampaignSummary = Omit<LiveCampaign, "memory">;

/** What the detector keeps of members, apart, since a campaign may have very many, and few of them change at a time. */
export interface MemberChanges {
  /** New ones too. Accounts are unique. */
  readonly changed: readonly CampaignMember[];
  /** Accounts. */
  readonly gone: readonly string[];
}

/** Campaigns that the detector watches, or has watched. */
export interface Campaigns {
  /** Writes a campaign as it now is, and what changed of its members. Throws a `RangeError` where its memory is too large. */
  put(campaign: LiveCampaign, changes?: MemberChanges): Promise<void>;
  /** In the order of the accounts. */
  members(id: string, page?: PageRequest): Promise<Page<CampaignMember>>;
  find(id: string): Promise<LiveCampaign | null>;
  /** In the order of their ids. */
  live(page?: PageRequest): Promise<Page<LiveCampaign>>;
  /** Watched ones or closed ones, in the order of their ids, without what only the detector reads. */
  inState(state: LiveCampaign["state"], page?: PageRequest): Promise<Page<CampaignSummary>>;
  /** What the detector kept of these accounts, as members of a campaign, goes. */
  removeMembers(id: string, accounts: readonly string[]): Promise<void>;
  /** It is watched no longer; what the detector kept of it goes. False: there is no live one with this id. */
  close(id: string): Promise<boolean>;
}

const columns = sql`id, state, first_seen, last_seen, verdict, memory`;

export function campaigns(connection: Connection): Campaigns {
  return {
    async put(campaign, { changed, gone } = { changed: [], gone: [] }) {
      if (Buffer.byteLength(JSON.stringify(campaign.memory)) > memoryBytesMax) {
        throw new RangeError(`the detector's memory of campaign ${campaign.id} is over ${memoryBytesMax} bytes`);
      }
      await connection.transaction(async (transaction) => {
        await transaction.run(sql`
          INSERT INTO campaign (${columns})
          VALUES (
            ${text(campaign.id)}, ${text(campaign.state)}, ${time(campaign.first_seen)}, ${time(campaign.last_seen)},
            ${json(campaign.verdict)}, ${json(campaign.memory)})
          ON CONFLICT (id) DO UPDATE SET
            state = EXCLUDED.state, first_seen = EXCLUDED.first_seen, last_seen = EXCLUDED.last_seen,
            verdict = EXCLUDED.verdict, memory = EXCLUDED.memory`);
        for (const some of inSlices(changed, membersPerStatementMax)) {
          await transaction.run(sql`
            INSERT INTO campaign_member (campaign, account, memory)
            SELECT ${text(campaign.id)}, account, memory
            FROM jsonb_to_recordset(${json(some)}) AS item (account text, memory jsonb)
            ON CONFLICT (campaign, account) DO UPDATE SET memory = EXCLUDED.memory`);
        }
        for (const some of inSlices(gone, membersPerStatementMax)) await removeMembers(transaction, campaign.id, some);
      });
    },
    removeMembers: (id, accounts) => removeMembers(connection, id, accounts),
    members: (id, page = {}) => {
      const select = sql`SELECT account, memory FROM campaign_member WHERE campaign = ${text(id)}`;
      return readPage(connection, { select, order: byId("account"), row: campaignMemberSchema }, page);
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
    close: (id) =>
      connection.transaction(async (transaction) => {
        await transaction.run(sql`DELETE FROM campaign_member WHERE campaign = ${text(id)}`);
        return (
          (await transaction.run(sql`
            UPDATE campaign SET state = 'closed', memory = 'null' WHERE id = ${text(id)} AND state = 'live'`)) > 0
        );
      }),
  };
}

async function removeMembers(connection: Connection, id: string, accounts: readonly string[]): Promise<void> {
  await connection.run(sql`
    DELETE FROM campaign_member WHERE campaign = ${text(id)} AND account = ANY(${texts(accounts)})`);
}
