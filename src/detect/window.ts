import type { Store } from "../store/engine.ts";
import { integer, sql } from "../store/sql.ts";
import type { Sql } from "../store/sql.ts";

/** A stretch of event time: after `sinceMs`, up to and including `untilMs` (milliseconds since the Unix epoch). */
export interface Window {
  readonly sinceMs: number;
  readonly untilMs: number;
}

/** Whether an exchange lies in a window, from columns of `exchange`. */
export const within = ({ sinceMs, untilMs }: Window): Sql => sql`
  time > fromUnixTimestamp64Milli(${integer(sinceMs)}, 'UTC') AND time <= fromUnixTimestamp64Milli(${integer(untilMs)}, 'UTC')`;

/** Who is looked at besides one account in so many, and how many exchanges of theirs may be. */
export type Followed = (oneIn: number, exchangesMax: number) => readonly string[] | Promise<readonly string[]>;

/** What of a window is looked at. */
export interface Sight {
  /** Where the window holds more exchanges, some of the accounts are seen: one in so many, and those that are followed. */
  readonly exchangesMax: number;
  /** Looks of the same turn see the same ones. */
  readonly turn: number;
  /** Accounts that are seen besides, unless they alone are too much; asked for where not all are seen. */
  readonly followed?: Followed;
}

/** What may be seen of one account in so many, as a share of all that may. */
const chanceShare = 1 / 2;
/**
 * And of accounts that are chosen because of what they share. Exchanges of theirs take several times as long as those of accounts by chance,
 * which have little in common.
 */
const followedShare = 1 / 8;

/**
 * Sets what of the log detection sees from now on: the exchanges of a window, and where there are too many, those of some accounts.
 * Everything in this room reads `detect_exchange`, so that nothing beyond the window's end can be looked at by mistake.
 *
 * Accounts are chosen by hashes of their names and of the turn, so that each one is seen whole, those of one turn have nothing to do
 * with those of another, and who is seen of four is seen of two, too.
 *
 * @returns one account in how many is seen, a power of two: 1 are all.
 */
export async function lookThrough(
  store: Store,
  window: Window,
  { exchangesMax, turn, followed }: Sight,
): Promise<number> {
  const [held] = await store.rows<{ exchanges: number }>(sql`
    SELECT count() AS exchanges FROM exchange WHERE ${within(window)}`);
  const exchanges = held?.exchanges ?? 0;
  const oneIn = exchanges <= exchangesMax ? 1 : 2 ** Math.ceil(Math.log2(exchanges / (chanceShare * exchangesMax)));
  const chosen = oneIn === 1 ? [] : await followed?.(oneIn, Math.ceil(followedShare * exchangesMax));
  await follow(store, window, exchangesMax, chosen ?? []);
  await store.run(sql`TRUNCATE TABLE detect_window`);
  await store.run(sql`
    INSERT INTO detect_window
    SELECT fromUnixTimestamp64Milli(${integer(window.sinceMs)}, 'UTC'), fromUnixTimestamp64Milli(${integer(window.untilMs)}, 'UTC'),
      ${integer(oneIn)}, sipHash64(${integer(turn)})`);
  return oneIn;
}

async function follow(store: Store, window: Window, exchangesMax: number, accounts: readonly string[]): Promise<void> {
  await store.run(sql`TRUNCATE TABLE detect_followed`);
  if (accounts.length === 0) return;
  await store.insert(
    "detect_followed",
    accounts.map((account) => ({ account })),
  );
  const [held] = await store.rows<{ exchanges: number }>(sql`
    SELECT count() AS exchanges FROM exchange WHERE ${within(window)} AND account IN (SELECT account FROM detect_followed)`);
  if ((held?.exchanges ?? 0) > exchangesMax) await store.run(sql`TRUNCATE TABLE detect_followed`);
}
