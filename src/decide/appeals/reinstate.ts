import { dayMs } from "../../kit/time-units.ts";
import type { Appeal } from "../../model/appeal.ts";
import type { Repositories } from "../../store/state/state.ts";
import { scopesOf } from "../desk/protection.ts";
import { readReachingScopes } from "../desk/reaching.ts";
import { auditEvent, recordChange } from "../desk/record.ts";
import type { Person } from "../desk/record.ts";
import { reinstatedDaysMax } from "./terms.ts";

/**
 * Undoes every effect of the case on an account, in whatever scope and on whomever it was decided; sees to it that the case is not decided
 * on again, and leaves the detector a lesson. An appeal against a decision that belongs to no case undoes what it names. The
 * result is how many decisions were ended.
 */
export async function reinstate(
  state: Repositories,
  { id: appeal, account, campaign, decisions }: Appeal,
  by: Person,
  nowMs: number,
): Promise<number> {
  const [facts] = await state.accounts.get([account]);
  const [standing] = await state.standings.latest([account]);
  const scopes = scopesOf(account, facts ?? null, standing?.carriers ?? []);
  const own = await state.decisions.inForceOfAccounts([account], nowMs);
  const others = await readReachingScopes(
    state,
    scopes.filter(({ kind }) => kind !== "account"),
    nowMs,
  );
  const undone = new Map(
    [...own, ...others]
      .filter((one) => decisions.includes(one.id) || (campaign !== null && one.campaign === campaign))
      .map((one) => [one.id, one]),
  );
  const ends = [...undone.values()].map((decision) => ({ decision, cause: "appeal" as const }));
  await recordChange(state, { ends }, nowMs, { by });
  if (campaign !== null) {
    await exemptFromCase(state, { appeal, account, campaign }, by, nowMs);
    const families = standing?.campaign.id === campaign ? standing.campaign.families : {};
    await state.appeals.teach({ appeal, account, campaign, families, at: new Date(nowMs).toISOString() });
  }
  const detail = { appeal, campaign, decisions: ends.length };
  await state.audit.append([auditEvent("account.reinstated", { kind: "account", id: account }, detail, nowMs, by)]);
  return ends.length;
}

async function exemptFromCase(
  state: Repositories,
  { appeal, account, campaign }: { readonly appeal: string; readonly account: string; readonly campaign: string },
  by: Person,
  nowMs: number,
): Promise<void> {
  await state.exemptions.grant({
    id: `appeal-${appeal}`,
    holder: { kind: "account", value: account },
    use: "reinstated",
    campaign,
    requests_per_day: null,
    granted_by: by.name,
    reason: by.reason,
    starts: new Date(nowMs).toISOString(),
    expires: new Date(nowMs + reinstatedDaysMax * dayMs).toISOString(),
    revoked: null,
  });
}
