import { assertNever } from "../../kit/assert.ts";
import type { Campaign, Evidence, Explanation, Report } from "../../model/report.ts";
import {
  actionWords,
  count,
  counted,
  day,
  familyWords,
  likelihood,
  listed,
  percent,
  VERDICTS,
  verdictWords,
} from "../report/words.ts";

/** What there is to say about one account, in sentences. `--json` prints it as it is. */
export interface AccountCase {
  readonly account: string;
  readonly status: Explanation["status"];
  readonly exchanges: number;
  readonly first_seen: string;
  readonly last_seen: string;
  readonly score: number;
  readonly action: Explanation["action"];
  /** The campaign that it is in; `null` where it is in none. */
  readonly campaign: string | null;
  /** The verdict on the account, first sentence first. */
  readonly finding: readonly string[];
  readonly evidence: readonly Evidence[];
  /** What would have to be different for the finding to be another. */
  readonly otherwise: readonly string[];
  /** What an innocent owner can do. */
  readonly owner: readonly string[];
}

export function accountCase(explanation: Explanation, report: Report): AccountCase {
  const campaign =
    explanation.status === "member" ? (report.campaigns.find(({ id }) => id === explanation.candidate) ?? null) : null;
  const { account, status, exchanges, first_seen, last_seen, score, action } = explanation;
  return {
    account,
    status,
    exchanges,
    first_seen,
    last_seen,
    score,
    action,
    campaign: status === "member" ? explanation.candidate : null,
    finding: finding(explanation, campaign, report),
    evidence: [...explanation.evidence].sort((a, b) => b.strength - a.strength),
    otherwise: [...otherwise(explanation, campaign, report), ...unexamined(report)],
    owner: owner(explanation, campaign),
  };
}

function finding(
  { status, exchanges, first_seen, last_seen, candidate, action }: Explanation,
  campaign: Campaign | null,
  report: Report,
): string[] {
  const traffic = `It made ${counted(exchanges, "exchange")} between ${day(first_seen)} and ${day(last_seen)}.`;
  switch (status) {
    case "member": {
      if (campaign === null) return [`It is counted as part of campaign ${candidate}.`, traffic, actionWords(action)];
      const verdicts = VERDICTS.map((verdict) => {
        const probability = campaign.verdicts[verdict];
        return `${verdictWords(verdict).name.toLowerCase()} ${likelihood(probability)} (${percent(probability)})`;
      });
      return [
        `It is counted as one of the ${count(campaign.accounts.length)} accounts of campaign ${campaign.id}, with a confidence of ${percent(campaign.confidence)}.`,
        `The verdicts on the campaign: ${listed(verdicts)}.`,
        traffic,
        actionWords(action),
      ];
    }
    case "cleared":
      return [
        isLetGo(candidate, report)
          ? `It is in no campaign. It stands in a group that one hand runs, as far as can be seen (${candidate}), and that is let go.`
          : `It is in no campaign. It stands in a group that was examined (${candidate ?? "unnamed"}), and the evidence did not hold.`,
        traffic,
        actionWords(action),
      ];
    case "no-signal":
      return ["It is in no campaign, and nothing ties it to other accounts.", traffic, actionWords(action)];
    case "insufficient-data":
      return [
        "There is too little traffic to judge it: this is neither a suspicion nor a clearance.",
        traffic,
        actionWords(action),
      ];
    default:
      return assertNever(status, "status");
  }
}

/** Whether it stands in a group that one hand runs, as far as can be seen, and that is no campaign. */
const isLetGo = (candidate: string | null, { coordinated }: Report): boolean =>
  coordinated.some(({ id }) => id === candidate);

function otherwise({ status, candidate, evidence }: Explanation, campaign: Campaign | null, report: Report): string[] {
  const { bound } = report;
  const required = counted(bound.families_required, "independent family", "independent families");
  const speaking = new Set(
    evidence
      .filter(({ against, strength }) => !against && strength > 0)
      .map(({ signal }) => familyWords(signal).name.toLowerCase()),
  );
  switch (status) {
    case "member": {
      if (campaign === null || campaign.without.length === 0)
        return [`A campaign needs ${required} of evidence; with fewer it would not be one.`];
      const fatal = campaign.without.filter(({ convicted }) => !convicted);
      if (fatal.length === 0)
        return [
          "The campaign stands without any one family of evidence: at least two of them would have to have an innocent cause.",
        ];
      return fatal.map(
        ({ family, confidence }) =>
          `Without the evidence of ${familyWords(family).name.toLowerCase()} the confidence would be ${percent(confidence)}, and it would not be a campaign.`,
      );
    }
    case "cleared":
      if (isLetGo(candidate, report))
        return ["What the accounts ask would have to be seen to be a harvest, and to go against what was declared."];
      return [
        speaking.size === 0
          ? `A campaign needs ${required} of evidence; none speaks for one here.`
          : `A campaign needs ${required} of evidence that together meet the bar, one of them about the work itself, and none strongly against it. What ${listed([...speaking])} ${speaking.size === 1 ? "says" : "say"} for one here does not come to that.`,
      ];
    case "no-signal":
      return [`It would have to stand out together with other accounts in ${required} of evidence.`];
    case "insufficient-data":
      return ["It would have to make more exchanges before anything could be said of it."];
    default:
      return assertNever(status, "status");
  }
}

function unexamined({ missing }: Report): string[] {
  return missing.map(({ family, reason }) => `${familyWords(family).name} was not examined: ${reason}`);
}

function owner({ status, action }: Explanation, campaign: Campaign | null): string[] {
  if (status !== "member" && action === "observe") return ["Nothing needs to be done."];
  const lookalike =
    campaign === null
      ? []
      : [
          `Show the ordinary cause of what the accounts share. The honest group most like them is: ${campaign.resembles.kind}. What tells them apart: ${campaign.resembles.difference}`,
        ];
  return [
    "Tell the provider what the traffic is for: a use agreed on (evaluation, synthetic data, resale, research) counts against the verdict “unauthorised”.",
    ...lookalike,
    "If the traffic is not yours, replace the account's keys: someone else may be using them.",
    "Ask for a review: every action can be undone, and an upheld appeal undoes it.",
  ];
}
