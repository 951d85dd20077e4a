import { canonicalAddress } from "../../kit/address.ts";
import { carriersMax } from "../../model/decision.ts";
import type { Carrier } from "../../model/decision.ts";
import { decimal, integer, sql, texts } from "../../store/sql.ts";
import type { Store } from "../../store/engine.ts";

/** How far back it is looked for how an account's requests arrive. */
const lookBackDays = 7;
/** An account that was seen for an hour is not a day's worth extrapolated. */
const daysMin = 1;

/** How an account's requests arrive, the shared work or not. */
export interface Traffic {
  readonly exchangesPerDay: number;
  readonly carriers: readonly Carrier[];
}

export const noTraffic: Traffic = Object.freeze({ exchangesPerDay: 0, carriers: [] });

interface CarrierRow extends Carrier {
  readonly account: string;
}

/** As decisions see an address: IPv4 however it is written, of IPv6 the /64. '' where it is none. */
const network = sql`
  if(isNull(toIPv6OrNull(told)), '', if(startsWith(toString(toIPv6OrDefault(told)), '::ffff:'),
    substring(toString(toIPv6OrDefault(told)), 8), concat(toString(IPv6CIDRToRange(toIPv6OrDefault(told), 64).1), '/64')))`;

/** The keys, organisations, addresses and TLS clients of accounts, and how many in their campaign and outside of it use the same. */
export async function trafficOf(
  store: Store,
  accounts: readonly string[],
  untilMs: number,
): Promise<ReadonlyMap<string, Traffic>> {
  if (accounts.length === 0) return new Map();
  const these = texts(accounts);
  const until = sql`fromUnixTimestamp64Milli(${integer(untilMs)}, 'UTC')`;
  const lately = sql`time > ${until} - toIntervalDay(${integer(lookBackDays)}) AND time <= ${until}`;
  const loads = await store.rows<{ account: string; per_day: number }>(sql`
    SELECT account, count() / greatest(dateDiff('second', min(time), ${until}) / 86400, ${decimal(daysMin)}) AS per_day
    FROM exchange WHERE account IN ${these} AND ${lately} GROUP BY account`);
  const used = sql`
    SELECT account, kind, if(kind = 'address', ${network}, told) AS value, toUInt32(sum(times)) AS uses FROM (
      SELECT account, pair.1 AS kind, pair.2 AS told, count() AS times FROM (
        SELECT account, arrayJoin([('key', key), ('address', ip), ('tls', toString(ja4))]) AS pair FROM exchange WHERE ${lately}
        UNION ALL
        SELECT account, ('organization', organization) AS pair FROM account_facts WHERE account IN (SELECT account FROM exchange WHERE ${lately})
      )
      GROUP BY account, kind, told
    )
    WHERE value != '' GROUP BY account, kind, value`;
  const carriers = await store.rows<CarrierRow>(sql`
    SELECT account, kind, value, members, users - members AS strangers FROM (
      SELECT account, kind, value, uses,
        toUInt32(count() OVER (PARTITION BY kind, value)) AS users,
        toUInt32(countIf(campaign != '') OVER (PARTITION BY kind, value, campaign)) AS members
      FROM (${used}) AS used
      LEFT JOIN (SELECT account, any(campaign) AS campaign FROM watch_member GROUP BY account) AS member USING account
    )
    WHERE account IN ${these}
    ORDER BY account, kind = 'organization' DESC, uses DESC, kind, value LIMIT ${integer(carriersMax)} BY account`);
  const byAccount = new Map<string, Carrier[]>();
  for (const { account, ...row } of carriers) {
    const value = row.kind === "address" ? canonicalAddress(row.value) : row.value;
    if (value === null) continue;
    const carrier = { ...row, value };
    const list = byAccount.get(account);
    if (list === undefined) byAccount.set(account, [carrier]);
    else list.push(carrier);
  }
  return new Map(
    loads.map(({ account, per_day }) => [
      account,
      { exchangesPerDay: per_day, carriers: byAccount.get(account) ?? [] },
    ]),
  );
}
