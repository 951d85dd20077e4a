import { retractCase, retractMembers } from "../../decide/appeals/retract-case.ts";
import type { Desk } from "../../decide/desk/desk.ts";
import type { Person } from "../../decide/desk/record.ts";
import type { WithoutLeads } from "../../detect/watch/watch.ts";
import type { RetractionOutcome } from "../../model/received-object.ts";
import type { LeadName } from "../../store/state/lead-uses.ts";
import type { Repositories } from "../../store/state/state.ts";
import type { Remark } from "../stix/words.ts";
import type { KeyStanding } from "./said.ts";

// Limits.
/** Campaigns of one call: each is looked through anew. The rest waits for the next. */
const campaignsMax = 20;

/** What followed here because leads were taken back. */
export interface Settlement {
  readonly campaign: string;
  readonly outcome: RetractionOutcome;
  /** Those that the campaign was formed from and that were lost since it was last settled. */
  readonly leads: readonly LeadName[];
  /** Decisions that customers had noticed and that were ended. */
  readonly enforced: number;
  /** Appeals that were answered in the customer's favour. */
  readonly appeals: readonly string[];
}

export interface RetractionParts {
  readonly state: Pick<Repositories, "leadUses">;
  readonly desk: Desk;
  readonly watch: CampaignWatch;
  signing(): KeyStanding;
}

/** What has our campaigns in view: the detector's watch. */
export interface CampaignWatch {
  /** What is found of a campaign of ours in our own log without any lead. */
  withoutLeads(campaign: string, nowMs: number): Promise<WithoutLeads>;
  /** Forgets a campaign. */
  drop(campaign: string): Promise<void>;
  /** Forgets members of a campaign. */
  dropMembers(campaign: string, accounts: readonly string[]): Promise<void>;
}

/**
 * Undoes what was done because of leads that were taken back, or that somebody else may have signed: a campaign that was formed from one and is not found without any is
 * closed, with all that was decided in it; one that is found is rid of the members that only leads have brought in. Without *any*: somebody else may have copied the very lead that is withdrawn. What fails in
 * between is done with the next call; what is done is done once.
 */
export async function settleRetractions(
  { state, desk, watch, signing }: RetractionParts,
  nowMs: number,
): Promise<Settlement[]> {
  const settlements: Settlement[] = [];
  const revokedKeys = [...signing().revoked];
  for (const campaign of await state.leadUses.unsettled(revokedKeys, campaignsMax)) {
    const found = await watch.withoutLeads(campaign, nowMs);
    // First, or what it says next would be decided on again.
    if (found.kind === "falls") await watch.drop(campaign);
    settlements.push(await desk.transaction((tables) => settle(tables, campaign, found, revokedKeys, nowMs)));
    // Afterwards: it would not tell of them again, if what is undone for them had failed.
    if (found.kind === "stands" && found.drawn.length > 0) await watch.dropMembers(campaign, found.drawn);
  }
  return settlements;
}

async function settle(
  state: Repositories,
  campaign: string,
  found: WithoutLeads,
  revokedKeys: readonly string[],
  nowMs: number,
): Promise<Settlement> {
  const uses = await state.leadUses.ofCampaign(campaign, revokedKeys);
  const leads = uses
    .filter(({ lost, outcome: before }) => lost && before === null)
    .map(({ lead, member }) => ({ id: lead, source: member }));
  const by = {
    name: "intelligence",
    reason: `its origin says it no more, or permits less: ${leads.map(({ id }) => id).join(", ")}`,
  };
  const outcome = found.kind === "falls" ? "closed" : "stands";
  const { enforced, appeals } = await undo(state, campaign, found, by, nowMs);
  await state.leadUses.settle(campaign, outcome, revokedKeys, nowMs);
  return { campaign, outcome, leads, enforced, appeals };
}

async function undo(
  state: Repositories,
  campaign: string,
  found: WithoutLeads,
  by: Person,
  nowMs: number,
): Promise<Pick<Settlement, "enforced" | "appeals">> {
  if (found.kind === "falls") return retractCase(state, campaign, by, nowMs);
  if (found.drawn.length === 0) return { enforced: 0, appeals: [] };
  return retractMembers(state, campaign, new Set(found.drawn), by, nowMs);
}

/**
 * What the origins of the leads learn: that somebody had acted, and has undone it; or that he has found the same by himself. Null where
 * nothing had followed.
 */
export function remarkOn({ outcome, enforced }: Settlement): Remark | null {
  if (outcome === "stands") return "Seen here too, by own evidence.";
  return enforced === 0 ? null : "What was done here because of this is undone.";
}
