import { invariant } from "../../kit/assert.ts";
import { mapInTurns } from "../../kit/turns.ts";
import { decimal, integer, sql } from "../../store/sql.ts";
import type { Store } from "../../store/engine.ts";
import type { Candidate } from "../candidates/candidates.ts";
import { tellingIntents } from "../intent/intent.ts";
import { loadChains } from "./chains.ts";
import { loadSharedInfrastructure } from "./infrastructure-tokens.ts";
import { FEATURE_KINDS } from "./observation.ts";
import { loadHandovers, noHandovers } from "./handovers.ts";
import { loadRefusals } from "./refusals.ts";
import { isJudged } from "./signature.ts";
import { commonWords } from "../words.ts";
import type { CountTable, FeatureKind, Member, Observation } from "./observation.ts";

/** Bins of content words. */
const topicBins = 64;
/** A word of at least this share of a template's tasks belongs to the template. */
const templateWordShare = 0.1;
/** A word of at least this share of one member's tasks, this many times the group's share, belongs to that member's wording. */
const wordingShareMin = 0.15;
const wordingTasksMin = 3;
const wordingLiftMin = 4;
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
  const members = await loadMembers(store, telling);
  const features = await loadFeatures(store, telling);
  const fillings = await loadFillings(store);
  const infrastructure = await loadSharedInfrastructure(store);
  const orders = await loadOrders(store);
  const handovers = await loadHandovers(store);
  const observationsOf = async (candidate: Candidate): Promise<Observation[]> => {
    // A member without a task that carries the signature has nothing to be judged on.
    const counted = members.get(candidate.id) ?? [];
    if (counted.length === 0) return [];
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
    const rows = features.get(candidate.id) ?? [];
    return [
      {
        candidate,
        members: own,
        features: await tabulate(rows, position),
        fillings: fillings.get(candidate.id) ?? { items: 0, shared: 0 },
        tokens: (infrastructure.tokens.get(candidate.id) ?? []).flatMap((token) => {
          const holders = token.accounts_in.flatMap((index) => position.get(index) ?? []);
          return holders.length < 2
            ? []
            : [{ kind: token.kind, token: token.token, members: holders, accounts: token.accounts }];
        }),
        handovers: handovers.get(candidate.id) ?? noHandovers,
        order: (orders.get(candidate.id) ?? []).flatMap((index) => position.get(index) ?? []),
        world: { accounts: infrastructure.accounts, holders: infrastructure.holders },
      },
    ];
  };
  const observations: Observation[] = [];
  for (const candidate of candidates) observations.push(...(await observationsOf(candidate)));
  return observations;
}

interface MemberRow {
  readonly candidate: number;
  readonly account_index: number;
  readonly account: string;
  readonly account_exchanges: number;
  readonly account_tasks: number;
  readonly half0: number;
  readonly half1: number;
  readonly harvest_exchanges: number;
  readonly single: number;
  readonly sampled: number;
  readonly one_shot: number;
  readonly output: number | null;
  readonly first_ms: number;
  readonly last_ms: number;
  readonly days: number;
  readonly intents: readonly number[];
  readonly intent_tasks: number;
  readonly looked_tasks: number;
  readonly known: number;
  readonly created_ms: number | null;
  readonly organization: string;
  readonly email_domain: string;
  readonly email_shape: string;
  readonly verified: boolean | null;
  readonly declared_use: string;
}

type CountedMember = Omit<Member, "refused" | "resumed" | "ties" | "answeredTasks" | "chainedTasks" | "crossedTasks">;

async function loadMembers(store: Store, telling: number): Promise<Map<number, CountedMember[]>> {
  const rows = store.stream<MemberRow>(sql`
    SELECT harvest.candidate AS candidate, harvest.account_index AS account_index, half0, half1, harvest_exchanges, single, sampled, one_shot,
      output, first_ms, last_ms, days, intents, intent_tasks, looked_tasks, account.account AS account, account.exchanges AS account_exchanges, all_tasks.tasks AS account_tasks,
      facts.account != '' AS known, toUnixTimestamp64Milli(facts.created) AS created_ms, facts.organization AS organization,
      facts.email_domain AS email_domain, facts.email_shape AS email_shape, facts.verified AS verified,
      facts.declared_use AS declared_use
    FROM (
      SELECT candidate, account_index, toUInt32(countIf(half = 0)) AS half0, toUInt32(countIf(half = 1)) AS half1,
        toUInt32(sum(exchanges)) AS harvest_exchanges, toUInt32(countIf(messages_max = 1)) AS single,
        toUInt32(countIf(messages_max = 1 AND exchanges > 1)) AS sampled,
        toUInt32(countIf(user_turns_max <= 1)) AS one_shot, avg(toDecimal128(output_tokens, 6)) AS output,
        toUnixTimestamp64Milli(min(started)) AS first_ms, toUnixTimestamp64Milli(max(ended)) AS last_ms,
        toUInt32(uniqExact(toDate(started))) AS days,
        arrayMap(bit -> toUInt32(bit), sumForEach(arrayMap(bit -> toUInt32(bitTest(ifNull(intent, 0), bit)), range(32)))) AS intents,
        toUInt32(countIf(bitAnd(ifNull(intent, 0), ${integer(telling)}) != 0)) AS intent_tasks, toUInt32(count(intent)) AS looked_tasks
      FROM detect_harvest GROUP BY candidate, account_index
    ) AS harvest
    INNER JOIN detect_account AS account USING account_index
    INNER JOIN (SELECT account_index, toUInt32(count()) AS tasks FROM detect_task GROUP BY account_index) AS all_tasks USING account_index
    LEFT JOIN account_facts AS facts ON facts.account = account.account
    ORDER BY candidate, account_index`);
  const members = new Map<number, CountedMember[]>();
  for await (const row of rows) {
    const list = members.get(row.candidate);
    if (list) list.push(memberOf(row));
    else members.set(row.candidate, [memberOf(row)]);
  }
  return members;
}

function memberOf(row: MemberRow): CountedMember {
  return {
    index: row.account_index,
    account: row.account,
    exchanges: row.account_exchanges,
    tasks: row.account_tasks,
    harvestTasks: [row.half0, row.half1],
    harvestExchanges: row.harvest_exchanges,
    singleTasks: row.single,
    sampledTasks: row.sampled,
    oneShotTasks: row.one_shot,
    outputTokens: row.output,
    firstMs: row.first_ms,
    lastMs: row.last_ms,
    activeDays: row.days,
    intents: row.intents,
    intentTasks: row.intent_tasks,
    lookedTasks: row.looked_tasks,
    facts: row.known
      ? {
          createdMs: row.created_ms,
          organization: row.organization,
          emailDomain: row.email_domain,
          emailShape: row.email_shape,
          verified: row.verified,
          declaredUse: row.declared_use,
        }
      : null,
  };
}

/** One member's counts of one kind on one half, by value: hashes cut to 32 bits, bins as they are. */
interface FeatureRow {
  readonly account_index: number;
  readonly half: 0 | 1;
  readonly kind: FeatureKind;
  readonly values: readonly number[];
  readonly counts: readonly number[];
}

/** A word in a template or at a member of one candidate as one number (a hash), which is found faster in a set than three. */
const streamWord = sql`bitXor(stream, intHash64(candidate)) + word`;
const memberWord = sql`intHash64(bitShiftLeft(toUInt64(candidate), 32) + account_index) + word`;

/** Words that every filling of a template comes with say what the template is, not what it is asked about. */
const templateWords = sql`
  SELECT ${streamWord} FROM (
    SELECT candidate, stream, word, count() AS uses FROM detect_harvest ARRAY JOIN words AS word GROUP BY candidate, stream, word
  ) AS used
  INNER JOIN (SELECT candidate, stream, count() AS tasks FROM detect_harvest GROUP BY candidate, stream) AS streams
  USING (candidate, stream)
  WHERE uses >= ${decimal(templateWordShare)} * tasks`;

/** And so do words of a template that one member alone puts so: its own wording, not its own subject. */
const wordingWords = sql`
  SELECT ${memberWord} FROM (
    SELECT candidate, account_index, word, count() AS uses FROM detect_harvest ARRAY JOIN words AS word
    GROUP BY candidate, account_index, word HAVING uses >= ${integer(wordingTasksMin)}
  ) AS used
  INNER JOIN (SELECT candidate, account_index, count() AS tasks FROM detect_harvest GROUP BY candidate, account_index) AS sizes
  USING (candidate, account_index)
  INNER JOIN (
    SELECT candidate, word, count() AS all_uses FROM detect_harvest ARRAY JOIN words AS word GROUP BY candidate, word
  ) AS everywhere USING (candidate, word)
  INNER JOIN (SELECT candidate, count() AS all_tasks FROM detect_harvest GROUP BY candidate) AS totals USING candidate
  WHERE uses >= ${decimal(wordingShareMin)} * tasks AND uses * all_tasks >= ${decimal(wordingLiftMin)} * all_uses * tasks`;

async function loadFeatures(store: Store, telling: number): Promise<Map<number, FeatureRow[]>> {
  const rows = store.stream<FeatureRow & { candidate: number }>(sql`
    SELECT candidate, account_index, half, kind, groupArray(value) AS values, groupArray(count) AS counts
    FROM (
      SELECT candidate, account_index, half, feature.1 AS kind, toUInt32(feature.2 % 4294967291) AS value,
        toUInt32(count()) AS count
      FROM detect_harvest
      ARRAY JOIN [
        ('stream', stream),
        ('model', sipHash64(model)),
        ('params', params),
        ('output', if(isNull(output_tokens), 255, toUInt64(floor(log2(1 + assumeNotNull(output_tokens)))))),
        ('hour', toUInt64(toHour(started, 'UTC'))),
        ('intent', if(bitAnd(ifNull(intent, 0), ${integer(telling)}) = 0, 0, toUInt64(assumeNotNull(intent))))
      ] AS feature
      WHERE kind != 'intent' OR value != 0
      GROUP BY candidate, account_index, half, kind, value
      UNION ALL
      SELECT candidate, account_index, half, 'topic' AS kind, toUInt32(word % ${integer(topicBins)}) AS value,
        toUInt32(count()) AS count
      FROM detect_harvest ARRAY JOIN arrayFilter(
        word -> word NOT IN (${commonWords}) AND ${streamWord} NOT IN (${templateWords}) AND ${memberWord} NOT IN (${wordingWords}),
        words) AS word
      GROUP BY candidate, account_index, half, value
    )
    GROUP BY candidate, account_index, half, kind`);
  const byCandidate = new Map<number, FeatureRow[]>();
  for await (const row of rows) {
    const list = byCandidate.get(row.candidate);
    if (list) list.push(row);
    else byCandidate.set(row.candidate, [row]);
  }
  return byCandidate;
}

async function tabulate(
  rows: readonly FeatureRow[],
  position: ReadonlyMap<number, number>,
): Promise<Record<FeatureKind, CountTable>> {
  const build = (kind: FeatureKind): CountTable => {
    const own = rows.filter((row) => row.kind === kind);
    // In order, whichever thread of the engine came first: sums over columns differ in their last digits otherwise.
    const bins = Array.from({ length: fixedColumns[kind] ?? 0 }, (_, bin) => bin);
    const sorted = [...new Set([...bins, ...own.flatMap((row) => row.values)])].sort((a, b) => a - b);
    const columns = new Map(sorted.map((value, i) => [value, i]));
    const empty = (): number[][] => Array.from({ length: position.size }, () => Array<number>(columns.size).fill(0));
    const halves: [number[][], number[][]] = [empty(), empty()];
    for (const { account_index, half, values, counts } of own) {
      const member = position.get(account_index);
      invariant(member !== undefined, "a feature row has a member");
      values.forEach((value, i) => {
        halves[half][member]![columns.get(value)!] = counts[i]!;
      });
    }
    return { columns: columns.size, halves };
  };
  const [stream, model, params, output, hour, topic, intent] = await mapInTurns(FEATURE_KINDS, build);
  invariant(stream && model && params && output && hour && topic && intent, "one table a kind");
  return { stream, model, params, output, hour, topic, intent };
}

/** Kinds whose values are bins, so that an empty one is a column too. */
const fixedColumns: Partial<Record<FeatureKind, number>> = { topic: topicBins, hour: 24 };

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
