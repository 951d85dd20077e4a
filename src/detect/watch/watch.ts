import type { Random } from "../../kit/random.ts";
import type { Lesson } from "../../model/appeal.ts";
import type { Standing } from "../../model/decision.ts";
import { sql } from "../../store/sql.ts";
import type { Store } from "../../store/engine.ts";
import { falseCampaignRate } from "../campaigns/verdict.ts";
import { detect } from "../detect.ts";
import type { IntentName } from "../intent/intent.ts";
import type { Leads } from "../leads/lead.ts";
import { lookThrough, within } from "../window.ts";
import type { Followed, Window } from "../window.ts";
import { foundIn } from "./found.ts";
import { heed, isNewEvidence, letGo, readTaught } from "./lessons.ts";
import type { Taught } from "./lessons.ts";
import { assimilate, forgetSilent, hasUnconfirmed, isOpen, isSame } from "./live-campaign.ts";
import type { FoundCampaign, LiveCampaign } from "./live-campaign.ts";
import { createWatchTables, learnMarks, writeMembers } from "./marks.ts";
import { findNewcomers } from "./newcomers.ts";
import type { Newcomer } from "./newcomers.ts";
import { changedParts, partsOf } from "./parts.ts";
import {
  changedSinceMs,
  confirmationOf,
  lookExchangesMax,
  looksPerMemory,
  memoryMs,
  turnOf,
  windowsDue,
} from "./schedule.ts";
import { memberStanding, releasedStanding, withTraffic } from "./standing.ts";
import type { StandingCase } from "./standing.ts";
import { trafficOf } from "./traffic.ts";

/** So late may an exchange come in and still be seen by the step after; by a look it is seen in any case (milliseconds). */
const lateMsMax = 10 * 60_000;

export interface WatchOptions {
  readonly random: Random;
  /** Intents by bit of the exchange's intent mask. */
  readonly intents: readonly IntentName[];
  /** What other providers tell of at a time; asked at each look. */
  leads?(nowMs: number): Leads | null | Promise<Leads | null>;
  /** What upheld appeals have taught, as of now. */
  lessons?(): Promise<readonly Lesson[]>;
  /** How many exchanges a look goes through; of more it sees some of the accounts. */
  readonly lookExchangesMax?: number;
  /** Before each look: at what, and one account in how many. */
  onLook?(window: Window, oneIn: number): void;
}

/** What is found of a campaign without leads. */
export type WithoutLeads =
  | { readonly kind: "falls" }
  /** But for these members: only with leads were they ever found, and are not without. */
  | { readonly kind: "stands"; readonly drawn: readonly string[] };

interface Scan {
  readonly found: readonly FoundCampaign[];
  /** One account in how many was seen. */
  readonly oneIn: number;
  /** All tasks in the window of each account that was seen and asked anything. */
  readonly tasks: ReadonlyMap<string, number>;
  /** Of members, and of accounts that were seen: whether they asked anything in the window. */
  isAtWork(account: string): boolean;
  readonly taught: Taught;
}

/**
 * Keeps the campaigns current as exchanges come in. Long windows are looked through now and then, as a scan does it; between the
 * looks each step compares the new exchanges with what marks the campaigns that are known, so that a replacement account joins
 * by its own evidence within minutes.
 */
export class Watch {
  readonly #store: Store;
  readonly #options: WatchOptions;
  #known: readonly LiveCampaign[];
  /** Until when exchanges have been looked at. */
  #untilMs = Number.NEGATIVE_INFINITY;
  /** The last file of the log at the step before the last, and at the last: what was being written then is looked at once more. */
  #files: readonly [number, number] = [0, 0];
  /** To be looked through besides what the schedule says, as soon as its time has come, because of these campaigns. */
  #confirmation: { readonly window: Window; readonly campaigns: readonly string[] } | null = null;

  private constructor(store: Store, options: WatchOptions, known: readonly LiveCampaign[]) {
    this.#store = store;
    this.#options = options;
    this.#known = known;
  }

  /** @param known campaigns that were live when an earlier watch on this store was left. */
  static async open(store: Store, options: WatchOptions, known: readonly LiveCampaign[] = []): Promise<Watch> {
    await createWatchTables(store);
    await writeMembers(store, known);
    return new Watch(store, options, known);
  }

  /** The live campaigns, those included that wait for a second look: to be kept for the next start. */
  get campaigns(): readonly LiveCampaign[] {
    return this.#known;
  }

  /**
   * Takes into account what came in up to `nowMs` and nothing later; the time of the exchanges counts, not that of the wall clock.
   * A step to a time that was passed already does nothing.
   *
   * @returns where accounts stand for whom that is new or has changed, and all members that a look saw at work; each account once.
   */
  async advance(nowMs: number): Promise<Standing[]> {
    const lastMs = this.#untilMs;
    if (nowMs <= lastMs) return [];
    const standings = new Map<string, StandingCase>();
    const note = (list: readonly StandingCase[]): void => {
      for (const standing of list) standings.set(standing.account, standing);
    };
    note(await this.#tick({ sinceMs: Math.max(lastMs, nowMs - memoryMs), untilMs: nowMs }));
    if (this.#confirmation !== null && this.#confirmation.window.untilMs <= nowMs) {
      const { window, campaigns } = this.#confirmation;
      note(await this.#look(window, (_, exchangesMax) => partsOf(this.#store, window, campaigns, exchangesMax)));
      // What it has found besides waits for the schedule: looks would never end otherwise.
      this.#confirmation = null;
    }
    for (const window of await this.#windowsDue(lastMs, nowMs)) {
      const turn = turnOf(window);
      const changed: Followed = (oneIn, exchangesMax) =>
        changedParts(this.#store, window, { sinceMs: changedSinceMs(turn), oneIn, turn, exchangesMax });
      note(await this.#look(window, changed));
    }
    this.#untilMs = nowMs;
    const traffic = await trafficOf(this.#store, [...standings.keys()], nowMs);
    return [...standings.values()].map((standing) => withTraffic(standing, traffic.get(standing.account)));
  }

  /** Goes on by a clock that has come back: the next step is made as the first one, whatever its time. Not to be called during a step. */
  startOver(): void {
    this.#untilMs = Number.NEGATIVE_INFINITY;
    this.#confirmation = null;
  }

  /**
   * What is found in the log up to `nowMs` of a live campaign without what others say. It is looked for in a window of each length, as if
   * there had been no step before; where a look sees some of the accounts, it sees the members besides. Nothing is said of members who
   * were at work and whom no look saw. Not to be called during a step.
   */
  async withoutLeads(id: string, nowMs: number): Promise<WithoutLeads> {
    const campaign = this.#known.find((one) => one.id === id);
    if (campaign === undefined) return { kind: "falls" };
    const drawn = new Set([...campaign.members].flatMap(([account, { alone }]) => (alone ? [] : account)));
    const seen = new Set<string>();
    const atWork = new Set<string>();
    let stands = false;
    for (const window of await this.#windowsDue(Number.NEGATIVE_INFINITY, nowMs)) {
      const { found, tasks, isAtWork } = await this.#scan(window, null, () => [...campaign.members.keys()]);
      for (const account of drawn) {
        if (tasks.has(account)) seen.add(account);
        if (isAtWork(account)) atWork.add(account);
      }
      for (const { members } of found) {
        if (!isSame(campaign.members, members, tasks)) continue;
        stands = true;
        for (const account of members.keys()) drawn.delete(account);
      }
      if (stands && drawn.size === 0) break;
    }
    if (!stands) return { kind: "falls" };
    return { kind: "stands", drawn: [...drawn].filter((account) => seen.has(account) || !atWork.has(account)) };
  }

  /** Forgets a campaign whose ground is gone, without a word about its members: whoever closed it has dealt with them. */
  async drop(id: string): Promise<void> {
    this.#known = this.#known.filter((campaign) => campaign.id !== id);
    await writeMembers(this.#store, this.#known);
  }

  /** Forgets members of a campaign, in the same way. */
  async dropMembers(id: string, accounts: readonly string[]): Promise<void> {
    const gone = new Set(accounts);
    this.#known = this.#known.map((campaign) =>
      campaign.id === id
        ? { ...campaign, members: new Map([...campaign.members].filter(([account]) => !gone.has(account))) }
        : campaign,
    );
    await writeMembers(this.#store, this.#known);
  }

  /** The windows to be looked through, none of which begins before the first exchange that is remembered. */
  async #windowsDue(lastMs: number, nowMs: number): Promise<Window[]> {
    const due = windowsDue(lastMs, nowMs);
    if (due.length === 0) return [];
    const [first] = await this.#store.rows<{ first_ms: number; n: number }>(sql`
      SELECT toUnixTimestamp64Milli(min(time)) AS first_ms, count() AS n FROM exchange`);
    if (first === undefined || first.n === 0) return [];
    return due.map(({ sinceMs, untilMs }) => ({ sinceMs: Math.max(sinceMs, first.first_ms - 1), untilMs }));
  }

  async #tick(window: Window): Promise<StandingCase[]> {
    const memory = { sinceMs: window.untilMs - memoryMs, untilMs: window.untilMs };
    const [afterFile, newest] = this.#files;
    this.#files = [newest, await lastFile(this.#store)];
    const fresh = { ...window, lateMs: lateMsMax, afterFile };
    const found = await findNewcomers(this.#store, fresh, memory, this.#known.filter(isOpen));
    if (found.length === 0) return [];
    const taught = await this.#taught(memory);
    const newcomers = found.filter(({ account, member }) => isNewEvidence(account, member.own?.families ?? {}, taught));
    if (newcomers.length === 0) return [];
    this.#known = this.#known.map((campaign) => withNewcomers(campaign, newcomers));
    await writeMembers(this.#store, this.#known);
    const byId = new Map(this.#known.map((campaign) => [campaign.id, campaign]));
    return newcomers.flatMap((newcomer) => {
      const campaign = byId.get(newcomer.campaign);
      return campaign === undefined ? [] : memberStanding(campaign, newcomer.account, window.untilMs);
    });
  }

  async #taught(window: Window): Promise<Taught> {
    return readTaught(this.#store, (await this.#options.lessons?.()) ?? [], window);
  }

  /** @param followed accounts that are looked at besides those that a look chooses where there are too many. */
  async #scan(window: Window, leads: Leads | null, followed: Followed): Promise<Scan> {
    const store = this.#store;
    const options = this.#options;
    const exchangesMax = options.lookExchangesMax ?? lookExchangesMax;
    const oneIn = await lookThrough(store, window, { exchangesMax, turn: turnOf(window), followed });
    options.onLook?.(window, oneIn);
    const taught = await this.#taught(window);
    const detection = await detect(store, {
      random: options.random.fork(String(window.untilMs)),
      intents: options.intents,
      falseCampaignRate: falseCampaignRate / looksPerMemory,
      cleared: new Set(taught.byAccount.keys()),
      leads,
    });
    const tasks = await tasksByAccount(store);
    const working = oneIn === 1 ? null : await membersAtWork(store, window);
    const isAtWork = (account: string): boolean => tasks.has(account) || working?.has(account) === true;
    return { found: heed(foundIn(detection, tasks, leads), this.#known, taught), oneIn, tasks, isAtWork, taught };
  }

  async #look(window: Window, followed: Followed): Promise<StandingCase[]> {
    const store = this.#store;
    const leads = (await this.#options.leads?.(window.untilMs)) ?? null;
    const { found, oneIn, tasks, isAtWork, taught } = await this.#scan(window, leads, followed);
    const { campaigns: known, cleared } = letGo(this.#known, taught);
    const day = new Date(window.untilMs).toISOString().slice(0, 10);
    const { campaigns, seen, released } = assimilate(known, found, { tasks, isWhole: oneIn === 1 }, day);
    const remembered = forgetSilent(campaigns, isAtWork, window.untilMs);
    await writeMembers(store, remembered);
    const learnt = await learnMarks(store, [...seen]);
    this.#known = remembered.map((campaign) => ({ ...campaign, marks: learnt.get(campaign.id) ?? campaign.marks }));
    // Whom a look at some of the accounts has convicted would else wait until it is their turn again. Where all were looked at, whom it has
    // added to a known campaign waits for the next look: one an hour later sees nearly the same, and has confirmed a customer among them.
    const waitsFor = (campaign: LiveCampaign): boolean =>
      !isOpen(campaign) || (oneIn > 1 && hasUnconfirmed(campaign, tasks));
    const waiting = this.#known.filter((campaign) => seen.has(campaign.id) && waitsFor(campaign)).map(({ id }) => id);
    this.#confirmation = waiting.length > 0 ? { window: confirmationOf(window), campaigns: waiting } : null;
    const stands = (campaign: LiveCampaign): StandingCase[] =>
      [...campaign.members.keys()].flatMap((account) =>
        isAtWork(account) ? memberStanding(campaign, account, window.untilMs) : [],
      );
    return [
      ...[...cleared, ...released].map(({ account, campaign }) => releasedStanding(campaign, account, window.untilMs)),
      ...this.#known.flatMap(stands),
    ];
  }
}

function withNewcomers(campaign: LiveCampaign, newcomers: readonly Newcomer[]): LiveCampaign {
  const own = newcomers.filter((newcomer) => newcomer.campaign === campaign.id);
  return own.length === 0
    ? campaign
    : {
        ...campaign,
        members: new Map([...campaign.members, ...own.map(({ account, member }) => [account, member] as const)]),
      };
}

/** Files are numbered in the order in which they come in. */
async function lastFile(store: Store): Promise<number> {
  const [row] = await store.rows<{ last: number }>(sql`SELECT max(file) AS last FROM source_file`);
  return row?.last ?? 0;
}

async function tasksByAccount(store: Store): Promise<Map<string, number>> {
  const rows = await store.rows<{ account: string; tasks: number }>(sql`
    SELECT account, toUInt32(count()) AS tasks FROM detect_task INNER JOIN detect_account USING account_index GROUP BY account`);
  return new Map(rows.map((row) => [row.account, row.tasks]));
}

/** Members who asked anything in a window, whether or not they are among those that a look sees. */
async function membersAtWork(store: Store, window: Window): Promise<Set<string>> {
  const rows = await store.rows<{ account: string }>(sql`
    SELECT DISTINCT account FROM exchange
    WHERE account IN (SELECT account FROM watch_member) AND message_count > 0 AND ${within(window)}`);
  return new Set(rows.map((row) => row.account));
}
