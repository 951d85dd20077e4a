import { z } from "zod";
import { assertNever } from "../../kit/assert.ts";
import { decisionDeltaSchema, decisionSchema } from "../../model/decision.ts";
import type { Decision, DecisionDelta, DecisionScope, Hold } from "../../model/decision.ts";
import { integer, sql, text, texts } from "../sql.ts";
import type { Sql } from "../sql.ts";
import type { Connection } from "./database/database.ts";
import { timeMs } from "./database/values.ts";
import { deltasAfter, endStatement, putStatement, resumeStatement, suspendStatement } from "./decision-changes.ts";
import { byTime, readPage } from "./page.ts";
import type { Page, PageRequest } from "./page.ts";

// Limits.
/** Decisions that one call of `expireDue` ends. */
const expireRowsMax = 5_000;
/** Decisions of one account that `history` gives, the latest. */
const historyRowsMax = 1_000;

export type EndCause = NonNullable<DecisionDelta["cause"]>;

/** Which of the decisions in force, held ones included. */
export type DecisionFilter =
  | { readonly kind: "all" }
  | { readonly kind: "campaign"; readonly campaign: string }
  /** About the account, whatever the scope. */
  | { readonly kind: "account"; readonly account: string }
  | { readonly kind: "scope"; readonly scope: DecisionScope }
  | { readonly kind: "held"; readonly held: Hold };

/** A decision, and how it ended if it has. */
export interface DecisionRecord {
  readonly decision: Decision;
  readonly ended: { readonly at: string; readonly cause: EndCause } | null;
}

/**
 * Decisions, and the numbered log of their changes that gateways follow. Whatever changes a decision writes its deltas in the
 * same statement. Numbers have no gaps and come in the order of the commits: who reads n has seen all before n.
 */
export interface Decisions {
  /** Puts decisions in force. One with a known id takes that one's place (also if it had ended). Ids are unique in a call. */
  put(decisions: readonly Decision[], nowMs: number): Promise<void>;
  /** Ends those of these ids that are in force, and tells which. */
  end(ids: readonly string[], cause: EndCause, nowMs: number): Promise<Decision[]>;
  /** Ends what has expired by now, the earliest first, a bounded number: an empty answer says that nothing is left. */
  expireDue(nowMs: number): Promise<Decision[]>;
  /** Whether any has expired by now and not ended, or waits to be let in: cheap, for who asks often. */
  isDue(nowMs: number): Promise<boolean>;
  /** The kill switch: all that is enforced is held as `suspended`, with a delta that deletes it and one that shows it held. */
  suspendAll(nowMs: number): Promise<number>;
  /** The switch is off again: what is suspended and has not expired is enforced. */
  resumeAll(nowMs: number): Promise<number>;
  find(id: string): Promise<DecisionRecord | null>;
  /** In force at `nowMs`: neither ended nor expired. Oldest first. */
  inForce(filter: DecisionFilter, nowMs: number, page?: PageRequest): Promise<Page<Decision>>;
  inForceOfAccounts(accounts: readonly string[], nowMs: number): Promise<Decision[]>;
  /** All decisions on an account, ended ones too, the latest first. Bounded. */
  history(account: string): Promise<DecisionRecord[]>;
  /** All that were ever made for a campaign, held ones and ended ones too. Oldest first. */
  ofCampaign(campaign: string, page?: PageRequest): Promise<Page<DecisionRecord>>;
  /** Those that took effect from one time to another, whatever became of them since. Oldest first. */
  effectiveBetween(fromMs: number, toMs: number, page?: PageRequest): Promise<Page<Decision>>;
  /** The number of the oldest change in the log; null where there is none. */
  firstDelta(): Promise<number | null>;
  /** Null: what comes after `sequence` is no longer (or not yet) in the log, so the follower has to start from a snapshot. */
  deltasAfter(sequence: number, limit: number): Promise<DecisionDelta[] | null>;
}

const bodySchema = z.object({ body: decisionSchema });
const recordSchema = z
  .object({ body: decisionSchema, ended: z.string().nullable(), cause: decisionDeltaSchema.shape.cause.nullable() })
  .transform(({ body, ended, cause }): DecisionRecord => ({
    decision: body,
    ended: ended === null || cause === null || cause === undefined ? null : { at: ended, cause },
  }));

export function decisions(connection: Connection): Decisions {
  const bodies = async (statement: Sql): Promise<Decision[]> =>
    (await connection.rows(statement, bodySchema)).map(({ body }) => body);
  const list = async (where: Sql, page: PageRequest): Promise<Page<Decision>> => {
    const select = sql`SELECT id, created, body FROM decision WHERE ${where}`;
    const found = await readPage(connection, { select, order: byTime("created", "id"), row: bodySchema }, page);
    return { rows: found.rows.map(({ body }) => body), next: found.next };
  };
  return {
    put: async (given, nowMs) => {
      if (given.length > 0) await connection.run(putStatement(given, nowMs));
    },
    end: (ids, cause, nowMs) => bodies(endStatement(sql`id = ANY(${texts(ids)})`, timeMs(nowMs), cause, nowMs)),
    expireDue: (nowMs) => {
      const due = sql`
        SELECT id FROM decision WHERE ended IS NULL AND expires <= ${timeMs(nowMs)}
        ORDER BY expires, id LIMIT ${integer(expireRowsMax)}`;
      return bodies(endStatement(sql`id IN (${due})`, sql`expires`, "expired", nowMs));
    },
    async isDue(nowMs) {
      const rows = await connection.rows(
        sql`SELECT 1 AS due FROM decision WHERE ended IS NULL AND (expires <= ${timeMs(nowMs)} OR held = 'waiting') LIMIT 1`,
        z.object({ due: z.int() }),
      );
      return rows.length > 0;
    },
    suspendAll: async (nowMs) => (await connection.run(suspendStatement(nowMs))) / 2,
    resumeAll: (nowMs) => connection.run(resumeStatement(nowMs)),
    async find(id) {
      const [found] = await connection.rows(
        sql`SELECT body, ended, cause FROM decision WHERE id = ${text(id)}`,
        recordSchema,
      );
      return found ?? null;
    },
    inForce: (filter, nowMs, page = {}) =>
      list(sql`ended IS NULL AND expires > ${timeMs(nowMs)} AND ${condition(filter)}`, page),
    inForceOfAccounts: (accounts, nowMs) =>
      bodies(sql`
        SELECT body FROM decision
        WHERE account = ANY(${texts(accounts)}) AND ended IS NULL AND expires > ${timeMs(nowMs)}
        ORDER BY account, created, id`),
    history: (account) =>
      connection.rows(
        sql`
          SELECT body, ended, cause FROM decision WHERE account = ${text(account)}
          ORDER BY created DESC, id DESC LIMIT ${integer(historyRowsMax)}`,
        recordSchema,
      ),
    ofCampaign: (campaign, page = {}) => {
      const select = sql`SELECT id, created, body, ended, cause FROM decision WHERE campaign = ${text(campaign)}`;
      return readPage(connection, { select, order: byTime("created", "id"), row: recordSchema }, page);
    },
    effectiveBetween: (fromMs, toMs, page = {}) =>
      list(sql`took_effect AND created >= ${timeMs(fromMs)} AND created < ${timeMs(toMs)}`, page),
    async firstDelta() {
      const [row] = await connection.rows(
        sql`SELECT min(sequence) AS first FROM delta`,
        z.object({ first: z.int().nullable() }),
      );
      return row?.first ?? null;
    },
    deltasAfter: (sequence, limit) => deltasAfter(connection, sequence, limit),
  };
}

/**
 * All decisions in force, page by page, and the number of the last delta that they hold. The connection has to be that of a
 * snapshot, or the two do not belong together.
 */
export async function readAllInForce(
  connection: Connection,
  nowMs: number,
  visit: (page: readonly Decision[]) => void,
): Promise<number> {
  const [head] = await connection.rows(sql`SELECT sequence FROM delta_head`, z.object({ sequence: z.int() }));
  const all = decisions(connection);
  let after: string | null | undefined;
  while (after !== null) {
    const page: Page<Decision> = await all.inForce({ kind: "all" }, nowMs, after === undefined ? {} : { after });
    visit(page.rows);
    after = page.next;
  }
  return head?.sequence ?? 0;
}

function condition(filter: DecisionFilter): Sql {
  switch (filter.kind) {
    case "all":
      return sql`TRUE`;
    case "campaign":
      return sql`campaign = ${text(filter.campaign)}`;
    case "account":
      return sql`account = ${text(filter.account)}`;
    case "scope":
      return filter.scope.kind === "account"
        ? sql`scope_kind = 'account' AND account = ${text(filter.scope.value)}`
        : sql`scope_kind <> 'account' AND scope_kind = ${text(filter.scope.kind)} AND scope_value = ${text(filter.scope.value)}`;
    case "held":
      return sql`held = ${text(filter.held)}`;
    default:
      return assertNever(filter, "filter of decisions");
  }
}
