import type { AccountScore, Campaign, Evidence, Explanation } from "../model/report.ts";
import type { Store } from "../store/engine.ts";
import { integer, sql } from "../store/sql.ts";
import { evidenceOf, memberAction, memberScore } from "./campaigns/campaign.ts";
import type { Verdict } from "./campaigns/verdict.ts";
import { isOfTraces } from "./candidates/candidate.ts";
import { tasksMin } from "./tasks/tasks.ts";

/** What an account of an examined but not convicted group can score at most: below every member of a campaign. */
const clearedScoreMax = 0.49;
const reasonsMax = 3;

/** What a detection comes to for single accounts. */
export interface AccountResults {
  /** Accounts for which an action is proposed. */
  readonly flagged: number;
  /** Accounts with too few tasks to be judged. */
  readonly insufficient: number;
  /** Accounts with a score above zero. */
  scores(): AsyncIterable<AccountScore>;
  /** Every account. */
  explanations(): AsyncIterable<Explanation>;
}

/** The verdicts of which accounts learn. */
interface Verdicts {
  /** As the report tells the convicted, in the same order. */
  readonly campaigns: readonly Campaign[];
  readonly convicted: readonly Verdict[];
  /** On groups of the log's own, and on those that leads drew attention to, before members joined. */
  readonly own: readonly Verdict[];
  readonly drawn: readonly Verdict[];
}

interface AccountResult {
  readonly status: "member" | "cleared";
  readonly candidate: string;
  readonly score: number;
  readonly action: AccountScore["action"];
  readonly evidence: readonly Evidence[];
}

interface AccountRow {
  readonly account: string;
  readonly exchanges: number;
  readonly tasks: number;
  readonly first_ms: number;
  readonly last_ms: number;
}

/** 0 for an account without a task. */
const withTasks = sql`
  detect_account LEFT JOIN (
    SELECT account_index, toUInt32(count()) AS tasks FROM detect_task GROUP BY account_index
  ) AS counted USING account_index`;

/** Where each account stands after the verdicts; those of whom none says anything are read from the store as they are asked for. */
export async function accountResults(store: Store, verdicts: Verdicts): Promise<AccountResults> {
  const results = resultsOf(verdicts);
  const [few] = await store.rows<{ accounts: number }>(sql`
    SELECT count() AS accounts FROM ${withTasks} WHERE tasks < ${integer(tasksMin)}`);
  return {
    flagged: [...results.values()].filter(({ action }) => action !== "observe").length,
    insufficient: few?.accounts ?? 0,
    async *scores() {
      for (const [account, result] of results) if (result.score > 0) yield scoreOf(account, result);
    },
    async *explanations() {
      const rows = store.stream<AccountRow>(sql`
        SELECT account, exchanges, tasks, toUnixTimestamp64Milli(first_seen) AS first_ms, toUnixTimestamp64Milli(last_seen) AS last_ms
        FROM ${withTasks} ORDER BY account`);
      for await (const row of rows) yield explanationOf(row, results.get(row.account));
    },
  };
}

function scoreOf(account: string, { status, candidate, score, action, evidence }: AccountResult): AccountScore {
  const reasons = evidence.filter((item) => !item.against).slice(0, reasonsMax);
  return {
    account,
    score,
    campaign: status === "member" ? candidate : null,
    action,
    reasons: reasons.map((item) => item.summary),
  };
}

function explanationOf(row: AccountRow, result: AccountResult | undefined): Explanation {
  return {
    account: row.account,
    exchanges: row.exchanges,
    first_seen: new Date(row.first_ms).toISOString(),
    last_seen: new Date(row.last_ms).toISOString(),
    status: result?.status ?? (row.tasks < tasksMin ? "insufficient-data" : "no-signal"),
    candidate: result?.candidate ?? null,
    score: result?.score ?? 0,
    action: result?.action ?? "observe",
    evidence: [...(result?.evidence ?? [])],
  };
}

function resultsOf({ campaigns, convicted, own, drawn }: Verdicts): Map<string, AccountResult> {
  const results = new Map<string, AccountResult>();
  // What the log itself says of an account comes after what a lead led to, and stands; and a campaign after both.
  for (const verdict of [...drawn, ...surestOfTracesLast(own)]) {
    const { coordinated, extractive, unauthorised } = verdict.verdicts;
    const result: AccountResult = {
      status: "cleared",
      candidate: `G${verdict.observation.candidate.id + 1}`,
      score: clearedScoreMax * Math.cbrt(coordinated * extractive * unauthorised),
      action: "observe",
      evidence: evidenceOf(verdict),
    };
    for (const { account } of verdict.observation.members) results.set(account, result);
  }
  for (const [i, verdict] of convicted.entries()) {
    const evidence = evidenceOf(verdict);
    for (const member of verdict.observation.members)
      results.set(member.account, {
        status: "member",
        candidate: campaigns[i]!.id,
        score: memberScore(verdict, member),
        action: memberAction(verdict, member),
        evidence,
      });
  }
  return results;
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
