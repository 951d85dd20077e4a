import { betaBinomialLogRatio } from "../../math/special.ts";
import { clampLogE, outOf, percent } from "../family.ts";
import type { Finding } from "../family.ts";
import type { Observation } from "../observation/observation.ts";

/*
 * Extraction intent. What is asked teaches a model: reasoning traces, grades, new tasks, agent trajectories. It makes a
 * campaign extractive; it never makes it coordinated.
 *
 * Null: an ordinary account asks for such things in 2 % of its tasks, some in far more: Beta with mean 2 % and
 * concentration 4 per account. Alternative: Beta(3, 1.5), an account most of whose shared tasks do. Members independent.
 */

const honest = { alpha: 0.08, beta: 3.92 };
const harvest = { alpha: 3, beta: 1.5 };
/** An account counts as showing intent from this share of its shared tasks. */
export const intentShareMin = 0.3;

export interface IntentName {
  readonly id: string;
  readonly title: string;
  readonly capability: string;
}

export function judgeIntent(observation: Observation, intents: readonly IntentName[]): Finding {
  const members = observation.members;
  let logE = 0;
  let shown = 0;
  for (const member of members) {
    const tasks = member.harvestTasks[0] + member.harvestTasks[1];
    logE += betaBinomialLogRatio(member.intentTasks, tasks, harvest, honest) / Math.LN10;
    if (member.intentTasks >= intentShareMin * tasks) shown++;
  }
  logE = clampLogE(logE);
  const tasks = members.reduce((sum, member) => sum + member.harvestTasks[0] + member.harvestTasks[1], 0);
  const top = rankIntents(observation, intents).slice(0, 4);
  const share = members.reduce((sum, member) => sum + member.intentTasks, 0) / Math.max(tasks, 1);
  const evidence = [];
  if (top.length > 0 && logE >= 1)
    evidence.push({
      signal: "intent" as const,
      summary: `${outOf(shown, members.length)} accounts ask for training material in their shared tasks (${percent(share)} of them, 2 % expected): ${top.map((entry) => `${entry.intent.title.toLowerCase()} ${percent(entry.tasks / tasks)}`).join(", ")}`,
      strength: logE,
      accounts: shown,
      against: false,
    });
  if (logE <= -1)
    evidence.push({
      signal: "intent" as const,
      summary: `only ${percent(share)} of the shared tasks look like training material`,
      strength: -logE,
      accounts: members.length - shown,
      against: true,
    });
  return { family: "intent", logE, evidence };
}

/** Intents by the number of shared tasks that show them. */
export function rankIntents(observation: Observation, intents: readonly IntentName[]): { intent: IntentName; tasks: number }[] {
  return intents
    .map((intent, bit) => ({ intent, tasks: observation.members.reduce((sum, member) => sum + (member.intents[bit] ?? 0), 0) }))
    .filter((entry) => entry.tasks > 0)
    .sort((a, b) => b.tasks - a.tasks);
}
