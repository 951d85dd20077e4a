import { seededRandom } from "../kit/random.ts";
import type { Random } from "../kit/random.ts";
import type { Exchange } from "../model/exchange.ts";
import type { IntentPack } from "../ingest/intent/pack.ts";
import { ndjson, withLog } from "../ingest/world/scratch.case.ts";
import { sql } from "../store/sql.ts";
import type { Store } from "../store/engine.ts";
import type { SharedTokens } from "./candidates/shared-tokens.ts";
import { shareTokens } from "./candidates/tokens.ts";
import { buildRefusals } from "./refusals.ts";
import { buildTasks } from "./tasks/tasks.ts";
import { buildWords } from "./words.ts";

/** A made-up log for the real engine: what a test speaks of, the rest is filled in. */
export interface Asked extends Partial<Omit<Exchange, "time">> {
  readonly account: string;
  /** Of the one user message. */
  readonly text: string;
  /** After the log's beginning. */
  readonly minute?: number;
}

export interface LogFacts {
  readonly account: string;
  readonly organization?: string;
  readonly payment?: string;
}

const beginMs = Date.UTC(2026, 0, 5);
const timeAt = (minute: number): string => new Date(beginMs + Math.round(minute * 60_000)).toISOString();

export interface DetectLog {
  readonly store: Store;
  readonly templates: SharedTokens;
  readonly indexOf: (account: string) => number;
}

export interface LogCase {
  readonly asked: readonly Asked[];
  readonly facts?: readonly LogFacts[];
  /** Minutes after the log's beginning. */
  readonly releases?: readonly { readonly model: string; readonly minute: number }[];
  readonly intents?: IntentPack;
}

/** Takes the exchanges into an empty engine, does what comes before candidates are formed, and lets `check` look at the outcome. */
export async function withDetectLog<Result>(
  { asked, facts = [], releases = [], intents }: LogCase,
  check: (log: DetectLog) => Promise<Result>,
): Promise<Result> {
  const lines = asked.map(({ text, minute = 0, ...rest }, i) => ({
    time: timeAt(minute),
    id: `req_${i}`,
    model: "aster-3-mini",
    status: 200,
    messages: [{ role: "user", content: text }],
    ...rest,
  }));
  const released = releases.map(({ model, minute }) => ({ model, released: timeAt(minute), capabilities: [] }));
  const files = {
    "exchanges-0.ndjson": ndjson(lines),
    "accounts.ndjson": ndjson(facts),
    "models.ndjson": ndjson(released),
  };
  return withLog(
    files,
    async ({ store, rejects }) => {
      if (rejects.length > 0) throw new Error(`rejected: ${JSON.stringify(rejects[0])}`);
      await buildTasks(store);
      await buildWords(store);
      await buildRefusals(store);
      const templates = await shareTokens(store);
      const rows = await store.rows<{ account: string; account_index: number }>(
        sql`SELECT account, account_index FROM detect_account`,
      );
      const indices = new Map(rows.map((row) => [row.account, row.account_index]));
      return check({ store, templates, indexOf: (account) => indices.get(account) ?? Number.NaN });
    },
    intents === undefined ? {} : { intents },
  );
}

export const accountNames = (prefix: string, count: number): string[] =>
  Array.from({ length: count }, (_, i) => `${prefix}-${String(i).padStart(2, "0")}`);

/** Nothing in common. */
export const nothingShared = (log: SharedTokens): SharedTokens => ({
  ...log,
  accountsByToken: Uint32Array.of(),
  account: Uint32Array.of(),
  token: Uint32Array.of(),
  tasks: Uint32Array.of(),
});

/** Accounts that hold at least one token which others hold too. */
export const accountsIn = (shared: SharedTokens): number[] => [...new Set(shared.account)].sort((a, b) => a - b);

const syllables = "ba de fi go hu ka le mi no pu ra se ti vo wu xa ye zi".split(" ");

/** Words of no language, none twice; other names give other words. */
export function vocabulary(name: string, size: number): string[] {
  const random = seededRandom(`vocabulary/${name}`);
  const words = new Set<string>();
  while (words.size < size) words.add(Array.from({ length: 4 }, () => random.pick(syllables)).join(""));
  return [...words];
}

/** Some of the words, in any order, none twice. */
export function some(words: readonly string[], count: number, random: Random): string[] {
  return words
    .map((word) => [random.next(), word] as const)
    .sort(([a], [b]) => a - b)
    .slice(0, count)
    .map(([, word]) => word);
}
