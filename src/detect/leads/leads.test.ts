import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadIntentPack } from "../../ingest/intent/pack.ts";
import { seededRandom } from "../../kit/random.ts";
import type { Standing } from "../../model/decision.ts";
import { climb } from "../../sim/campaign/ladder.ts";
import { findScenario } from "../../sim/scenario.ts";
import type { Store } from "../../store/engine.ts";
import { sql, texts } from "../../store/sql.ts";
import type { Detection } from "../detect.ts";
import { Watch } from "../watch/watch.ts";
import { digests, leadFrom, look, smallWorld } from "./lead.case.ts";
import type { SmallWorld } from "./lead.case.ts";
import type { Lead } from "./lead.ts";
import { campaignSignals } from "./signals.ts";
import type { CampaignSignals } from "./signals.ts";

const timeoutMs = 300_000;
const dayMs = 86_400_000;
const always = { sinceMs: 0, untilMs: Date.UTC(2100, 0, 1) };

/** One relay network at two providers: 36 of its accounts at one for six days, twelve at the other for two. */
const demo = findScenario("demo")!;
const network = {
  ...climb(demo.campaigns[0]!, 1),
  accounts: 48,
  exchangesPerAccountDay: 4,
  startDay: 0,
  rampHours: 3,
};
const scenario = { ...demo, honestAccounts: 500, campaigns: [network] };

let world: SmallWorld;
let members: readonly string[] = [];
let customersHere: readonly string[] = [];
let signals: CampaignSignals;
let here: ReadonlySet<string> = new Set();

beforeAll(async () => {
  world = await smallWorld(scenario, 1, 6);
  members = [...world.truth.keys()].filter((account) => world.truth.get(account) !== undefined).sort();
  const customers = [...world.truth.keys()].filter((account) => world.truth.get(account) === undefined);
  customersHere = customers.filter((_, i) => i % 2 === 0);
  here = new Set([...customersHere, ...members.slice(0, 12)]);
  const there = new Set([...customers.filter((_, i) => i % 2 === 1), ...members.slice(12)]);
  signals = await world.at(there, 6, async (store) => {
    const {
      campaigns: [campaign],
    } = await look(store, null);
    if (campaign === undefined) throw new Error("the first provider finds nothing");
    return campaignSignals(store, campaign.accounts, always);
  });
}, timeoutMs);

const accountsOf = ({ campaigns }: Pick<Detection, "campaigns">): string[] =>
  campaigns.flatMap(({ accounts }) => accounts).sort();

async function listed<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const list: Item[] = [];
  for await (const item of items) list.push(item);
  return list;
}

async function everything({ campaigns, convicted, candidates, coordinated, scores, explanations }: Detection) {
  return {
    campaigns,
    convicted,
    candidates,
    coordinated,
    scores: await listed(scores()),
    explanations: await listed(explanations()),
  };
}

describe("a campaign of which one provider sees too little", () => {
  let store: Store;
  let close = async (): Promise<void> => {};
  /** What is found here without a lead, and with one. */
  let alone: Awaited<ReturnType<typeof everything>>;
  let led: Detection;

  beforeAll(async () => {
    ({ store, close } = await world.open(here, 2));
    alone = await everything(await look(store, null));
    led = await look(store, [leadFrom(signals)]);
  }, timeoutMs);

  afterAll(() => close());

  it("is found with what another tells of it, all of it and nobody else, by evidence of its own", () => {
    expect(accountsOf(alone)).toEqual([]);
    expect(accountsOf(led)).toEqual(members.slice(0, 12));
    const [campaign] = led.campaigns;
    expect(campaign?.leads).toEqual([{ id: "indicator--1", source: "a" }]);
    const speaking = led.convicted[0]?.findings.filter(({ family, logE }) => family !== "intent" && logE >= 1) ?? [];
    expect(speaking.length).toBeGreaterThanOrEqual(2);
    // Of the log's own groups everything is said as it was.
    expect(led.candidates.slice(0, alone.candidates.length)).toEqual(alone.candidates);
  });

  it(
    "is found whatever a liar sends besides, and for two members it takes twice as much",
    async () => {
      const lies = Array.from({ length: 300 }, (_, i): Lead => ({ ...leadFrom(signals, "liar"), id: `lie ${i}` }));
      const both = await look(store, [...lies, leadFrom(signals)]);
      expect(accountsOf(both)).toEqual(members.slice(0, 12));
      const barIn = ({ candidates }: Detection): number | undefined =>
        candidates.find(({ observation }) => observation.candidate.leads?.[0]?.source === "a")?.bar;
      expect(barIn(both)).toBeCloseTo((barIn(led) ?? Number.NaN) + Math.log10(2), 9);
    },
    timeoutMs,
  );

  it(
    "leaves a log as it is where there are no leads, or none that anything agrees with",
    async () => {
      const other = {
        ...signals,
        skeletonPieces: new Set([...signals.skeletonPieces].map((piece) => `other ${piece}`)),
      };
      for (const list of [[], [leadFrom({ ...other, fingerprints: [] })]])
        expect(await everything(await look(store, list))).toEqual(alone);
      expect(alone.campaigns.every((campaign) => !("leads" in campaign))).toBe(true);
    },
    timeoutMs,
  );

  it(
    "is not looked for where the lead means a larger one",
    async () => {
      const larger = await look(store, [{ ...leadFrom(signals), accountsMin: 100 }]);
      expect(larger.candidates.filter(({ observation }) => observation.candidate.leads)).toEqual([]);
    },
    timeoutMs,
  );

  it(
    "is asked for other evidence than traces where it was chosen for them",
    async () => {
      const cards = await store.rows<{ payment: string }>(
        sql`SELECT payment FROM account_facts WHERE payment != '' AND has(${texts(members)}, account)`,
      );
      const fingerprints = cards.map(({ payment }) => ({ kind: "payment" as const, value: payment }));
      const traced = await look(store, [leadFrom({ skeletonPieces: new Set(), fingerprints })]);
      const drawn = traced.candidates.filter(({ observation }) => observation.candidate.leads);
      expect(drawn.length).toBeGreaterThan(0);
      for (const { observation, findings } of drawn) {
        expect(observation.candidate.source).toBe("lead-traces");
        expect(observation.candidate.whole).toBeUndefined();
        expect(findings.find(({ family }) => family === "infrastructure")).toMatchObject({ logE: 0, evidence: [] });
      }
    },
    timeoutMs,
  );
});

describe("a campaign that is found by a lead", () => {
  it(
    "is watched as others are, and its members' reasons say who drew attention to them",
    () =>
      world.at(here, 2, async (store) => {
        const asked: number[] = [];
        const watch = await Watch.open(store, {
          random: seededRandom("watch"),
          intents: loadIntentPack().intents,
          leads: (nowMs) => {
            asked.push(nowMs);
            return { list: [leadFrom(signals)], ...digests };
          },
        });
        const beginMs = Date.UTC(2026, 2, 2);
        const standings: Standing[] = [];
        for (const days of [1.5, 1.75, 2]) standings.push(...(await watch.advance(beginMs + days * dayMs)));
        expect(asked.length).toBeGreaterThanOrEqual(2);
        const told = new Set(standings.map(({ account }) => account));
        expect([...told].filter((account) => !members.includes(account))).toEqual([]);
        expect(told.size).toBeGreaterThan(0);
        for (const { reasons } of standings) {
          expect(reasons.length).toBeGreaterThan(1);
          expect(reasons.at(-1)).toContain("attention was drawn to these accounts by another provider");
        }
        expect(watch.campaigns.map((campaign) => campaign.case.leads)).toEqual([[{ id: "indicator--1", source: "a" }]]);
        expect(watch.campaigns.flatMap((campaign) => [...campaign.members.values()].map(({ alone }) => alone))).toEqual(
          [...told].map(() => false),
        );
      }),
    timeoutMs,
  );
});

describe("what is told of a campaign", () => {
  it("is made of lines and traces that next to none of the customers has", async () => {
    expect(signals.skeletonPieces.size).toBeGreaterThan(10);
    await world.at(new Set(customersHere), 6, async (store) => {
      const { candidates } = await look(store, [leadFrom(signals)]);
      const named = candidates.filter(({ observation }) => observation.candidate.leads);
      expect(named).toEqual([]);
    });
  });
});
