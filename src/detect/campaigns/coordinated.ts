import type { CoordinatedGroup } from "../../model/report.ts";
import { totalOf } from "../observation/observation.ts";
import type { Member, Observation } from "../observation/observation.ts";
import { formingKinds } from "../candidates/traces.ts";
import { evidenceOf } from "./campaign.ts";
import { isTied } from "./tied.ts";
import type { Verdict } from "./verdict.ts";

// Limits.
/** Groups that are told, the surest first. */
const groupsMax = 50;
/** Of nested or overlapping groups the surest is told: another has less than this share of its accounts in those before it. */
const overlapMax = 0.5;
/** So many members who are tied are the hand, and the others are left out. */
const tiedMin = 3;
/** And this share of all: a household in a firm is not its hand. */
const tiedShareMin = 0.1;

/**
 * The groups that one hand runs, as far as can be seen, and that nothing is to be done about: gateways, resale relays, firms
 * with several accounts. They stand in the report because a reader should know that they were seen, and why they were let go.
 */
export function coordinatedGroups(verdicts: readonly Verdict[], campaigns: readonly Verdict[]): CoordinatedGroup[] {
  const told = new Set(campaigns.flatMap(({ observation }) => observation.members.map((member) => member.account)));
  const groups: CoordinatedGroup[] = [];
  for (const verdict of verdicts.toSorted((a, b) => b.logE - a.logE)) {
    if (!verdict.coordinated || verdict.convicted || groups.length >= groupsMax) continue;
    const members = oneHand(verdict.observation);
    const accounts = members.map((member) => member.account);
    if (accounts.filter((account) => told.has(account)).length >= overlapMax * accounts.length) continue;
    for (const account of accounts) told.add(account);
    groups.push({
      id: `G${verdict.observation.candidate.id + 1}`,
      accounts,
      exchanges: totalOf(members, ({ harvestExchanges }) => harvestExchanges),
      verdicts: verdict.verdicts,
      evidence: evidenceOf(verdict),
    });
  }
  return groups;
}

/**
 * Where resumed requests or rare traces tie some of the members, those that nothing ties are left out: users of a client that a
 * relay uses too are not the relay.
 */
function oneHand(observation: Observation): readonly Member[] {
  // Without text nobody knows what is resumed: whom traces have brought together they tie, one to the next.
  if (observation.sequels !== null) return observation.members;
  const forming = formingKinds(observation.candidate.source);
  const others = { ...observation, tokens: observation.tokens.filter(({ kind }) => !forming.includes(kind)) };
  const tied = observation.members.filter((_, i) => isTied(others, i, new Set()));
  return tied.length >= Math.max(tiedMin, tiedShareMin * observation.members.length) ? tied : observation.members;
}
