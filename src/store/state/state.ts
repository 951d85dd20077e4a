import type { Decision } from "../../model/decision.ts";
import { accounts } from "./accounts.ts";
import type { Accounts } from "./accounts.ts";
import { affected } from "./affected.ts";
import type { Affected } from "./affected.ts";
import { appeals } from "./appeals.ts";
import type { Appeals } from "./appeals.ts";
import { audit } from "./audit.ts";
import type { Audit } from "./audit.ts";
import { campaigns } from "./campaigns.ts";
import type { Campaigns } from "./campaigns.ts";
import { openDatabase } from "./database/database.ts";
import type { Connection, Database, DatabaseOptions } from "./database/database.ts";
import { decisions, readAllInForce } from "./decisions.ts";
import type { Decisions } from "./decisions.ts";
import { disclosures } from "./disclosures.ts";
import type { Disclosures } from "./disclosures.ts";
import { allowances, exemptions } from "./exemptions.ts";
import type { Allowances, Exemptions } from "./exemptions.ts";
import { feedCursors } from "./feed-cursors.ts";
import type { FeedCursors } from "./feed-cursors.ts";
import { ledger } from "./ledger.ts";
import type { Ledger } from "./ledger.ts";
import { leadUses } from "./lead-uses.ts";
import type { LeadUses } from "./lead-uses.ts";
import { migrations } from "./migrations.ts";
import { notices } from "./notices.ts";
import type { Notices } from "./notices.ts";
import { outbox } from "./outbox.ts";
import type { Outbox } from "./outbox.ts";
import { overlapOffers } from "./overlap-offers.ts";
import type { OverlapOffers } from "./overlap-offers.ts";
import { overlapResults } from "./overlap-results.ts";
import type { OverlapResults } from "./overlap-results.ts";
import { overlapSessions } from "./overlap-sessions.ts";
import type { OverlapSessions } from "./overlap-sessions.ts";
import { policies } from "./policies.ts";
import type { Policies } from "./policies.ts";
import { quarantine } from "./quarantine.ts";
import type { Quarantine } from "./quarantine.ts";
import { queryQuotas } from "./query-quotas.ts";
import type { QueryQuotas } from "./query-quotas.ts";
import { receivedCommitments } from "./received-commitments.ts";
import type { ReceivedCommitments } from "./received-commitments.ts";
import { receivedObjects } from "./received-objects.ts";
import type { ReceivedObjects } from "./received-objects.ts";
import { forget } from "./retention.ts";
import type { Forgotten, RetentionDays } from "./retention.ts";
import { sharedObjects } from "./shared-objects.ts";
import type { SharedObjects } from "./shared-objects.ts";
import { standings } from "./standings.ts";
import type { Standings } from "./standings.ts";
import { witnessedHeads } from "./witnessed-heads.ts";
import type { WitnessedHeads } from "./witnessed-heads.ts";
import { submissions } from "./submissions.ts";
import type { Submissions } from "./submissions.ts";

/** What is kept, one repository a noun. Each of their functions is whole by itself: all of it happens, or nothing. */
export interface Repositories {
  readonly accounts: Accounts;
  readonly campaigns: Campaigns;
  readonly standings: Standings;
  readonly decisions: Decisions;
  readonly policies: Policies;
  readonly affected: Affected;
  readonly exemptions: Exemptions;
  readonly allowances: Allowances;
  readonly appeals: Appeals;
  readonly notices: Notices;
  readonly audit: Audit;
  readonly overlaps: OverlapSessions;
  readonly overlapOffers: OverlapOffers;
  readonly overlapResults: OverlapResults;
  readonly witnessed: WitnessedHeads;
  readonly quotas: QueryQuotas;
  readonly disclosures: Disclosures;
  readonly sharedObjects: SharedObjects;
  readonly submissions: Submissions;
  readonly feedCursors: FeedCursors;
  readonly outbox: Outbox;
  readonly ledger: Ledger;
  readonly quarantine: Quarantine;
  readonly received: ReceivedObjects;
  readonly receivedCommitments: ReceivedCommitments;
  readonly leadUses: LeadUses;
}

/**
 * The state of an installation, in PostgreSQL: embedded (PGlite) or a server, with the same SQL. All of it throws
 * `DatabaseUnavailableError` where the database can't be reached or can't go on.
 */
export interface State extends Repositories {
  /**
   * All of `work` or nothing. `work` may be run again from its start, so it does nothing besides; and it uses only what it is
   * given, since the state outside of it waits until it has ended.
   */
  transaction<T>(work: (state: Repositories) => Promise<T>): Promise<T>;
  /**
   * All decisions in force at `nowMs`, held ones included, page by page as of one moment. The result is the number of the
   * last delta that they hold: follow on with `decisions.deltasAfter`.
   */
  snapshot(nowMs: number, visit: (page: readonly Decision[]) => void): Promise<number>;
  /** Deletes what is older than the policy says, in small steps. It may be stopped at any time and run again. */
  forget(days: RetentionDays, nowMs: number): Promise<Forgotten>;
  close(): Promise<void>;
}

/** Opens the state and brings its tables up to date. Throws a `UserError` where a person has to mend something first. */
export async function openState(options: DatabaseOptions = {}): Promise<State> {
  return stateOn(await openDatabase(options, migrations));
}

/** The state on a database that has its tables. */
export function stateOn(database: Database): State {
  return {
    ...repositories(database),
    transaction: (work) => database.transaction((connection) => work(repositories(connection))),
    snapshot: (nowMs, visit) => database.snapshot((connection) => readAllInForce(connection, nowMs, visit)),
    async forget(days, nowMs) {
      const forgotten = await forget(database, days, nowMs);
      await database.vacuum();
      return forgotten;
    },
    close: () => database.close(),
  };
}

function repositories(connection: Connection): Repositories {
  return {
    accounts: accounts(connection),
    campaigns: campaigns(connection),
    standings: standings(connection),
    decisions: decisions(connection),
    policies: policies(connection),
    affected: affected(connection),
    exemptions: exemptions(connection),
    allowances: allowances(connection),
    appeals: appeals(connection),
    notices: notices(connection),
    audit: audit(connection),
    overlaps: overlapSessions(connection),
    overlapOffers: overlapOffers(connection),
    overlapResults: overlapResults(connection),
    witnessed: witnessedHeads(connection),
    quotas: queryQuotas(connection),
    disclosures: disclosures(connection),
    sharedObjects: sharedObjects(connection),
    submissions: submissions(connection),
    feedCursors: feedCursors(connection),
    outbox: outbox(connection),
    ledger: ledger(connection),
    quarantine: quarantine(connection),
    received: receivedObjects(connection),
    receivedCommitments: receivedCommitments(connection),
    leadUses: leadUses(connection),
  };
}
