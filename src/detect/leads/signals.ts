import { pieceOf } from "../../ingest/world/sketch.ts";
import { FINGERPRINT_KINDS, fingerprintsMax, piecesMax } from "../../model/campaign-signals.ts";
import type { FingerprintKind } from "../../model/campaign-signals.ts";
import type { Store } from "../../store/engine.ts";
import { decimal, integer, sql, texts } from "../../store/sql.ts";
import { within } from "../window.ts";
import type { Window } from "../window.ts";

/** What the detector knows of a campaign besides its report, in the clear: none of it leaves as it is. */
export interface CampaignSignals {
  readonly fingerprints: readonly { readonly kind: FingerprintKind; readonly value: string }[];
  /** Pieces of what its prompts have in common. */
  readonly skeletonPieces: ReadonlySet<string>;
}

// Limits.
/** A line marks a campaign if so many members use it, with so many different fillings. */
const lineMembersMin = 3;
const lineItemsMin = 5;
/** A fingerprint does if so many members hold it. */
const fingerprintMembersMin = 2;
/**
 * And neither does if more strangers than this share of those members have it: under twenty members one is too many. What honest
 * accounts have must not leave.
 */
const strangersShareMax = 0.05;

/**
 * What several members of a campaign have in common and next to nobody else has, for other providers to look for.
 *
 * @param members the accounts of the campaign. @param window of the exchanges that are looked at.
 */
export async function campaignSignals(
  store: Store,
  members: readonly string[],
  window: Window,
): Promise<CampaignSignals> {
  const inside = sql`has(${texts(members)}, account)`;
  const seen = within(window);
  const lines = await store.rows<{ line: string }>(sql`
    SELECT toString(token) AS line, uniqExactIf(account, ${inside}) AS held, uniqExactIf(account, NOT ${inside}) AS strangers
    FROM exchange ARRAY JOIN template AS token
    WHERE ${seen} AND token IN (
      SELECT token FROM exchange ARRAY JOIN template AS token WHERE ${seen} AND ${inside}
      GROUP BY token HAVING uniqExact(account) >= ${integer(lineMembersMin)} AND uniqExact(root_hash) >= ${integer(lineItemsMin)}
    )
    GROUP BY token HAVING strangers <= ${decimal(strangersShareMax)} * held
    ORDER BY held DESC, token LIMIT ${integer(piecesMax)}`);
  const fingerprints = await store.rows<{ kind: FingerprintKind; value: string }>(sql`
    SELECT pair.1 AS kind, pair.2 AS value, uniqExactIf(account, ${inside}) AS held, uniqExactIf(account, NOT ${inside}) AS strangers
    FROM (
      SELECT account, arrayJoin([('payment', payment), ('device', device)]) AS pair FROM account_facts
      UNION ALL
      SELECT account, ('tls', toString(ja4)) AS pair FROM (SELECT DISTINCT account, ja4 FROM exchange WHERE ${seen})
    )
    WHERE value != '' AND has(${texts(FINGERPRINT_KINDS)}, kind)
    GROUP BY kind, value HAVING held >= ${integer(fingerprintMembersMin)} AND strangers <= ${decimal(strangersShareMax)} * held
    ORDER BY held DESC, kind, value LIMIT ${integer(fingerprintsMax)}`);
  return {
    fingerprints: fingerprints.map(({ kind, value }) => ({ kind, value })),
    skeletonPieces: new Set(lines.map(({ line }) => pieceOf(line))),
  };
}
