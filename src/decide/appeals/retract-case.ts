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
const ANSWER =
  "The case that your objection was about is closed, and what was decided in it has ended. Nothing of it counts against this account.";

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
  const decisions = await readPages((page) => state.decisions.inForce({ kind: "campaign", campaign }, nowMs, page));
  const ends = decisions.map((decision) => ({ decision, cause: "retraction" as const }));
  await recordChange(state, { ends }, nowMs, { by });
  // Before the members are let go: what is undone for an account is found by where it stands.
  const appeals = await upholdAll(state, campaign, by, nowMs);
  const members = await readPages((page) => state.standings.ofCampaign(campaign, page));
  for (const some of inSlices(members, rowsPerStatementMax))
    await state.standings.put(some.map((standing) => released(standing, nowMs)));
  await state.campaigns.close(campaign);
  const enforced = decisions.filter(isTold).length;
  const detail = { decisions: ends.length, members: members.length, appeals };
  await state.audit.append([auditEvent("campaign.retracted", { kind: "campaign", id: campaign }, detail, nowMs, by)]);
  return { ended: ends.length, enforced, appeals };
}

/** A person has not looked at it: that is asked for where the answer is against the customer. */
async function upholdAll(state: Repositories, campaign: string, by: Person, nowMs: number): Promise<string[]> {
  const appeals = await readPages((page) => state.appeals.ofCampaign(campaign, page));
  const upheld: string[] = [];
  for (const appeal of appeals) {
    if (appeal.state === "open") await move(state, appeal.id, { to: "under-review", reviewer: by.name }, nowMs, by);
    else if (!canMove(appeal.state, "upheld")) continue;
    await reinstate(state, await uphold(state, appeal, by, nowMs), by, nowMs);
    upheld.push(appeal.id);
  }
  return upheld;
}

function uphold(state: Repositories, { id }: Appeal, by: Person, nowMs: number): Promise<Appeal> {
  return move(state, id, { to: "upheld", answer: ANSWER }, nowMs, by);
}

function released(standing: Standing, nowMs: number): Standing {
  const time = new Date(Math.max(nowMs, Date.parse(standing.time))).toISOString();
  return { ...standing, status: "released", time, reasons: ["what the case was opened on was taken back"] };
}
