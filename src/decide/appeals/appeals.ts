import { dayMs } from "../../kit/time-units.ts";
import { UserError } from "../../kit/user-error.ts";
import { canMove } from "../../model/appeal.ts";
import type { Appeal } from "../../model/appeal.ts";
import type { AuditEvent } from "../../model/audit.ts";
import type { Decision } from "../../model/decision.ts";
import type { AppealMove } from "../../store/state/appeals.ts";
import type { Repositories } from "../../store/state/state.ts";
import type { Desk } from "../desk/desk.ts";
import { auditEvent } from "../desk/record.ts";
import type { Actor, Person } from "../desk/record.ts";
import { isTold } from "./notice.ts";
import { reinstate } from "./reinstate.ts";
import { answerDaysMax, appealsPerCaseMax, fileDaysMax } from "./terms.ts";

/** Decisions that one appeal is about, the latest. */
const decisionsMax = 100;

/** What a customer hands in. */
export interface Objection {
  /** Who asks, as the caller has authenticated it. */
  readonly account: string;
  /** The decision's id. */
  readonly reference: string;
  readonly statement: string;
}

/** Objections of customers, from the first word to the answer. Each step is in the audit log. */
export interface Appeals {
  /**
   * Files an objection against all that is enforced on the account in the same case. Throws a `UserError` where there is no such
   * decision (also if it is somebody else's), it was too long ago, the case is being looked at already, or there is nothing left of it.
   */
  file(objection: Objection, nowMs: number): Promise<Appeal>;
  /** By the customer. */
  withdraw(id: string, account: string, nowMs: number): Promise<Appeal>;
  /** Throws a `UserError` if the reviewer is the one who ordered the decision. */
  takeUp(id: string, reviewer: string, nowMs: number): Promise<Appeal>;
  /** The reviewer gives it away again. */
  giveBack(id: string, reviewer: string, nowMs: number): Promise<Appeal>;
  /** Nothing changes. `by.reason` is for us, `answer` for the customer. */
  reject(id: string, answer: string, by: Person, nowMs: number): Promise<Appeal>;
  /** Undoes every effect of the case on the account, here and at once. */
  uphold(id: string, answer: string, by: Person, nowMs: number): Promise<Appeal>;
  /**
   * Marks those that nobody answered in time, a page of them, and tells which. It changes nothing for the account: else it would be a way
   * out to appeal in thousands. They stand in the audit log and in the transparency report against us.
   */
  expireOverdue(nowMs: number): Promise<Appeal[]>;
}

export function createAppeals(desk: Desk): Appeals {
  return {
    file: (objection, nowMs) => desk.transaction((state) => file(state, objection, nowMs)),
    withdraw: (id, account, nowMs) =>
      desk.transaction(async (state) => {
        if ((await find(state, id)).account !== account) throw unknownAppeal(id);
        return move(state, id, { to: "withdrawn" }, nowMs);
      }),
    takeUp: (id, reviewer, nowMs) =>
      desk.transaction(async (state) => {
        await refuseOwnCase(state, await find(state, id), reviewer);
        return move(state, id, { to: "under-review", reviewer }, nowMs, { name: reviewer });
      }),
    giveBack: (id, reviewer, nowMs) =>
      desk.transaction(async (state) => {
        refuseOthers(await find(state, id), reviewer);
        return move(state, id, { to: "open" }, nowMs, { name: reviewer });
      }),
    reject: (id, answer, by, nowMs) =>
      desk.transaction(async (state) => {
        refuseOthers(await find(state, id), by.name);
        return move(state, id, { to: "rejected", answer }, nowMs, by);
      }),
    uphold: (id, answer, by, nowMs) =>
      desk.transaction(async (state) => {
        const appeal = await find(state, id);
        refuseOthers(appeal, by.name);
        // One that ran out of time was perhaps never taken up.
        await refuseOwnCase(state, appeal, by.name);
        const upheld = await move(state, id, { to: "upheld", answer }, nowMs, by);
        await reinstate(state, upheld, by, nowMs);
        return upheld;
      }),
    expireOverdue: (nowMs) =>
      desk.transaction(async (state) => {
        const { rows } = await state.appeals.overdue(nowMs);
        const expired: Appeal[] = [];
        for (const { id } of rows) expired.push(await move(state, id, { to: "expired" }, nowMs));
        return expired;
      }),
  };
}

/** Throws a `UserError` where there is no such appeal, or none that may go there from where it is. */
export async function move(
  state: Repositories,
  id: string,
  next: AppealMove,
  nowMs: number,
  by?: Actor,
): Promise<Appeal> {
  const moved = await state.appeals.move(id, next, nowMs);
  await state.audit.append([eventOf(moved, nowMs, by)]);
  return moved;
}

function eventOf({ id, account, state, decisions }: Appeal, nowMs: number, by?: Actor): AuditEvent {
  return auditEvent(`appeal.${state}`, { kind: "appeal", id }, { account, decisions }, nowMs, by);
}

async function file(state: Repositories, { account, reference, statement }: Objection, nowMs: number): Promise<Appeal> {
  const found = await state.decisions.find(reference);
  // Whose reference it is, if it is one at all, is nobody's business but his own.
  if (found === null || found.decision.account !== account || !isTold(found.decision))
    throw new UserError(`there is no decision ${reference} on this account`, "look at the reference in the notice");
  const { campaign, created } = found.decision;
  if (nowMs - Date.parse(created) > fileDaysMax * dayMs)
    throw new UserError(`decision ${reference} was made more than ${fileDaysMax} days ago`);
  const earlier = await appealsInCase(state, found.decision);
  const pending = pendingAmong(earlier);
  if (pending !== undefined)
    throw new UserError(
      `appeal ${pending.id} on this case is being looked at`,
      `it is answered by ${pending.deadline}`,
    );
  refuseUseless(earlier, created);
  const inForce = await state.decisions.inForceOfAccounts([account], nowMs);
  const others = inForce.filter(
    (one) => campaign !== null && one.campaign === campaign && one.id !== reference && isTold(one),
  );
  const appeal = await state.appeals.open(
    {
      id: `${reference}-${earlier.length + 1}`,
      account,
      campaign,
      decisions: [reference, ...others.map(({ id }) => id)].slice(0, decisionsMax),
      opened: new Date(nowMs).toISOString(),
      deadline: new Date(nowMs + answerDaysMax * dayMs).toISOString(),
    },
    statement,
  );
  await state.audit.append([eventOf(appeal, nowMs, { name: "customer" })]);
  return appeal;
}

/** One that has succeeded undid all that there was; what is decided on the case later may be appealed as often again. */
function refuseUseless(earlier: readonly Appeal[], created: string): void {
  const [upheld] = earlier
    .filter(({ state }) => state === "upheld")
    .toSorted((one, other) => Date.parse(other.changed) - Date.parse(one.changed));
  const undoneMs = upheld === undefined ? Number.NEGATIVE_INFINITY : Date.parse(upheld.changed);
  if (upheld !== undefined && Date.parse(created) <= undoneMs)
    throw new UserError(
      `appeal ${upheld.id} on this case was upheld: all that was decided is undone`,
      "there is nothing left to appeal",
    );
  const tried = earlier.filter(({ opened }) => Date.parse(opened) > undoneMs).length;
  if (tried >= appealsPerCaseMax)
    throw new UserError(`this case was appealed ${tried} times`, "what remains is to write to us");
}

/** Of the case that a decision belongs to, or of the decision where it belongs to none; the latest first. */
export async function appealsInCase(
  state: Pick<Repositories, "appeals">,
  { id, account, campaign }: Decision,
): Promise<Appeal[]> {
  const all = await state.appeals.ofAccount(account);
  return all.filter((one) => one.campaign === campaign && (campaign !== null || one.decisions.includes(id)));
}

/** The one that waits for its answer. */
export function pendingAmong(appeals: readonly Appeal[]): Appeal | undefined {
  return appeals.find(({ state }) => canMove(state, "expired"));
}

async function find(state: Repositories, id: string): Promise<Appeal> {
  const appeal = await state.appeals.find(id);
  if (appeal === null) throw unknownAppeal(id);
  return appeal;
}

function unknownAppeal(id: string): UserError {
  return new UserError(`there is no appeal ${id}`);
}

/** Whoever decided does not judge himself. */
async function refuseOwnCase(state: Repositories, appeal: Appeal, reviewer: string): Promise<void> {
  for (const id of appeal.decisions) {
    const made = (await state.audit.about({ kind: "decision", id }, 10)).find(
      ({ action }) => action === "decision.made",
    );
    if (made?.actor === reviewer)
      throw new UserError(`${reviewer} ordered the decision ${id}`, "let somebody else look at the appeal");
  }
}

function refuseOthers(appeal: Appeal, reviewer: string): void {
  if (appeal.reviewer !== null && appeal.reviewer !== reviewer)
    throw new UserError(`appeal ${appeal.id} is with ${appeal.reviewer}`, "ask for it to be given back first");
}
