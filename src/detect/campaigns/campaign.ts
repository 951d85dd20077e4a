import type { Store } from "../../store/engine.ts";
import { FAMILIES } from "../../model/report.ts";
import type { Action, Campaign, Evidence } from "../../model/report.ts";
import type { Profile } from "../candidates/profile.ts";
import { rankIntents } from "../intent/intent.ts";
import type { IntentName } from "../intent/intent.ts";
import { harvestOf, inCommon, totalOf } from "../observation/observation.ts";
import type { Member, Observation } from "../observation/observation.ts";
import { linksOf } from "./links.ts";
import { timelineOf } from "./timeline.ts";
import { without } from "./verdict.ts";
import type { Verdict } from "./verdict.ts";

/** A capability is named from this share of the shared tasks. */
const capabilityShareMin = 0.05;

/** A convicted verdict as the report tells it. */
export async function describeCampaign(
  store: Store,
  verdict: Verdict,
  context: { id: string; profiles: ReadonlyMap<number, Profile>; intents: readonly IntentName[] },
): Promise<Campaign> {
  const { observation } = verdict;
  const timeline = await timelineOf(store, observation.candidate.accounts);
  const members = [...observation.members].sort(
    (a, b) => b.harvestExchanges - a.harvestExchanges || (a.account < b.account ? -1 : 1),
  );
  return {
    id: context.id,
    accounts: members.map((member) => member.account),
    exchanges: timeline.exchanges,
    first_seen: new Date(timeline.firstMs).toISOString(),
    last_seen: new Date(timeline.lastMs).toISOString(),
    confidence: verdict.confidence,
    verdicts: verdict.verdicts,
    capabilities: capabilitiesOf(observation, context.intents),
    evidence: evidenceOf(verdict),
    without: FAMILIES.filter((family) => verdict.findings.some((finding) => finding.family === family)).map(
      (family) => ({
        family,
        ...without(verdict, family),
      }),
    ),
    resembles: lookAlike(verdict),
    timeline: timeline.days,
    hours: timeline.hours,
    loads: members.map((member) => ({
      account: member.account,
      exchanges: member.exchanges,
      harvest: member.harvestExchanges,
    })),
    links: await linksOf(observation, context.profiles),
    ...(observation.candidate.leads === undefined ? {} : { leads: [...observation.candidate.leads] }),
  };
}

/** Everything the families found, what speaks for the accounts included. */
export function evidenceOf(verdict: Verdict): Evidence[] {
  const identity: Evidence = {
    signal: "infrastructure",
    summary: verdict.authorisation.summary,
    // Who the accounts say they are is not weighed against a null.
    strength: 0,
    accounts: verdict.observation.members.length,
    against: verdict.authorisation.against,
  };
  return [...verdict.findings.flatMap((finding) => finding.evidence), identity].sort((a, b) => b.strength - a.strength);
}

function capabilitiesOf(observation: Observation, intents: readonly IntentName[]): string[] {
  const tasks = totalOf(observation.members, ({ lookedTasks }) => lookedTasks);
  const named = rankIntents(observation, intents).filter((entry) => entry.tasks >= capabilityShareMin * tasks);
  return [...new Set(named.map((entry) => entry.intent.capability))];
}

/** The honest kind of customer that a group like this is most easily taken for. */
function lookAlike(verdict: Verdict): Campaign["resembles"] {
  const { observation, authorisation } = verdict;
  if (inCommon(observation.fillings) > 0.1 * observation.fillings.items)
    return {
      kind: "evaluators of one benchmark",
      difference: "evaluators ask the same items; most items here stand at one account only",
    };
  if (
    observation.tokens.some(
      (token) => token.kind === "organization" && token.members.length >= observation.members.length / 2,
    )
  )
    return {
      kind: "an organisation with several accounts",
      difference: "an organisation declares such use; nothing was declared here",
    };
  if (observation.members.length >= 50)
    return {
      kind: "users of one open-source client",
      difference: "users of a client share its prompt, but not their loads, topics and parameters",
    };
  return {
    kind: "a customer who generates synthetic data",
    difference: authorisation.against
      ? "such a customer declares it"
      : "such a customer works under one name and declares it; here the accounts claim to be strangers",
  };
}

/** How suspect one member is, 0.5 to 1: the campaign's confidence, weighed by how much of its traffic belongs to the work. */
export function memberScore(verdict: Verdict, member: Member): number {
  const share = Math.min(1, member.harvestExchanges / Math.max(member.exchanges, 1));
  return 0.5 + 0.5 * verdict.confidence * (0.7 + 0.3 * share);
}

/** Below this an account has shown too little for more than a question. */
const tasksForThrottleMin = 5;

/**
 * The least action that meets the case. A scan never recommends to block: that is for a person who has read the evidence.
 */
export function memberAction(verdict: Verdict, member: Member): Action {
  if (verdict.confidence < 0.7 || harvestOf(member) < tasksForThrottleMin) return "challenge";
  return verdict.confidence < 0.9 ? "throttle" : "degrade";
}
