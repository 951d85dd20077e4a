import { noHandovers } from "./handovers.ts";
import { seededRandom } from "../../kit/random.ts";
import type { Random } from "../../kit/random.ts";
import type { CountTable, FeatureKind } from "./count-table.ts";
import type { Member, MemberFacts, Observation, SharedToken } from "./observation.ts";

/** A made-up group of accounts, for the families' cases: what a person would describe, drawn with a seed. */
export interface GroupCase {
  readonly accounts: number;
  readonly tasks: number;
  /** Concentration around the group's mean: small for idiosyncratic customers, large for samples of one queue. */
  readonly likeness: number;
  /** Standard deviation of the natural log of the loads. */
  readonly loadSpread: number;
  /** Share of single-turn tasks that are sampled several times; share of fillings at several accounts; share of tasks with intent. */
  readonly sampled?: number;
  readonly collisions?: number;
  readonly intent?: number;
  readonly unattended?: number;
  /** Share of tasks with an answer to be recognised, and of those that are an end of a chain. */
  readonly answered?: number;
  readonly chained?: number;
  readonly ageDays?: readonly [number, number];
  readonly facts?: Partial<MemberFacts>;
  readonly tokens?: readonly SharedToken[];
}

const columnsByKind: Readonly<Record<FeatureKind, number>> = {
  stream: 6,
  model: 4,
  params: 5,
  output: 10,
  hour: 24,
  topic: 64,
  intent: 5,
  release: 0,
};

export function groupCase(group: GroupCase, random: Random): Observation {
  const loads = Array.from({ length: group.accounts }, () =>
    Math.max(2, Math.round(group.tasks * Math.exp(group.loadSpread * random.normal()))),
  );
  const end = Date.UTC(2026, 0, 30);
  const members = loads.map((tasks, index): Member => {
    const [young, old] = group.ageDays ?? [30, 900];
    const half = Math.floor(tasks / 2);
    const answered = Math.round(tasks * (group.answered ?? 0));
    return {
      index,
      account: `account-${index}`,
      exchanges: tasks,
      tasks,
      harvestTasks: [half, tasks - half],
      harvestExchanges: tasks,
      singleTasks: tasks,
      sampledTasks: binomial(tasks, group.sampled ?? 0.01, random),
      unattendedTasks: binomial(tasks, group.unattended ?? 0.3, random),
      outputTokens: 400,
      answeredTasks: answered,
      chainedTasks: binomial(answered, group.chained ?? 0, random),
      crossedTasks: 0,
      firstMs: end - 20 * 86_400_000,
      lastMs: end,
      activeDays: 20,
      refused: 0,
      resumed: 0,
      ties: [],
      intents: [],
      intentTasks: binomial(tasks, group.intent ?? 0.01, random),
      lookedTasks: tasks,
      facts: {
        createdMs: end - 86_400_000 * (young + (old - young) * random.next()),
        organization: "",
        emailDomain: "",
        emailShape: "aaaa9",
        verified: false,
        declaredUse: "",
        ...group.facts,
      },
    };
  });
  const items = loads.reduce((sum, load) => sum + Math.ceil(load / 2), 0);
  const table = (kind: FeatureKind): CountTable => countTable(columnsByKind[kind], members, group.likeness, random);
  return {
    candidate: { id: 0, source: "templates", accounts: members.map((member) => member.index) },
    members,
    features: {
      stream: table("stream"),
      model: table("model"),
      params: table("params"),
      output: table("output"),
      hour: table("hour"),
      topic: table("topic"),
      intent: table("intent"),
      release: table("release"),
    },
    fillings: { items, shared: Math.round(items * (group.collisions ?? 0.005)), dealt: 0 },
    tokens: group.tokens ?? [],
    handovers: noHandovers,
    besides: null,
    handedOver: { shared: 0, besides: 0 },
    order: loads
      .flatMap((load, i) => Array.from({ length: load }, () => [random.next(), i] as const))
      .sort(([a], [b]) => a - b)
      .map(([, i]) => i),
    spans: null,
    sequels: null,
    world: {
      accounts: 10_000,
      answeredBack: 0.4,
      holders: {
        payment: 6000,
        device: 6000,
        phone: 5000,
        signup_ip: 7000,
        ip: 9000,
        end_user: 0,
        organization: 1500,
        email_domain: 9000,
      },
    },
  };
}

function countTable(columns: number, members: readonly Member[], likeness: number, random: Random): CountTable {
  const mean = dirichlet(
    Array.from({ length: columns }, () => 1),
    random,
  );
  const rows = members.map((member) => {
    const own = dirichlet(
      mean.map((share) => share * likeness),
      random,
    );
    return member.harvestTasks.map((tasks) => multinomial(tasks, own, random));
  });
  return { columns, halves: [rows.map((row) => row[0]!), rows.map((row) => row[1]!)] };
}

function dirichlet(alphas: readonly number[], random: Random): number[] {
  const draws = alphas.map((alpha) => gamma(alpha, random));
  const sum = draws.reduce((a, b) => a + b, 0);
  return sum > 0 ? draws.map((draw) => draw / sum) : alphas.map((_, i) => (i === 0 ? 1 : 0));
}

/** Marsaglia and Tsang 2000; below one by the usual boost. */
function gamma(shape: number, random: Random): number {
  if (shape < 1) return gamma(shape + 1, random) * random.next() ** (1 / shape);
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = random.normal();
    const v = (1 + c * x) ** 3;
    if (v > 0 && Math.log(1 - random.next()) < 0.5 * x * x + d - d * v + d * Math.log(v)) return d * v;
  }
}

function multinomial(n: number, shares: readonly number[], random: Random): number[] {
  const counts = shares.map(() => 0);
  for (let i = 0; i < n; i++) {
    let at = random.next();
    let column = 0;
    while (column < shares.length - 1 && at >= shares[column]!) at -= shares[column++]!;
    counts[column]!++;
  }
  return counts;
}

function binomial(n: number, p: number, random: Random): number {
  let hits = 0;
  for (let i = 0; i < n; i++) if (random.chance(p)) hits++;
  return hits;
}

/** Independent customers who share a template. */
export const honestGroup: GroupCase = { accounts: 20, tasks: 40, likeness: 6, loadSpread: 1 };

/** Accounts fed from one queue. */
export const queueGroup: GroupCase = {
  accounts: 20,
  tasks: 60,
  likeness: 2000,
  loadSpread: 0.2,
  sampled: 0.6,
  intent: 0.9,
  ageDays: [10, 14],
};

/** The other groups of a log, from which the nulls are learnt. */
export function honestGroups(seed: number, count = 40): Observation[] {
  const random = seededRandom(seed);
  return Array.from({ length: count }, (_, i) => groupCase(honestGroup, random.fork(`honest/${i}`)));
}
