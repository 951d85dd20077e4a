import type { Random } from "../../kit/random.ts";
import { integer, sql, texts } from "../../store/sql.ts";
import { shareIn } from "../../math/share.ts";
import type { Store } from "../../store/engine.ts";
import { TRACE_KINDS } from "../observation/token-kinds.ts";
import type { TokenKind } from "../observation/token-kinds.ts";
import { isOfTraces } from "./candidate.ts";
import type { Source, TraceSource } from "./candidate.ts";
import { clustersOf, communitiesOf } from "./clusters.ts";
import type { Cuts } from "./clusters.ts";
import { loadSharedTokens } from "./shared-tokens.ts";
import type { SharedTokens } from "./shared-tokens.ts";

// Limits and defaults.
/** Fewer holders link nobody. */
const holdersMin = 2;
/** Of a log with text, a trace with more holders than this leads to nobody. */
const holdersMax = 20;
/** And there requests of so many of a group's accounts were resumed: of others the text says more. */
const resumersShareMin = 0.25;
/** Accounts that use one pool of addresses have met some of the same of them. */
const cuts: Cuts = [0.1, 0.3];

/**
 * Strangers meet behind one address (a carrier, a proxy, a campus), and then behind many of the same: of accounts that addresses have
 * brought together, addresses say nothing more. What belongs to a person or a machine they share for other reasons, and the other way round.
 */
const addresses: readonly TokenKind[] = ["ip", "signup_ip"];
const kindsOf: Readonly<Record<TraceSource, readonly TokenKind[]>> = {
  addresses,
  identifiers: TRACE_KINDS.filter((kind) => !addresses.includes(kind)),
};
const sources = ["addresses", "identifiers"] as const;

/** What accounts hold of either. */
export interface Traces extends Readonly<Record<TraceSource, SharedTokens>> {
  /** Of a log with text: whose requests were resumed elsewhere, or who resumed them. Null without text, where traces alone lead to a group. */
  readonly resumers: ReadonlySet<number> | null;
}

/** The kinds of traces by which accounts were brought together, which don't judge them. */
export const formingKinds = (source: Source): readonly TokenKind[] => (isOfTraces(source) ? kindsOf[source] : []);

/**
 * Who holds which of the traces that several accounts hold: all that links accounts where there is no text. Where there is, they lead on
 * from the accounts that requests were resumed between (`detect_resumed`), with these requests: a relay's customers have nothing in common, and a
 * half of what is refused to it links a part of its accounts only.
 */
export async function shareTraces(store: Store, withoutText: boolean): Promise<Traces> {
  const resumer = sql`SELECT account_index FROM detect_resumed`;
  const share = async (source: TraceSource): Promise<SharedTokens> => {
    await store.run(sql`
      CREATE OR REPLACE TABLE detect_trace ENGINE = MergeTree ORDER BY token AS
      SELECT sipHash64(kind, token) AS token, account_index, toUInt32(1) AS tasks FROM detect_infrastructure
      WHERE kind IN ${texts(kindsOf[source])}
        ${withoutText ? sql`` : sql`AND (kind, detect_infrastructure.token) IN (SELECT kind, token FROM detect_infrastructure WHERE account_index IN (${resumer}))`}`);
    await store.run(sql`
      CREATE OR REPLACE TABLE detect_shared_trace ENGINE = Memory AS
      SELECT token, accounts, toUInt32(row_number() OVER (ORDER BY token) - 1) AS token_index
      FROM (
        SELECT token, toUInt32(count()) AS accounts FROM detect_trace GROUP BY token
        HAVING accounts >= ${integer(holdersMin)} ${withoutText ? sql`` : sql`AND accounts <= ${integer(holdersMax)}`}
        UNION ALL
        SELECT token, toUInt32(count()) AS accounts FROM detect_resumed GROUP BY token
      )`);
    await store.run(sql`INSERT INTO detect_trace SELECT token, account_index, tasks FROM detect_resumed`);
    return loadSharedTokens(store, { uses: "detect_trace", tokens: "detect_shared_trace" });
  };
  const resumers = await store.rows<{ account_index: number }>(resumer);
  return {
    addresses: await share("addresses"),
    identifiers: await share("identifiers"),
    resumers: withoutText ? null : new Set(resumers.map((row) => row.account_index)),
  };
}

/**
 * All that hangs together by traces, the communities in it, and those who have much in common. The first is a group where a log is
 * small, and modularity cuts whatever is most of a graph; the last where a pool of addresses is let to strangers, too.
 */
export async function groupsOfTraces(
  traces: Traces,
  accountsMin: number,
  random: Random,
): Promise<[TraceSource, number[][]][]> {
  const groups: [TraceSource, number[][]][] = [];
  for (const source of sources) {
    const shared = traces[source];
    const fork = random.fork(source);
    const alike = await clustersOf(shared, { cuts, sizeMin: accountsMin, random: fork.fork("alike") });
    const found = [
      ...(await communitiesOf(shared, accountsMin, fork.fork("components"), 0)),
      ...(await communitiesOf(shared, accountsMin, fork.fork("communities"))),
      ...alike.map((group) => group.map(({ account }) => account)),
    ];
    const { resumers } = traces;
    groups.push([
      source,
      resumers === null ? found : found.filter((group) => shareIn(group, resumers) >= resumersShareMin),
    ]);
  }
  return groups;
}
