import { inSlices } from "../../kit/slices.ts";
import { canMove } from "../../model/appeal.ts";
import type { Appeal } from "../../model/appeal.ts";
import type { Standing } from "../../model/decision.ts";
import type { Repositories } from "../../store/state/state.ts";
import { readPages } from "../desk/pages.ts";
import { auditEvent, recordChange, rowsPerStatementMax } from "../desk/record.ts";
import type { Person } from "../desk/record.ts";
import { move } from "./appeals.ts";
import { isTold } from "./notice.ts";
import { reinstate } from "./reinstate.ts";

/** What the customer reads. It is the same for all, and says of nothing why the case was opened or closed. */
const ANSWERS = {
  case: "The case that your objection was about is closed, and what was decided in it has ended. Nothing of it counts against this account.",
  account: "What was decided about this account has ended, and nothing of it counts against this account.",
} as const;

export interface RetractedCase {
  /** Decisions that were ended, and how many of them customers had noticed. */
  readonly ended: number;
  readonly enforced: number;
  /** Appeals that were answered in the customer's favour. */
  readonly appeals: readonly string[];
}

/**
 * Closes a case whose ground was taken back: ends all that was decided in it, in whatever scope and by whomever, lets its members
 * go, and answers whoever has appealed in his favour, also where the answer had been against him. It may come up again, on other
 * ground; for those who appealed it does not. Call it as a step of the desk (`Desk.transaction`).
 */
export async function retractCase(
  state: Repositories,
  campaign: string,
  by: Person,
  nowMs: number,
): Promise<RetractedCase> {
  const { members, ...undone } = await undo(state, { campaign, of: () => true, answer: ANSWERS.case }, by, nowMs);
  await state.campaigns.close(campaign);
  await record(state, "campaign.retracted", { campaign, members, undone }, by, nowMs);
  return undone;
}

/** The same for some of its members only: the case goes on without them. */
export async function retractMembers(
  state: Repositories,
  campaign: string,
  accounts: ReadonlySet<string>,
  by: Person,
  nowMs: number,
): Promise<RetractedCase> {
  const of = (account: string): boolean => accounts.has(account);
  const { members, ...undone } = await undo(state, { campaign, of, answer: ANSWERS.account }, by, nowMs);
  for (const some of inSlices([...accounts], rowsPerStatementMax)) await state.campaigns.removeMembers(campaign, some);
  await record(state, "campaign.members-retracted", { campaign, members, undone }, by, nowMs);
  return undone;
}

interface Undoing {
  readonly campaign: string;
  /** Whether it is undone for an account. */
  readonly of: (account: string) => boolean;
  readonly answer: string;
}

async function undo(
  state: Repositories,
  { campaign, of, answer }: Undoing,
  by: Person,
  nowMs: number,
): Promise<RetractedCase & { readonly members: number }> {
  const all = await readPages((page) => state.decisions.inForce({ kind: "campaign", campaign }, nowMs, page));
  const decisions = all.filter(({ account }) => of(account));
  const ends = decisions.map((decision) => ({ decision, cause: "retraction" as const }));
  await recordChange(state, { ends }, nowMs, { by });
  // Before the members are let go: what is undone for an account is found by where it stands.
  const filed = await readPages((page) => state.appeals.ofCampaign(campaign, page));
  const appeals = await upholdAll(
    state,
    filed.filter(({ account }) => of(account)),
    answer,
    by,
    nowMs,
  );
  const standings = await readPages((page) => state.standings.ofCampaign(campaign, page));
  const members = standings.filter(({ account }) => of(account));
  for (const some of inSlices(members, rowsPerStatementMax))
    await state.standings.put(some.map((standing) => released(standing, nowMs)));
  return { ended: ends.length, enforced: decisions.filter(isTold).length, appeals, members: members.length };
}

async function record(
  { audit }: Repositories,
  action: string,
  {
    campaign,
    members,
    undone,
  }: { readonly campaign: string; readonly members: number; readonly undone: RetractedCase },
  by: Person,
  nowMs: number,
): Promise<void> {
  const detail = { decisions: undone.ended, members, appeals: [...undone.appeals] };
  await audit.append([auditEvent(action, { kind: "campaign", id: campaign }, detail, nowMs, by)]);
}

/** A person has not looked at it: that is asked for where the answer is against the customer. */
async function upholdAll(
  state: Repositories,
  appeals: readonly Appeal[],
  answer: string,
  by: Person,
  nowMs: number,
): Promise<string[]> {
  const upheld: string[] = [];
  for (const appeal of appeals) {
    if (appeal.state === "open") await move(state, appeal.id, { to: "under-review", reviewer: by.name }, nowMs, by);
    else if (!canMove(appeal.state, "upheld")) continue;
    await reinstate(state, await move(state, appeal.id, { to: "upheld", answer }, nowMs, by), by, nowMs);
    upheld.push(appeal.id);
  }
  return upheld;
}

function released(standing: Standing, nowMs: number): Standing {
  const time = new Date(Math.max(nowMs, Date.parse(standing.time))).toISOString();
  return { ...standing, status: "released", time, reasons: ["what the case was opened on was taken back"] };
}
