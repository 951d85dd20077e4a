import { pieceOf } from "../../ingest/world/sketch.ts";
import { inTurns } from "../../kit/turns.ts";
import type { Store } from "../../store/engine.ts";
import { decimal, integer, sql } from "../../store/sql.ts";
import { leadKey } from "./lead.ts";
import type { FingerprintKind } from "../../model/campaign-signals.ts";
import type { Lead, LeadName, Leads } from "./lead.ts";

// Limits.
/** Lines of which digests are computed, those that most accounts use first: about a second's work for each key. */
const linesMax = 200_000;
/** A line that one account alone uses brings nobody together. */
const lineAccountsMin = 2;
/** One that more than this share of all accounts use, or more than these few of a small log, is everybody's. */
const lineShareMax = 0.05;
const lineAccountsSpared = 50;
/** Fingerprints of which digests are computed, those with the most holders first; one with more holders than this is public. */
const fingerprintsMax = 200_000;
const fingerprintHoldersMax = 20;

/** Accounts in which something agrees with a lead. */
export interface LeadMatch {
  readonly lead: LeadName;
  /** By account index: on half 0 of its tasks, in how many ways that are used differently the lines of the lead stand there. */
  readonly byLines: ReadonlyMap<number, number>;
  /** Account indices, ascending. */
  readonly byTraces: readonly number[];
}

/** Finds the accounts that use a line, or hold a trace, which a lead tells of. Tells nothing of those in which nothing agrees. */
export async function matchLeads(
  store: Store,
  list: readonly Lead[],
  digests: Omit<Leads, "list">,
): Promise<LeadMatch[]> {
  await writeLines(store, list, digests);
  const byLines = await usesOfLines(store);
  const byTraces = await holdersOfTraces(store, list, digests);
  return list.flatMap(({ id, source }) => {
    const key = leadKey({ id, source });
    const users = byLines.get(key) ?? new Map<number, number>();
    const holders = byTraces.get(key) ?? [];
    return users.size + holders.length === 0 ? [] : { lead: { id, source }, byLines: users, byTraces: holders };
  });
}

/** Which leads tell of a digest. */
function leadsByDigest(list: readonly Lead[], digestsOf: (lead: Lead) => ReadonlySet<string>): Map<string, Lead[]> {
  const leads = new Map<string, Lead[]>();
  for (const lead of list)
    for (const digest of digestsOf(lead)) {
      const others = leads.get(digest);
      if (others === undefined) leads.set(digest, [lead]);
      else others.push(lead);
    }
  return leads;
}

/** `detect_lead_line`: the lines of this log that leads tell of; `detect_lead_use`: who uses them. */
async function writeLines(
  store: Store,
  list: readonly Lead[],
  { pieceDigests }: Pick<Leads, "pieceDigests">,
): Promise<void> {
  await store.run(sql`
    CREATE OR REPLACE TABLE detect_lead_line (source String, lead String, token UInt64) ENGINE = MergeTree ORDER BY token`);
  const leads = leadsByDigest(list, ({ pieces }) => pieces);
  const found: { source: string; lead: string; token: string }[] = [];
  if (leads.size > 0) {
    const rows = store.stream<{ line: string }>(sql`
      SELECT toString(token) AS line FROM detect_token_account GROUP BY token
      HAVING count() BETWEEN ${integer(lineAccountsMin)}
        AND greatest(${decimal(lineShareMax)} * (SELECT count() FROM detect_account), ${decimal(lineAccountsSpared)})
      ORDER BY count() DESC, token LIMIT ${integer(linesMax)}`);
    for await (const { line } of inTurns(rows))
      for (const { id, source } of pieceDigests(pieceOf(line)).flatMap((digest) => leads.get(digest) ?? []))
        found.push({ source, lead: id, token: line });
  }
  if (found.length > 0) await store.insert("detect_lead_line", found);
  await store.run(sql`
    CREATE OR REPLACE TABLE detect_lead_use ENGINE = MergeTree ORDER BY token AS
    SELECT token, account_index, toUInt32(countIf(half = 0)) AS forming_tasks
    FROM detect_sketch ARRAY JOIN template AS token WHERE token IN (SELECT token FROM detect_lead_line)
    GROUP BY token, account_index`);
}

/** Lines that stand at the same accounts equally often are of one template, as in `shareTokens`. */
async function usesOfLines(store: Store): Promise<Map<string, ReadonlyMap<number, number>>> {
  const rows = store.stream<{ source: string; lead: string; accounts: readonly (readonly [number, number])[] }>(sql`
    SELECT source, lead, arraySort(groupArray((account_index, templates))) AS accounts
    FROM (
      SELECT source, lead, account_index, toUInt32(uniqExactIf(pattern, forming_tasks > 0)) AS templates
      FROM detect_lead_line INNER JOIN detect_lead_use USING token
      INNER JOIN (
        SELECT token, groupBitXor(sipHash64(account_index, forming_tasks)) AS pattern FROM detect_lead_use
        WHERE forming_tasks > 0 GROUP BY token
      ) AS patterns USING token
      GROUP BY source, lead, account_index
    )
    GROUP BY source, lead`);
  const byLead = new Map<string, ReadonlyMap<number, number>>();
  for await (const { source, lead, accounts } of rows) byLead.set(leadKey({ id: lead, source }), new Map(accounts));
  return byLead;
}

async function holdersOfTraces(
  store: Store,
  list: readonly Lead[],
  { fingerprintDigests }: Pick<Leads, "fingerprintDigests">,
): Promise<Map<string, readonly number[]>> {
  const leads = leadsByDigest(list, ({ fingerprints }) => fingerprints);
  const holders = new Map<string, Set<number>>();
  if (leads.size === 0) return new Map();
  const rows = store.stream<{ kind: FingerprintKind; token: string; accounts: readonly number[] }>(sql`
    SELECT kind, token, groupUniqArray(account_index) AS accounts
    FROM (
      SELECT kind, token, account_index FROM detect_infrastructure WHERE kind IN ('payment', 'device')
      UNION ALL
      SELECT 'tls' AS kind, toString(ja4) AS token, account_index FROM (SELECT DISTINCT account, ja4 FROM detect_exchange) AS clients
      INNER JOIN detect_account USING account WHERE ja4 != ''
    )
    GROUP BY kind, token HAVING uniqExact(account_index) <= ${integer(fingerprintHoldersMax)}
    ORDER BY uniqExact(account_index) DESC, kind, token LIMIT ${integer(fingerprintsMax)}`);
  for await (const { kind, token, accounts } of inTurns(rows))
    for (const lead of fingerprintDigests(kind, token).flatMap((digest) => leads.get(digest) ?? [])) {
      const known = holders.get(leadKey(lead)) ?? new Set<number>();
      holders.set(leadKey(lead), known);
      for (const account of accounts) known.add(account);
    }
  return new Map([...holders].map(([key, accounts]) => [key, [...accounts].sort((a, b) => a - b)]));
}
