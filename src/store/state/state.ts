import type { Decision } from "../../model/decision.ts";
import { affected } from "./affected.ts";
import type { Affected } from "./affected.ts";
import { audit } from "./audit.ts";
import type { Audit } from "./audit.ts";
import { openDatabase } from "./database/database.ts";
import type { Connection, DatabaseOptions } from "./database/database.ts";
import { decisions, readAllInForce } from "./decisions.ts";
import type { Decisions } from "./decisions.ts";
import { allowances, exemptions } from "./exemptions.ts";
import type { Allowances, Exemptions } from "./exemptions.ts";
import { migrations } from "./migrations.ts";
import { policies } from "./policies.ts";
import type { Policies } from "./policies.ts";

/** What is kept, one repository a noun. Each of their functions is whole by itself: all of it happens, or nothing. */
export interface Repositories {
  readonly decisions: Decisions;
  readonly policies: Policies;
  readonly affected: Affected;
  readonly exemptions: Exemptions;
  readonly allowances: Allowances;
  readonly audit: Audit;
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
  close(): Promise<void>;
}

/** Opens the state and brings its tables up to date. Throws a `UserError` where a person has to mend something first. */
export async function openState(options: DatabaseOptions = {}): Promise<State> {
  const database = await openDatabase(options, migrations);
  return {
    ...repositories(database),
    transaction: (work) => database.transaction((connection) => work(repositories(connection))),
    snapshot: (nowMs, visit) => database.snapshot((connection) => readAllInForce(connection, nowMs, visit)),
    close: () => database.close(),
  };
}

function repositories(connection: Connection): Repositories {
  return {
    decisions: decisions(connection),
    policies: policies(connection),
    affected: affected(connection),
    exemptions: exemptions(connection),
    allowances: allowances(connection),
    audit: audit(connection),
  };
}
