import { isTurnOver, nextTurn } from "../../kit/turns.ts";
import type { Store } from "../../store/engine.ts";
import type { Candidate } from "../candidates/candidates.ts";
import { tellingIntents } from "../intent/intent.ts";
import { countChains, loadChainEnds, noChains } from "./chains.ts";
import { countFeatures } from "./features.ts";
import { countFillings } from "./fillings.ts";
import { Likeness, countHandovers } from "./handovers.ts";
import { loadShares, loadTasks } from "./harvest.ts";
import type { Share, Tasks } from "./harvest.ts";
import { loadSharedInfrastructure } from "./infrastructure-tokens.ts";
import { countMembers, loadAccounts } from "./members.ts";
import type { Observation } from "./observation.ts";
import { WordTallies } from "./portion.ts";
import { loadRefusals } from "./refusals.ts";
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
  const wordTallies = new WordTallies();
  // The longest answer first: while it is read here, the engine is at the others.
  const [tasks, refusals, chains, infrastructure, accounts] = await Promise.all([
    loadTasks(store),
    loadRefusals(store),
    loadChainEnds(store),
    loadSharedInfrastructure(store),
    loadAccounts(store),
  ]);
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
    const chained = await countChains(harvest, chains.get(candidate.id) ?? new Map());
    const whole = candidate.whole === true;
    const own = counted.map((member) => ({
      ...member,
      refused: refused?.get(member.index)?.refused ?? 0,
      resumed: refused?.get(member.index)?.resumed ?? 0,
      ...(chained.get(member.index) ?? noChains),
      ties: (refused?.get(member.index)?.ties ?? []).flatMap((index) => position.get(index) ?? []),
    }));
    return [
      {
        candidate,
        members: own,
        features: await countFeatures(harvest, position, topics),
        fillings: await countFillings(harvest, tasks, whole),
        tokens: (infrastructure.tokens.get(candidate.id) ?? []).flatMap((token) => {
          const holders = token.accounts_in.flatMap((index) => position.get(index) ?? []);
          return holders.length < 2
            ? []
            : [{ kind: token.kind, token: token.token, members: holders, accounts: token.accounts }];
        }),
        handovers: await countHandovers(harvest, { tasks, likeness, whole, organizationOf }),
        order: await orderOf(harvest, tasks, position),
        world: { accounts: infrastructure.accounts, holders: infrastructure.holders },
      },
    ];
  };
  const observations: Observation[] = [];
  for (const candidate of candidates) observations.push(...(await observationsOf(candidate)));
  return observations;
}

/** The member of each task in the order in which they began, as their indices are. */
async function orderOf(
  shares: readonly Share[],
  { account }: Tasks,
  position: ReadonlyMap<number, number>,
): Promise<number[]> {
  if (isTurnOver()) await nextTurn();
  const tasks = Uint32Array.from(shares.flatMap(({ portion }) => portion.tasks)).sort();
  return Array.from(tasks.subarray(0, orderTasksMax), (task) => position.get(account[task]!)!);
}
