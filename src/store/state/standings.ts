import { z } from "zod";
import { standingSchema } from "../../model/decision.ts";
import type { Standing } from "../../model/decision.ts";
import { integer, sql, text, texts } from "../sql.ts";
import type { Connection } from "./database/database.ts";
import { json } from "./database/values.ts";
import { byId, readPage } from "./page.ts";
import type { Page, PageRequest } from "./page.ts";

// Limits.
/** Of one account, the latest hours. */
const historyRowsMax = 1_000;

/** Where accounts stand with the detector, and where they stood: the last of each hour is kept. */
export interface Standings {
  /** One that is older than what is known of its hour changes nothing. Accounts are unique in a call. */
  put(standings: readonly Standing[]): Promise<void>;
  /** The latest of each of these accounts that has one, in the order of the accounts. */
  latest(accounts: readonly string[]): Promise<Standing[]>;
  /** The latest of each account that is now a member of the campaign, in the order of the accounts. */
  ofCampaign(campaign: string, page?: PageRequest): Promise<Page<Standing>>;
  /** Each account that ever stood in the campaign: since when, and where it stood there last. In the order of the accounts. */
  everInCampaign(campaign: string, page?: PageRequest): Promise<Page<CampaignStanding>>;
  /** The latest first; bounded. */
  history(account: string): Promise<Standing[]>;
}

export interface CampaignStanding {
  readonly since: string;
  readonly standing: Standing;
}

const bodySchema = z.object({ body: standingSchema });
const everSchema = z
  .object({ since: z.string(), body: standingSchema })
  .transform(({ since, body }): CampaignStanding => ({ since, standing: body }));

export function standings(connection: Connection): Standings {
  return {
    async put(given) {
      if (given.length === 0) return;
      await connection.run(sql`
        INSERT INTO standing (account, hour, time, campaign, status, body)
        SELECT
          body ->> 'account', date_trunc('hour', (body ->> 'time')::timestamptz, 'UTC'), (body ->> 'time')::timestamptz,
          body #>> '{campaign,id}', body ->> 'status', body
        FROM jsonb_array_elements(${json(given)}) AS item (body)
        ON CONFLICT (account, hour) DO UPDATE SET
          time = EXCLUDED.time, campaign = EXCLUDED.campaign, status = EXCLUDED.status, body = EXCLUDED.body
        WHERE standing.time <= EXCLUDED.time`);
    },
    async latest(accounts) {
      const rows = await connection.rows(
        sql`
          SELECT DISTINCT ON (account) body FROM standing WHERE account = ANY(${texts(accounts)})
          ORDER BY account, hour DESC`,
        bodySchema,
      );
      return rows.map(({ body }) => body);
    },
    async ofCampaign(campaign, page = {}) {
      const select = sql`
        SELECT account, body FROM standing
        WHERE campaign = ${text(campaign)} AND status = 'member' AND NOT EXISTS (
          SELECT FROM standing AS later WHERE later.account = standing.account AND later.hour > standing.hour)`;
      const found = await readPage(connection, { select, order: byId("account"), row: bodySchema }, page);
      return { rows: found.rows.map(({ body }) => body), next: found.next };
    },
    everInCampaign: (campaign, page = {}) => {
      const select = sql`
        SELECT DISTINCT ON (account) account, body, min(time) OVER (PARTITION BY account) AS since
        FROM standing WHERE campaign = ${text(campaign)} ORDER BY account, hour DESC`;
      return readPage(connection, { select, order: byId("account"), row: everSchema }, page);
    },
    async history(account) {
      const rows = await connection.rows(
        sql`
          SELECT body FROM standing WHERE account = ${text(account)}
          ORDER BY hour DESC LIMIT ${integer(historyRowsMax)}`,
        bodySchema,
      );
      return rows.map(({ body }) => body);
    },
  };
}
