import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { ingest } from "../../ingest/ingest.ts";
import { loadIntentPack } from "../../ingest/intent/pack.ts";
import { openLog, withLog } from "../../ingest/world/scratch.case.ts";
import { fixedClock } from "../../kit/clock.ts";
import { seededRandom } from "../../kit/random.ts";
import type { Lesson } from "../../model/appeal.ts";
import type { Standing } from "../../model/decision.ts";
import { busyWorld, timeOfLine } from "../../sim/busy-world.case.ts";
import type { BusyWorld } from "../../sim/busy-world.case.ts";
import type { Store } from "../../store/engine.ts";
import { identifier, sql } from "../../store/sql.ts";
import { Watch } from "./watch.ts";
import type { WatchOptions } from "./watch.ts";
import type { Window } from "../window.ts";

const hourMs = 3_600_000;
const stepMs = 4 * hourMs;
/** A look is a scan: a test that makes many of them takes its time on a busy machine. */
const timeoutMs = 300_000;
const intents = loadIntentPack();

let root = "";
let world: BusyWorld;
/** Of its lines. */
let times: readonly number[] = [];

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "stillwatch-watch-"));
  world = await busyWorld(join(root, "world"), 2);
  times = world.lines.map(timeOfLine);
});

afterAll(async () => {
  await rm(root, { recursive: true, force: true });
});

const accountsOf = (facts: string): string[] =>
  facts
    .trim()
    .split("\n")
    .map((line) => z.object({ account: z.string() }).parse(JSON.parse(line)).account);

function linesBetween(afterMs: number, untilMs: number): string {
  const lines = world.lines.filter((_, i) => times[i]! > afterMs && times[i]! <= untilMs);
  return `${lines.join("\n")}\n`;
}

const logUntil = (untilMs: number): Record<string, string> => ({
  "exchanges-0.ndjson": linesBetween(0, untilMs),
  "accounts.ndjson": world.facts,
});

/** The log up to a time, in an engine of its own. */
function withStore<Result>(untilMs: number, check: (store: Store) => Promise<Result>): Promise<Result> {
  return withLog(logUntil(untilMs), ({ store }) => check(store), { intents });
}

/** Files of a log in which each of these does within ten minutes what another account will do next, and has its facts. */
function comers(copies: Readonly<Record<string, string>>, fromMs: number): Record<string, string> {
  const linesOf = (lines: readonly string[], copied: string) =>
    lines
      .map((line) => z.looseObject({ account: z.string() }).parse(JSON.parse(line)))
      .filter(({ account }) => account === copied);
  const next = world.lines.filter((_, i) => times[i]! > fromMs);
  const facts = world.facts.trim().split("\n");
  const exchanges = Object.entries(copies).flatMap(([account, copied]) =>
    linesOf(next, copied)
      .slice(0, 20)
      .map((line, i) => ({ ...line, account, id: `${account}-${i}`, time: new Date(fromMs + (i + 1) * 30_000) })),
  );
  const known = Object.entries(copies).flatMap(([account, copied]) =>
    linesOf(facts, copied).map((line) => ({ ...line, account })),
  );
  const text = (rows: readonly object[]): string => `${rows.map((row) => JSON.stringify(row)).join("\n")}\n`;
  return { "exchanges-1.ndjson": text(exchanges), "accounts.ndjson": text(known) };
}

interface Opening extends Pick<WatchOptions, "onLook" | "lookExchangesMax"> {
  readonly known?: Watch["campaigns"];
  readonly lessons?: readonly Lesson[];
}

const openWatch = (store: Store, { known, lessons = [], ...options }: Opening = {}): Promise<Watch> =>
  Watch.open(
    store,
    {
      random: seededRandom("watch"),
      intents: intents.intents,
      lessons: () => Promise.resolve(lessons),
      ...options,
    },
    known,
  );

async function walk(watch: Watch, fromMs: number, toMs: number): Promise<Standing[]> {
  const all: Standing[] = [];
  for (let nowMs = fromMs; nowMs <= toMs; nowMs += stepMs) all.push(...(await watch.advance(nowMs)));
  return all;
}

describe("a watch", () => {
  describe("that has found something", () => {
    /** What a watch says that is let go on to the end. */
    let whole: Record<"before" | "early" | "late" | "again", readonly Standing[]>;
    const looks: number[] = [];
    /** What one says that sees the log grow no further than this, where it has found something. */
    let cut: readonly Standing[] = [];
    /** And a quarter of an hour later, when no look was due, but one came who does what a member does, and one who does what a stranger does. */
    let soon: readonly Standing[] = [];
    let store: Store;
    let campaigns: Watch["campaigns"] = [];
    let close = async (): Promise<void> => {};
    const untilMs = (): number => world.startMs + 12 * hourMs;
    /** One of the campaigns, and a member of it. */
    const first = () => {
      const [known] = campaigns;
      const [member] = known?.members ?? [];
      if (known === undefined || member === undefined) throw new Error("nothing was found");
      return { known, account: member[0], member: member[1] };
    };
    const strangers = (): string[] => accountsOf(world.facts).filter((account) => !world.distillers.has(account));

    beforeAll(async () => {
      const { startMs } = world;
      const middleMs = startMs + 8 * hourMs;
      const endMs = startMs + 16 * hourMs;
      whole = await withStore(endMs, async (log) => {
        const watch = await openWatch(log, { onLook: (window) => void looks.push(window.untilMs) });
        return {
          before: await watch.advance(startMs - 1_000 * hourMs),
          early: await walk(watch, startMs, middleMs),
          late: await walk(watch, middleMs + stepMs, endMs),
          again: [...(await watch.advance(endMs)), ...(await watch.advance(startMs))],
        };
      });
      const opened = await openLog(logUntil(middleMs), { intents });
      ({ store, close } = opened);
      const watch = await openWatch(store);
      cut = await walk(watch, startMs, middleMs);
      campaigns = watch.campaigns;
      const handIn = async (name: string, files: Record<string, string>): Promise<void> => {
        const path = join(opened.folder, name);
        await mkdir(path);
        for (const [file, text] of Object.entries(files)) await writeFile(join(path, file), text);
        await ingest(store, { path, intents, clock: fixedClock(0) });
      };
      const [stranger = ""] = strangers();
      await handIn("who-comes", comers({ newcomer: first().account, stranger }, middleMs));
      soon = await watch.advance(middleMs + 15 * 60_000);
      for (const table of ["exchange", "account_facts"])
        await store.run(sql`DELETE FROM ${identifier(table)} WHERE account IN ('newcomer', 'stranger')`);
      await handIn("as-it-goes-on", { "exchanges-1.ndjson": linesBetween(middleMs, untilMs()) });
    }, timeoutMs);

    afterAll(() => close());

    it("finds the campaigns as they go on, and nobody else", () => {
      const { distillers } = world;
      const members = new Set([...whole.early, ...whole.late].map(({ account }) => account));
      expect([...members].filter((account) => !distillers.has(account))).toEqual([]);
      const found = new Set([...members].map((account) => distillers.get(account)));
      expect(found.size).toBeGreaterThanOrEqual(2);
      // What a look found first was looked at again an hour later, and that look called for no other.
      const confirming = looks.filter((time) => looks.includes(time - hourMs));
      expect(confirming.length).toBeGreaterThan(0);
      expect(confirming.filter((time) => looks.includes(time + hourMs))).toEqual([]);
    });

    it("says the same of a cut of the log up to there", () => {
      expect(cut).toEqual(whole.early);
      expect(cut.length).toBeGreaterThan(0);
    });

    it("takes in between two looks who shows by itself what marks the campaign", () => {
      const came = soon.filter(({ account }) => ["newcomer", "stranger"].includes(account));
      expect(came).toEqual([
        expect.objectContaining({
          account: "newcomer",
          status: "member",
          joined: "later",
          campaign: expect.objectContaining({ id: first().known.id }),
        }),
      ]);
      expect(came[0]?.evidence.map(({ signal }) => signal)).toEqual(["partition", "infrastructure"]);
    });

    it("says nothing of a log without exchanges, and nothing twice", () => {
      expect(whole.before).toEqual([]);
      expect(whole.again).toEqual([]);
    });

    it(
      "says whether a campaign stands by itself, and forgets one that is dropped until it is found anew",
      async () => {
        const { known, member } = first();
        const told = {
          ...known,
          id: "told",
          members: new Map(
            strangers()
              .slice(0, 20)
              .map((one) => [one, member]),
          ),
        };
        const misled = await openWatch(store, { known: [known, told] });
        expect(await misled.withoutLeads(known.id, untilMs())).toEqual({ kind: "stands", drawn: [] });
        expect(await misled.withoutLeads("told", untilMs())).toEqual({ kind: "falls" });
        expect(await misled.withoutLeads("another", untilMs())).toEqual({ kind: "falls" });
        await misled.drop("told");
        expect(misled.campaigns.map(({ id }) => id)).toEqual([known.id]);
        const standings = await misled.advance(untilMs());
        expect(standings.filter(({ account }) => strangers().includes(account))).toEqual([]);
        expect(standings.some(({ campaign }) => campaign.id === known.id)).toBe(true);
      },
      timeoutMs,
    );

    it(
      "says of a campaign that stands by itself whom only leads have brought into it, and forgets those",
      async () => {
        const { known, member } = first();
        expect([...known.members.values()].every(({ alone }) => alone)).toBe(true);
        const [drawn = "", kept = ""] = strangers();
        const own = [...known.members].map(([account, one]) => [account, { ...one, alone: false }] as const);
        const members = new Map([...own, [drawn, { ...member, alone: false }], [kept, member]]);
        const watch = await openWatch(store, { known: [{ ...known, members }] });
        expect(await watch.withoutLeads(known.id, untilMs())).toEqual({ kind: "stands", drawn: [drawn] });
        // Also where looks choose one account in eight.
        const shares: number[] = [];
        const busy = { lookExchangesMax: 1_000, onLook: (_: Window, oneIn: number) => void shares.push(oneIn) };
        const sampled = await openWatch(store, { known: [{ ...known, members }], ...busy });
        expect(await sampled.withoutLeads(known.id, untilMs())).toEqual({ kind: "stands", drawn: [drawn] });
        expect(Math.max(...shares)).toBe(8);
        await watch.dropMembers(known.id, [drawn]);
        expect([...watch.campaigns[0]!.members.keys()]).toEqual([...known.members.keys(), kept]);
      },
      timeoutMs,
    );

    it(
      "goes on after a restart from what it kept, but lets go whom an appeal has cleared",
      async () => {
        const { known, account: cleared } = first();
        const { families } = known.case;
        const at = new Date(untilMs()).toISOString();
        const lesson = { appeal: "1", account: cleared, campaign: known.id, families, at };
        const watch = await openWatch(store, { known: campaigns, lessons: [lesson] });
        const standings = await watch.advance(untilMs());
        const members = standings.filter(({ status }) => status === "member");
        expect(members.filter((standing) => standing.campaign.id === known.id).length).toBeGreaterThan(1);
        expect(members.map(({ account }) => account)).not.toContain(cleared);
        expect(standings.find(({ account }) => account === cleared)?.status).toBe("released");
      },
      timeoutMs,
    );
  });

  it(
    "finds campaigns in some of the accounts where there is too much to look at, and the others as they go on",
    async () => {
      const { startMs, distillers } = world;
      const endMs = startMs + 20 * hourMs;
      const shares: number[] = [];
      await withStore(endMs, async (store) => {
        const watch = await openWatch(store, {
          lookExchangesMax: 1_000,
          onLook: (_, oneIn) => void shares.push(oneIn),
        });
        const members = new Map<string, number>();
        for (let nowMs = startMs; nowMs <= endMs; nowMs += hourMs) {
          for (const { account, status } of await watch.advance(nowMs)) {
            expect(status).toBe("member");
            members.set(account, (members.get(account) ?? 0) + 1);
          }
        }
        expect(Math.max(...shares)).toBeGreaterThanOrEqual(4);
        expect([...members.keys()].filter((account) => !distillers.has(account))).toEqual([]);
        // A quarter of them was looked at; each is heard of again with each look that finds it at work.
        expect(members.size).toBeGreaterThan(distillers.size / 2);
        expect([...members.values()].filter((looked) => looked > 1).length).toBeGreaterThan(distillers.size / 2);
      });
    },
    timeoutMs,
  );
});
