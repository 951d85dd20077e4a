import { integer, sql } from "../../store/sql.ts";
import type { Store } from "../../store/engine.ts";
import type { Candidate } from "../candidates/candidates.ts";
import { tellingIntents } from "../intent/intent.ts";
import { loadChains } from "./chains.ts";
import { countFeatures } from "./features.ts";
import { Likeness, countHandovers, loadRefusedTasks } from "./handovers.ts";
import { loadShares, loadTasks } from "./harvest.ts";
import { loadSharedInfrastructure } from "./infrastructure-tokens.ts";
import { countMembers, loadAccounts } from "./members.ts";
import type { Observation } from "./observation.ts";
import { WordTallies } from "./portion.ts";
import { loadRefusals } from "./refusals.ts";
import { isJudged } from "./signature.ts";
import { TopicCounter } from "./topics.ts";

/** A rotation shows in its first so many tasks or not at all. */
const orderTasksMax = 4000;

/** Reads from the engine what the families judge, one query a subject for all candidates together. */
export async function observe(
  store: Store,
  candidates: readonly Candidate[],
  intents: readonly { readonly ordinary: boolean }[],
): Promise<Observation[]> {
  const telling = tellingIntents(intents);
  const refusals = await loadRefusals(store);
  const chains = await loadChains(store);
  const fillings = await loadFillings(store);
  const infrastructure = await loadSharedInfrastructure(store);
  const orders = await loadOrders(store);
  const refusedTasks = await loadRefusedTasks(store);
  const accounts = await loadAccounts(store);
  const tasks = await loadTasks(store);
  const wordTallies = new WordTallies();
  const harvests = await loadShares(store, { tasks, wordTallies, telling });
  const topics = new TopicCounter(wordTallies);
  const likeness = new Likeness(tasks);
  const organizationOf = (account: number): string => accounts.get(account)?.facts?.organization ?? "";
  const observationsOf = async (candidate: Candidate): Promise<Observation[]> => {
    // A member without a task that carries the signature has nothing to be judged on.
    const harvest = harvests.get(candidate.id) ?? [];
    if (harvest.length === 0) return [];
    const counted = await countMembers(harvest, accounts);
    const position = new Map(counted.map((member, i) => [member.index, i]));
    const refused = refusals.get(candidate.id);
    const chained = chains.get(candidate.id);
    const own = counted.map((member) => ({
      ...member,
      refused: refused?.get(member.index)?.refused ?? 0,
      resumed: refused?.get(member.index)?.resumed ?? 0,
      answeredTasks: chained?.get(member.index)?.recognised ?? 0,
      chainedTasks: chained?.get(member.index)?.chained ?? 0,
      crossedTasks: chained?.get(member.index)?.crossed ?? 0,
      ties: (refused?.get(member.index)?.ties ?? []).flatMap((index) => position.get(index) ?? []),
    }));
    return [
      {
        candidate,
        members: own,
        features: await countFeatures(harvest, position, topics),
        fillings: fillings.get(candidate.id) ?? { items: 0, shared: 0 },
        tokens: (infrastructure.tokens.get(candidate.id) ?? []).flatMap((token) => {
          const holders = token.accounts_in.flatMap((index) => position.get(index) ?? []);
          return holders.length < 2
            ? []
            : [{ kind: token.kind, token: token.token, members: holders, accounts: token.accounts }];
        }),
        handovers: await countHandovers(harvest, {
          tasks,
          likeness,
          refused: refusedTasks.get(candidate.id) ?? [],
          whole: candidate.whole === true,
          organizationOf,
        }),
        order: (orders.get(candidate.id) ?? []).flatMap((index) => position.get(index) ?? []),
        world: { accounts: infrastructure.accounts, holders: infrastructure.holders },
      },
    ];
  };
  const observations: Observation[] = [];
  for (const candidate of candidates) observations.push(...(await observationsOf(candidate)));
  return observations;
}

/** An item that was refused at one member and answered at another was dealt to one only. */
async function loadFillings(store: Store): Promise<Map<number, Observation["fillings"]>> {
  const rows = await store.rows<{ candidate: number; items: number; share: number }>(sql`
    SELECT candidate, toUInt32(sum(own)) AS items, avg(toDecimal64(shared / own, 12)) AS share
    FROM (
      SELECT candidate, account_index, count() AS own, countIf(accounts > 1) AS shared
      FROM (
        SELECT candidate, arrayJoin(holders) AS account_index, length(holders) AS accounts
        FROM (
          SELECT candidate, root, groupUniqArray(account_index) AS holders FROM detect_harvest AS harvest
          WHERE ${isJudged} AND (harvest.account_index, task) NOT IN (SELECT account_index, task FROM detect_refused)
          GROUP BY candidate, root
        )
      )
      GROUP BY candidate, account_index
    )
    GROUP BY candidate`);
  return new Map(rows.map(({ candidate, items, share }) => [candidate, { items, shared: Math.round(items * share) }]));
}

async function loadOrders(store: Store): Promise<Map<number, readonly number[]>> {
  const rows = await store.rows<{ candidate: number; accounts: readonly number[] }>(sql`
    SELECT candidate, arrayMap(start -> start.3, arraySort(groupArray((started, task, account_index)))) AS accounts
    FROM (
      SELECT candidate, started, task, account_index FROM detect_harvest
      ORDER BY candidate, started, task LIMIT ${integer(orderTasksMax)} BY candidate
    )
    GROUP BY candidate`);
  return new Map(rows.map((row) => [row.candidate, row.accounts]));
}
