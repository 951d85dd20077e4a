import type { Family } from "../../model/report.ts";
import { evidenceOf, memberScore } from "../campaigns/campaign.ts";
import type { Verdict } from "../campaigns/verdict.ts";
import type { Detection } from "../detect.ts";
import { isRestricted } from "../leads/candidates.ts";
import type { Leads } from "../leads/lead.ts";
import { harvestOf } from "../observation/observation.ts";
import type { Member } from "../observation/observation.ts";
import type { FoundCampaign, LiveMember } from "./live-campaign.ts";

/**
 * The campaigns of one look, as the watch remembers them.
 *
 * @param tasks all tasks in the window, by account @param leads those that the look was made with
 */
export function foundIn(
  detection: Detection,
  tasks: ReadonlyMap<string, number>,
  leads: Leads | null,
): FoundCampaign[] {
  return detection.convicted.map((verdict, i) => {
    const { candidate, members } = verdict.observation;
    const { leads: drawnBy = [] } = candidate;
    return {
      case: {
        confidence: verdict.confidence,
        verdicts: verdict.verdicts,
        families: familiesOf(verdict),
        capabilities: detection.campaigns[i]?.capabilities ?? [],
        evidence: evidenceOf(verdict),
        leads: drawnBy,
        restricted: isRestricted(candidate, leads),
      },
      members: new Map(
        members.map((member) => [
          member.account,
          memberFound(member, {
            tasks: tasks.get(member.account) ?? member.tasks,
            alone: drawnBy.length === 0,
            score: memberScore(verdict, member),
          }),
        ]),
      ),
    };
  });
}

function memberFound(
  member: Member,
  { tasks, alone, score }: Pick<LiveMember, "tasks" | "alone" | "score">,
): LiveMember {
  const harvest = harvestOf(member);
  return {
    joined: "convicted",
    alone,
    looks: 1,
    missed: 0,
    tasks,
    harvest: { tasks: harvest, share: Math.min(1, harvest / Math.max(tasks, 1)) },
    score,
    seenMs: null,
    own: null,
  };
}

function familiesOf({ findings }: Verdict): Partial<Record<Family, number>> {
  return Object.fromEntries(findings.map(({ family, logE }) => [family, logE]));
}
