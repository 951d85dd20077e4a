import { detect } from "../../detect/detect.ts";
import { ingest } from "../../ingest/ingest.ts";
import type { IntentPack } from "../../ingest/intent/pack.ts";
import { prepareIntents } from "../../ingest/intent/sql.ts";
import { systemClock } from "../../kit/clock.ts";
import { seededRandom } from "../../kit/random.ts";
import type { AccountScore, Campaign, CoordinatedGroup, Explanation } from "../../model/report.ts";
import { openEngine, type Store } from "../../store/engine.ts";
import { identifier, integer, sql } from "../../store/sql.ts";

/** Everything that a log leaves in the store says which file it came from. */
const TABLES = ["exchange", "exchange_text", "account_facts", "model_release", "reject", "source_file"] as const;

/** What the detector said about a log, and what the log holds. */
export interface Examination {
  readonly campaigns: readonly Campaign[];
  readonly coordinated: readonly CoordinatedGroup[];
  readonly scores: readonly AccountScore[];
  /** Of the accounts that were asked about. */
  readonly explanations: readonly Explanation[];
}

export interface AccountTraffic {
  readonly account: string;
  readonly exchanges: number;
  /** Exchanges that were not refused. */
  readonly answered: number;
}

/**
 * One engine for a whole evaluation. A log stays in it while campaigns are put in and taken out again, so that it is read
 * once however often it is examined.
 */
export class Laboratory {
  readonly store: Store;
  readonly #intents: IntentPack;

  private constructor(store: Store, intents: IntentPack) {
    this.store = store;
    this.#intents = intents;
  }

  static async open(): Promise<Laboratory> {
    const store = await openEngine();
    try {
      const intents = await prepareIntents(store);
      return new Laboratory(store, intents);
    } catch (error) {
      await store.close();
      throw error;
    }
  }

  /** Reads a log on top of what is there. Returns a mark: `takeBack` removes everything that came after it. */
  async read(path: string): Promise<{ readonly mark: number; readonly rejected: number }> {
    const [row] = await this.store.rows<{ last: number }>(sql`SELECT max(file) AS last FROM source_file`);
    const { rejected } = await ingest(this.store, { path, intents: this.#intents, clock: systemClock });
    return { mark: row?.last ?? 0, rejected };
  }

  async takeBack(mark: number): Promise<void> {
    for (const table of TABLES)
      await this.store.run(sql`DELETE FROM ${identifier(table)} WHERE file > ${integer(mark)}`);
    await this.store.run(sql`TRUNCATE TABLE repeated_id`);
  }

  /** Runs the detector over everything in the store, as `scan` does. */
  async examine(askedAbout: ReadonlySet<string>): Promise<Examination> {
    const detection = await detect(this.store, { random: seededRandom("scan"), intents: this.#intents.intents });
    const scores: AccountScore[] = [];
    for await (const score of detection.scores()) scores.push(score);
    const explanations: Explanation[] = [];
    if (askedAbout.size > 0)
      for await (const explanation of detection.explanations())
        if (askedAbout.has(explanation.account)) explanations.push(explanation);
    const { campaigns, coordinated } = detection;
    return { campaigns, coordinated, scores, explanations };
  }

  /** The accounts whose exchanges came after a mark. */
  async traffic(mark: number): Promise<AccountTraffic[]> {
    return this.store.rows<AccountTraffic>(sql`
      SELECT account, toUInt32(count()) AS exchanges, toUInt32(countIf(coalesce(status, 200) < 400)) AS answered
      FROM exchange WHERE file > ${integer(mark)} GROUP BY account ORDER BY account`);
  }

  async close(): Promise<void> {
    await this.store.close();
  }
}
