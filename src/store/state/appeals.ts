import { z } from "zod";
import { UserError } from "../../kit/user-error.ts";
import { appealSchema, canMove, lessonSchema, statementCharactersMax } from "../../model/appeal.ts";
import type { Appeal, AppealState, Lesson } from "../../model/appeal.ts";
import { integer, sql, text } from "../sql.ts";
import type { Connection } from "./database/database.ts";
import { json, optional, time, timeMs } from "./database/values.ts";
import { byTime, readPage } from "./page.ts";
import type { Page, PageRequest } from "./page.ts";

// Limits.
/** Of one account, the latest. */
const accountRowsMax = 1_000;

/** What a move sets besides the state; what is absent stays. */
export interface AppealMove {
  readonly to: AppealState;
  readonly reviewer?: string;
  readonly answer?: string;
}

/** Customers' objections. What they wrote is kept apart, since it is read by few and forgotten sooner. */
export interface Appeals {
  /** Files one with what the customer wrote. It begins as `open`. */
  open(appeal: Omit<Appeal, "state" | "changed" | "reviewer" | "answer">, statement: string): Promise<Appeal>;
  /** Throws a `UserError` where there is no such appeal, or none that may go there from where it is. */
  move(id: string, move: AppealMove, nowMs: number): Promise<Appeal>;
  find(id: string): Promise<Appeal | null>;
  /** Null: it was forgotten, or there is no such appeal. */
  statement(id: string): Promise<string | null>;
  /** In one state, the nearest deadline first. */
  inState(state: AppealState, page?: PageRequest): Promise<Page<Appeal>>;
  /** Unanswered ones whose deadline has passed, the oldest first. */
  overdue(nowMs: number, page?: PageRequest): Promise<Page<Appeal>>;
  /** Filed from one time to another, the oldest first. */
  openedBetween(fromMs: number, toMs: number, page?: PageRequest): Promise<Page<Appeal>>;
  /** The latest first; bounded. */
  ofAccount(account: string): Promise<Appeal[]>;
  /** Of all accounts in one case, the oldest first. */
  ofCampaign(campaign: string, page?: PageRequest): Promise<Page<Appeal>>;
  /** Once an appeal; a second time changes nothing. */
  teach(lesson: Lesson): Promise<void>;
  lessons(page?: PageRequest): Promise<Page<Lesson>>;
}

const columns = sql`id, account, campaign, decisions, state, opened, deadline, changed, reviewer, answer`;

const order = byTime("deadline", "id");

export function appeals(connection: Connection): Appeals {
  return {
    open: (appeal, statement) => connection.transaction((transaction) => openAppeal(transaction, appeal, statement)),
    move: (id, move, nowMs) => connection.transaction((transaction) => moveAppeal(transaction, id, move, nowMs)),
    async find(id) {
      const [found] = await connection.rows(sql`SELECT ${columns} FROM appeal WHERE id = ${text(id)}`, appealSchema);
      return found ?? null;
    },
    async statement(id) {
      const [found] = await connection.rows(
        sql`SELECT statement FROM appeal_statement WHERE appeal = ${text(id)}`,
        z.object({ statement: z.string() }),
      );
      return found?.statement ?? null;
    },
    inState: (state, page = {}) => {
      const select = sql`SELECT ${columns} FROM appeal WHERE state = ${text(state)}`;
      return readPage(connection, { select, order, row: appealSchema }, page);
    },
    overdue: (nowMs, page = {}) => {
      const select = sql`
        SELECT ${columns} FROM appeal WHERE state IN ('open', 'under-review') AND deadline <= ${timeMs(nowMs)}`;
      return readPage(connection, { select, order, row: appealSchema }, page);
    },
    openedBetween: (fromMs, toMs, page = {}) => {
      const select = sql`
        SELECT ${columns} FROM appeal WHERE opened >= ${timeMs(fromMs)} AND opened < ${timeMs(toMs)}`;
      return readPage(connection, { select, order: byTime("opened", "id"), row: appealSchema }, page);
    },
    ofAccount: (account) =>
      connection.rows(
        sql`
          SELECT ${columns} FROM appeal WHERE account = ${text(account)}
          ORDER BY opened DESC, id DESC LIMIT ${integer(accountRowsMax)}`,
        appealSchema,
      ),
    ofCampaign: (campaign, page = {}) => {
      const select = sql`SELECT ${columns} FROM appeal WHERE campaign = ${text(campaign)}`;
      return readPage(connection, { select, order: byTime("opened", "id"), row: appealSchema }, page);
    },
    async teach(lesson) {
      await connection.run(sql`
        INSERT INTO lesson (appeal, account, campaign, families, at)
        VALUES (
          ${text(lesson.appeal)}, ${text(lesson.account)}, ${text(lesson.campaign)}, ${json(lesson.families)},
          ${time(lesson.at)})
        ON CONFLICT (appeal) DO NOTHING`);
    },
    lessons: (page = {}) => {
      const select = sql`SELECT appeal, account, campaign, families, at FROM lesson`;
      return readPage(connection, { select, order: byTime("at", "appeal"), row: lessonSchema }, page);
    },
  };
}

async function openAppeal(
  transaction: Connection,
  given: Omit<Appeal, "state" | "changed" | "reviewer" | "answer">,
  statement: string,
): Promise<Appeal> {
  if (statement.length > statementCharactersMax) {
    throw new UserError(
      `the statement is longer than ${statementCharactersMax} characters`,
      "shorten it; what matters most is why the traffic is yours and what it is for",
    );
  }
  const appeal = appealSchema.parse({ ...given, state: "open", changed: given.opened, reviewer: null, answer: null });
  await transaction.run(sql`
    INSERT INTO appeal (${columns})
    VALUES (
      ${text(appeal.id)}, ${text(appeal.account)}, ${optional(appeal.campaign, text)}, ${json(appeal.decisions)},
      ${text(appeal.state)}, ${time(appeal.opened)}, ${time(appeal.deadline)}, ${time(appeal.changed)}, NULL, NULL)`);
  await transaction.run(
    sql`INSERT INTO appeal_statement (appeal, statement) VALUES (${text(appeal.id)}, ${text(statement)})`,
  );
  return appeal;
}

async function moveAppeal(transaction: Connection, id: string, move: AppealMove, nowMs: number): Promise<Appeal> {
  const [appeal] = await transaction.rows(
    sql`SELECT ${columns} FROM appeal WHERE id = ${text(id)} FOR UPDATE`,
    appealSchema,
  );
  if (appeal === undefined) throw new UserError(`there is no appeal ${id}`);
  if (!canMove(appeal.state, move.to)) {
    throw new UserError(`appeal ${id} is ${appeal.state}: it can't become ${move.to}`);
  }
  const moved = appealSchema.parse({ ...appeal, ...move, state: move.to, changed: new Date(nowMs).toISOString() });
  await transaction.run(sql`
    UPDATE appeal SET
      state = ${text(moved.state)}, changed = ${time(moved.changed)}, reviewer = ${optional(moved.reviewer, text)},
      answer = ${optional(moved.answer, text)}
    WHERE id = ${text(id)}`);
  return moved;
}
