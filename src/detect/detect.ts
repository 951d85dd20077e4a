import type { Random } from "../kit/random.ts";
import { mapInTurns } from "../kit/turns.ts";
import type { AccountScore, Campaign, CoordinatedGroup, Evidence, Explanation } from "../model/report.ts";
import { integer, sql } from "../store/sql.ts";
import type { Store } from "../store/engine.ts";
import { describeCampaign, evidenceOf, memberAction, memberScore } from "./campaigns/campaign.ts";
import { coordinatedGroups } from "./campaigns/coordinated.ts";
import { gatherMembers, isGroup, leftBy } from "./campaigns/membership.ts";
import { Hearing, coreOf, settle, takePossible } from "./campaigns/settle.ts";
import { strongestFirst } from "./campaigns/strongest-first.ts";
import { barFor, falseCampaignRate, judge, ownBars } from "./campaigns/verdict.ts";
import type { Verdict } from "./campaigns/verdict.ts";
import { isOfTraces } from "./candidates/candidate.ts";
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
import { buildTasks, tasksMin } from "./tasks/tasks.ts";

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

export interface Detection {
  /** Convicted ones, most confident first. */
  readonly campaigns: readonly Campaign[];
  /** The verdict behind each of them, in the same order. */
  readonly convicted: readonly Verdict[];
  /** Every group that was examined, as it was judged before members joined. */
  readonly candidates: readonly Verdict[];
  /** Groups that one hand runs but that are not extractive or not unauthorised. */
  readonly coordinated: readonly CoordinatedGroup[];
  readonly flagged: number;
  readonly insufficient: number;
  /** Accounts with a score above zero. */
  scores(): AsyncIterable<AccountScore>;
  /** Every account. */
  explanations(): AsyncIterable<Explanation>;
}

/** What an account of an examined but not convicted group can score at most: below every member of a campaign. */
const clearedScoreMax = 0.49;
const reasonsMax = 3;

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
  const strongest = (await mapInTurns(ranked, (verdict) => coreOf(verdict, nulls))).filter(isGroup);
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
  return summarise(store, campaigns, convicted, { own, drawn: drawn.verdicts });
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

interface Standing {
  readonly status: "member" | "cleared";
  readonly candidate: string;
  readonly score: number;
  readonly action: AccountScore["action"];
  readonly evidence: readonly Evidence[];
}

async function summarise(
  store: Store,
  campaigns: readonly Campaign[],
  convicted: readonly Verdict[],
  { own, drawn }: { own: readonly Verdict[]; drawn: readonly Verdict[] },
): Promise<Detection> {
  // What the log itself says of an account comes after what a lead led to, and stands.
  const standings = standingsOf(campaigns, convicted, [...drawn, ...surestOfTracesLast(own)]);
  const rows = () =>
    store.stream<{ account: string; exchanges: number; tasks: number; first_ms: number; last_ms: number }>(sql`
      SELECT account, exchanges, tasks, toUnixTimestamp64Milli(first_seen) AS first_ms, toUnixTimestamp64Milli(last_seen) AS last_ms
      FROM detect_account LEFT JOIN (
        SELECT account_index, toUInt32(count()) AS tasks FROM detect_task GROUP BY account_index
      ) AS counted USING account_index
      ORDER BY account`);
  const [few] = await store.rows<{ accounts: number }>(sql`
    SELECT count() AS accounts FROM detect_account LEFT JOIN (
      SELECT account_index, count() AS tasks FROM detect_task GROUP BY account_index
    ) AS counted USING account_index
    WHERE tasks < ${integer(tasksMin)}`);
  return {
    campaigns,
    convicted,
    candidates: [...own, ...drawn],
    coordinated: coordinatedGroups(own, convicted),
    flagged: [...standings.values()].filter((standing) => standing.action !== "observe").length,
    insufficient: few?.accounts ?? 0,
    async *scores() {
      for (const [account, standing] of standings) {
        if (standing.score <= 0) continue;
        yield {
          account,
          score: standing.score,
          campaign: standing.status === "member" ? standing.candidate : null,
          action: standing.action,
          reasons: standing.evidence
            .filter((item) => !item.against)
            .slice(0, reasonsMax)
            .map((item) => item.summary),
        };
      }
    },
    async *explanations() {
      for await (const row of rows()) {
        const standing = standings.get(row.account);
        yield {
          account: row.account,
          exchanges: row.exchanges,
          first_seen: new Date(row.first_ms).toISOString(),
          last_seen: new Date(row.last_ms).toISOString(),
          status: standing?.status ?? (row.tasks < tasksMin ? "insufficient-data" : "no-signal"),
          candidate: standing?.candidate ?? null,
          score: standing?.score ?? 0,
          action: standing?.action ?? "observe",
          evidence: [...(standing?.evidence ?? [])],
        };
      }
    },
  };
}

/**
 * Groups of traces lie within each other: of their accounts is said what is said of the surest, as the report tells them; and those that one hand
 * does not run have no say where others have.
 */
function surestOfTracesLast(own: readonly Verdict[]): Verdict[] {
  const ofTraces = own
    .filter(({ observation }) => isOfTraces(observation.candidate.source))
    .toSorted((a, b) => b.logE - a.logE)
    .toReversed();
  return [
    ...ofTraces.filter(({ coordinated }) => !coordinated),
    ...own.filter(({ observation }) => !isOfTraces(observation.candidate.source)),
    ...ofTraces.filter(({ coordinated }) => coordinated),
  ];
}

function standingsOf(
  campaigns: readonly Campaign[],
  convicted: readonly Verdict[],
  first: readonly Verdict[],
): Map<string, Standing> {
  const standings = new Map<string, Standing>();
  for (const verdict of first) {
    const { coordinated, extractive, unauthorised } = verdict.verdicts;
    const score = clearedScoreMax * Math.cbrt(coordinated * extractive * unauthorised);
    const evidence = evidenceOf(verdict);
    for (const member of verdict.observation.members)
      standings.set(member.account, {
        status: "cleared",
        candidate: `G${verdict.observation.candidate.id + 1}`,
        score,
        action: "observe",
        evidence,
      });
  }
  convicted.forEach((verdict, i) => {
    const evidence = evidenceOf(verdict);
    for (const member of verdict.observation.members)
      standings.set(member.account, {
        status: "member",
        candidate: campaigns[i]!.id,
        score: memberScore(verdict, member),
        action: memberAction(verdict, member),
        evidence,
      });
  });
  return standings;
}
