import { isTurnOver, nextTurn } from "../../kit/turns.ts";
import type { Store } from "../../store/engine.ts";
import { sql } from "../../store/sql.ts";
import { isOfTraces } from "../candidates/candidate.ts";
import type { Candidate } from "../candidates/candidate.ts";
import { buildChains } from "../chains.ts";
import { tellingIntents } from "../intent/intent.ts";
import { loadBesides } from "./besides.ts";
import { countChains, loadChains, noChains } from "./chains.ts";
import type { Chains } from "./chains.ts";
import { isWithoutText } from "../tasks/visits.ts";
import { countFeatures } from "./features.ts";
import { FillingCounter } from "./fillings.ts";
import { countHandovers } from "./handovers.ts";
import { loadShares } from "./harvest.ts";
import type { Share } from "./harvest.ts";
import { loadInfrastructure, tokensAmong } from "./infrastructure-tokens.ts";
import type { Infrastructure } from "./infrastructure-tokens.ts";
import { countMembers, loadAccounts } from "./members.ts";
import type { KnownAccount } from "./members.ts";
import { countSequels, loadMoments } from "./moments.ts";
import type { Moments } from "./moments.ts";
import type { Observation, Span } from "./observation.ts";
import { WordTallies } from "./portion.ts";
import { handedOverAmong, loadRefusals, refusalsAmong } from "./refusals.ts";
import type { Refusals } from "./refusals.ts";
import { writeHarvest } from "./signature.ts";
import { TaskReader } from "./tasks.ts";
import type { Tasks } from "./tasks.ts";
import { TopicCounter } from "./topics.ts";

/** A rotation shows in its first so many tasks or not at all. */
const orderTasksMax = 4000;

/** What is the same for all candidates. */
interface World {
  readonly refusals: Refusals;
  readonly chains: Chains;
  readonly infrastructure: Infrastructure;
  readonly withoutText: boolean;
  /** Share of all tasks in which somebody replied to an answer. */
  readonly answeredBack: number;
}

interface Context {
  readonly tasks: Tasks;
  readonly world: World;
  readonly topics: TopicCounter;
  readonly fillings: FillingCounter;
}

/**
 * Reads from the engine what the families judge, one query a subject for all candidates together. One for a detection, which looks at
 * candidates in rounds, and at much the same accounts in each: what was read stays.
 */
export class Observer {
  readonly #store: Store;
  readonly #telling: number;
  readonly #tasks: TaskReader;
  readonly #accounts = new Map<number, KnownAccount>();
  #world: Promise<World> | undefined;
  #moments: Promise<Moments> | undefined;

  constructor(store: Store, intents: readonly { readonly ordinary: boolean }[]) {
    this.#store = store;
    this.#telling = tellingIntents(intents);
    this.#tasks = new TaskReader(store, this.#telling);
  }

  /** Finds and reads what is the same for all candidates. */
  readWorld(): Promise<World> {
    return (this.#world ??= loadWorld(this.#store));
  }

  /** Asked for by candidates of a log without text only. */
  #readMoments(): Promise<Moments> {
    return (this.#moments ??= loadMoments(this.#store));
  }

  /** The candidates of whose members some have any shared work. */
  async observe(candidates: readonly Candidate[]): Promise<Observation[]> {
    if (candidates.length === 0) return [];
    await writeHarvest(this.#store, candidates);
    await this.#tasks.findUnread();
    const wordTallies = new WordTallies();
    // The longest answer first: while it is read here, the engine is at the others.
    const [tasks, world] = await Promise.all([this.#tasks.read(), this.readWorld(), this.#readAccounts(candidates)]);
    const harvests = await loadShares(this.#store, { tasks, wordTallies, telling: this.#telling });
    const counters = { topics: new TopicCounter(wordTallies), fillings: new FillingCounter(tasks) };
    const observations: Observation[] = [];
    for (const candidate of candidates) {
      // A member without a task that carries the signature has nothing to be judged on.
      const harvest = harvests.get(candidate.id) ?? [];
      if (harvest.length > 0) observations.push(await this.#observe(candidate, harvest, { tasks, world, ...counters }));
    }
    return observations;
  }

  async #readAccounts(candidates: readonly Candidate[]): Promise<void> {
    if (candidates.every(({ accounts }) => accounts.every((account) => this.#accounts.has(account)))) return;
    for (const account of await loadAccounts(this.#store)) this.#accounts.set(account.index, account);
  }

  async #observe(
    candidate: Candidate,
    harvest: readonly Share[],
    { tasks, world, topics, fillings }: Context,
  ): Promise<Observation> {
    const { infrastructure } = world;
    const counted = await countMembers(harvest, this.#accounts);
    const position = new Map(counted.map((member, i) => [member.index, i]));
    const refused = refusalsAmong(candidate, world.refusals);
    const chained = await countChains(harvest, candidate.accounts, { tasks, chains: world.chains });
    const whole = candidate.whole === true;
    const inOrder = await tasksInOrder(harvest, tasks);
    const first = inOrder.subarray(0, orderTasksMax);
    const isUntold = world.withoutText && isOfTraces(candidate.source);
    const organizationOf = (account: number): string => this.#accounts.get(account)?.facts?.organization ?? "";
    return {
      candidate,
      members: counted.map((member) => ({
        ...member,
        refused: refused.get(member.index)?.refused ?? 0,
        resumed: refused.get(member.index)?.resumed ?? 0,
        ...(chained.get(member.index) ?? noChains),
        ties: (refused.get(member.index)?.ties ?? []).flatMap((index) => position.get(index) ?? []),
      })),
      features: await countFeatures(harvest, position, { tasks, topics }),
      fillings: isUntold ? noItems : await fillings.count(harvest, whole),
      tokens: tokensAmong(counted, infrastructure),
      besides: await loadBesides(this.#store, candidate, counted),
      handedOver: handedOverAmong(candidate, world.refusals, () => new Set(inOrder.map((task) => tasks.index[task]!))),
      handovers: await countHandovers(inOrder, { tasks, whole, organizationOf }),
      order: Array.from(first, (task) => position.get(tasks.account[task]!)!),
      spans: isOfTraces(candidate.source) ? Array.from(first, (task) => spanOf(task, tasks)) : null,
      sequels: isUntold ? await countSequels(candidate.accounts, await this.#readMoments(), organizationOf) : null,
      world: {
        accounts: infrastructure.accounts,
        holders: infrastructure.holders,
        answeredBack: world.answeredBack,
      },
    };
  }
}

const loadWorld = async (store: Store): Promise<World> => ({
  refusals: await loadRefusals(store),
  chains: await buildChains(store).then(() => loadChains(store)),
  infrastructure: await loadInfrastructure(store),
  withoutText: await isWithoutText(store),
  answeredBack: await loadAnsweredBack(store),
});

async function loadAnsweredBack(store: Store): Promise<number> {
  const [row] = await store.rows<{ share: number }>(
    sql`SELECT countIf(replied) / greatest(count(), 1) AS share FROM detect_task`,
  );
  return row?.share ?? 0;
}

/** Of a visit nobody knows what it asked. */
const noItems = { items: 0, shared: 0, dealt: 0 };

const spanOf = (task: number, { startedMs, endedMs }: Tasks): Span => ({
  startedMs: startedMs[task]!,
  endedMs: endedMs[task]!,
});

/** In the order in which they began. */
async function tasksInOrder(shares: readonly Share[], { index, placeOf }: Tasks): Promise<Uint32Array> {
  const indices = new Uint32Array(shares.reduce((sum, { portion }) => sum + portion.tasks.length, 0));
  let end = 0;
  for (const { portion } of shares) {
    if (isTurnOver()) await nextTurn();
    for (const task of portion.tasks) indices[end++] = index[task]!;
  }
  indices.sort();
  for (let at = 0; at < end; at++) indices[at] = placeOf[indices[at]!]!;
  return indices;
}
