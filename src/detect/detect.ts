import type { Random } from "../kit/random.ts";
import { mapInTurns } from "../kit/turns.ts";
import type { Campaign, CoordinatedGroup } from "../model/report.ts";
import type { Store } from "../store/engine.ts";
import { accountResults } from "./account-results.ts";
import type { AccountResults } from "./account-results.ts";
import { describeCampaign } from "./campaigns/campaign.ts";
import { coordinatedGroups } from "./campaigns/coordinated.ts";
import { gatherMembers, isGroup, leftBy } from "./campaigns/membership.ts";
import { Hearing, convictedCoreOf, settle, takePossible } from "./campaigns/settle.ts";
import { strongestFirst } from "./campaigns/strongest-first.ts";
import { barFor, falseCampaignRate, judge, ownBars } from "./campaigns/verdict.ts";
import type { Verdict } from "./campaigns/verdict.ts";
import { formCandidates } from "./candidates/candidates.ts";
import { shareHabits } from "./candidates/habits.ts";
import { profiles } from "./candidates/profile.ts";
import { shareResumptions } from "./candidates/resumptions.ts";
import { screen, tellingTokens } from "./candidates/screen.ts";
import type { SharedTokens } from "./candidates/shared-tokens.ts";
import { shareTokens } from "./candidates/tokens.ts";
import { shareTraces } from "./candidates/traces.ts";
import type { Traces } from "./candidates/traces.ts";
import { examineWithCores } from "./examine.ts";
import { tellingIntents } from "./intent/intent.ts";
import type { IntentName } from "./intent/intent.ts";
import { examineLeads } from "./leads/examine-leads.ts";
import type { Leads } from "./leads/lead.ts";
import { buildInfrastructure } from "./observation/infrastructure-tokens.ts";
import { Observer } from "./observation/observe.ts";
import { buildRefusals } from "./refusals.ts";
import { buildWords } from "./words.ts";
import { buildTasks } from "./tasks/tasks.ts";

export type Stage = "tasks" | "candidates" | "evidence" | "members" | "report";

export interface DetectOptions {
  readonly random: Random;
  /** Intents by bit of the exchange's intent mask. */
  readonly intents: readonly IntentName[];
  /** Bound on the share of false campaigns among those found: one in a hundred, or less for who looks again and again. */
  readonly falseCampaignRate?: number;
  /** Accounts whose appeals were upheld, from whom is learnt what is ordinary. */
  readonly cleared?: ReadonlySet<string>;
  /** What other providers told of. It changes nothing for those to whom it draws no attention. */
  readonly leads?: Leads | null;
  onStage?(stage: Stage): void;
}

export interface Detection extends AccountResults {
  /** Convicted ones, most confident first. */
  readonly campaigns: readonly Campaign[];
  /** The verdict behind each of them, in the same order. */
  readonly convicted: readonly Verdict[];
  /** Every group that was examined, as it was judged before members joined. */
  readonly candidates: readonly Verdict[];
  /** Groups that one hand runs but that are not extractive or not unauthorised. */
  readonly coordinated: readonly CoordinatedGroup[];
}

/**
 * Finds the campaigns in the exchanges that the store holds: form candidates on one half of the tasks, judge them on the
 * other, let members join, describe what stands.
 */
export async function detect(store: Store, options: DetectOptions): Promise<Detection> {
  const stage = (name: Stage): void => options.onStage?.(name);
  stage("tasks");
  const withoutText = await buildTasks(store);
  const templates = await shareTokens(store);
  const telling = tellingIntents(options.intents);
  const tellingLines = await tellingTokens(store, telling);
  stage("candidates");
  const { habits, resumptions, traces } = shareOthers(store, withoutText);
  const shared = { templates, telling: tellingLines, habits, resumptions, traces };
  // Where the engine fails before its answers are waited for, that ends the detection, too.
  const [formed] = await Promise.all([formCandidates(shared, options.random), traces]);
  const candidates = await screen(store, formed, telling);
  stage("evidence");
  const observer = new Observer(store, options.intents);
  const { intents, cleared = new Set(), leads = null, falseCampaignRate: rate = falseCampaignRate } = options;
  const { cases, nulls } = await examineWithCores(observer, candidates, { intents, cleared });
  const bars = ownBars(cases, rate);
  const own = await mapInTurns(cases, (examined) => judge(examined, barFor(bars, examined.observation.candidate)));
  const firstId = Math.max(-1, ...own.map(({ observation }) => observation.candidate.id)) + 1;
  const drawn = await examineLeads(store, leads, { observer, intents, nulls, rate, firstId });
  stage("members");
  const byAccount = await profiles(templates);
  const ranked = [...strongestFirst(own), ...strongestFirst(drawn.verdicts)];
  const strongest = (await mapInTurns(ranked, (verdict) => convictedCoreOf(verdict, nulls))).filter(isGroup);
  const { refusals } = await observer.readWorld();
  const ways = { templates: byAccount, habits: await profiles(await habits), ties: refusals.handovers };
  const hearing = new Hearing(observer, { intents, nulls, bars: { ...bars, bySource: drawn.bars } });
  hearing.remember([...own, ...drawn.verdicts]);
  const settled = await settle(hearing, await gatherMembers(strongest, ways));
  const found = await takePossible(hearing, settled, byAccount);
  // A campaign that does much the same as a stronger one is taken for a part of it, and let go from it: it may stand by itself.
  const held = found.flatMap(({ observation }) => observation.candidate.accounts);
  const apart = leftBy(held, strongest).map((core) => ({ grown: core, core }));
  const convicted = [...found, ...(await settle(hearing, apart))].sort(surestFirst);
  stage("report");
  const context = { profiles: byAccount, intents };
  const campaigns: Campaign[] = [];
  for (const [i, verdict] of convicted.entries())
    campaigns.push(await describeCampaign(store, verdict, { ...context, id: `C${i + 1}` }));
  return {
    campaigns,
    convicted,
    candidates: [...own, ...drawn.verdicts],
    coordinated: coordinatedGroups(own, convicted),
    ...(await accountResults(store, { campaigns, convicted, own, drawn: drawn.verdicts })),
  };
}

/** What the engine is at while groups are formed here of what it has found before. */
function shareOthers(
  store: Store,
  withoutText: boolean,
): {
  habits: Promise<SharedTokens>;
  resumptions: Promise<SharedTokens>;
  traces: Promise<Traces>;
} {
  const habits = buildWords(store).then(() => shareHabits(store));
  const resumptions = habits.then(() => buildRefusals(store)).then(() => shareResumptions(store));
  const infrastructure = resumptions.then(() => buildInfrastructure(store));
  const traces = infrastructure.then(() => shareTraces(store, withoutText));
  return { habits, resumptions, traces };
}

const surestFirst = (a: Verdict, b: Verdict): number =>
  b.confidence - a.confidence || b.observation.members.length - a.observation.members.length;
