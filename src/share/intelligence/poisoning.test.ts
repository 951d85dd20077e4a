import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { inForce, testPolicy } from "../../decide/desk/desk.case.ts";
import { createDesk } from "../../decide/desk/desk.ts";
import type { Desk } from "../../decide/desk/desk.ts";
import { standing } from "../../decide/standing.case.ts";
import { seededRandom } from "../../kit/random.ts";
import type { Random } from "../../kit/random.ts";
import { dayMs } from "../../kit/time-units.ts";
import { emptyState } from "../../store/state/empty-state.case.ts";
import type { State } from "../../store/state/state.ts";
import type { Authorship } from "../stix/build.ts";
import type { StixObject } from "../stix/objects.ts";
import { key } from "../stix/stix.case.ts";
import { hourMs, intelligenceOf, knowledgeOf, linesOf, memberOf, tell, testKeys } from "./circle.case.ts";
import type { Sighted } from "./circle.case.ts";
import { readKnown } from "./intelligence.ts";
import type { Intelligence } from "./intelligence.ts";
import type { KnownCampaign } from "./known.ts";
import { LIES } from "./liar.case.ts";
import { leadsPerMemberMax } from "./terms.ts";

/*
 * A circle of four honest members and one who lies, on the real state, desk and detector's leads. Each seed is played twice, without the liar
 * and with it: what changes is what it can do.
 */

const honestNames = ["a", "b", "c", "d"] as const;
type HonestName = (typeof honestNames)[number];
const seeds = Array.from({ length: 8 }, (_, seed) => seed);

let state: State;
let desk: Desk;
let intelligence: Intelligence;
/** Each play has two years of its own, in which what came before has faded. */
let nowMs = Date.UTC(2026, 10, 20);
beforeAll(async () => {
  state = await emptyState();
  desk = createDesk({ state, policy: testPolicy() });
  intelligence = intelligenceOf(knowledge(), desk);
});
afterAll(() => state.close());

const keys = testKeys();
const knowledge = () => knowledgeOf(state, keys);

interface Told {
  readonly name: HonestName;
  readonly campaign: number;
  readonly by: Authorship;
  readonly objects: readonly StixObject[];
}

/** What the honest have seen: of three campaigns, each a part, with a payment in common. */
function honestTellings(random: Random, label: string): Told[] {
  const tellings = [0, 1, 2].flatMap((campaign) =>
    honestNames.flatMap((name, index): Omit<Told, "objects">[] => {
      if (index !== campaign && !random.chance(0.5)) return [];
      const by = memberOf(`${name}x${label}`, nowMs, random.fork(`${label}/${name}/${campaign}`));
      return [{ name, campaign, by }];
    }),
  );
  return tellings.map((told) => ({ ...told, objects: tell(told.by, sightedBy(told.name, told.campaign)) }));
}

function sightedBy(name: HonestName, campaign: number): Sighted {
  const from = 1_000 * campaign + 5 * honestNames.indexOf(name);
  return {
    payment: [`card ${campaign}`, `card ${campaign} of ${name}`],
    lines: linesOf(from, from + 40),
    campaign: { confidence: 0.6 },
  };
}

interface Outcome {
  /** The honest members' leads in their order, by member and campaign. */
  readonly leads: readonly string[];
  readonly liarsLeads: number;
  readonly known: readonly KnownCampaign[];
  /** Of each honest statement, by member and id, who made it and of which campaign. */
  readonly labels: ReadonlyMap<string, string>;
  /** Decisions in force, before what was taken back is settled and after it. */
  readonly decisions: readonly [before: readonly string[], after: readonly string[]];
}

async function play(seed: number, liar: "lies" | "is silent"): Promise<Outcome> {
  nowMs += 2 * 365 * dayMs;
  const name = `s${seed}${liar === "lies" ? "l" : "s"}`;
  const random = seededRandom(`play ${seed}`);
  const tellings = shuffled(honestTellings(random, name), random);
  const by = memberOf(`liar${name}`.slice(0, 16), nowMs, random.fork("liar"));
  const lies = random.fork("lies");
  const own: StixObject[] = [];
  const heard: StixObject[] = [];
  const lie = async (): Promise<void> => {
    if (liar === "is silent") return;
    const what = LIES[lies.pick(Object.keys(LIES))];
    const marks = [0, 1, 2].map((campaign) => `card ${campaign}`);
    const objects = what?.({ by: { ...by, nowMs }, random: lies, others: heard, marks, own }) ?? [];
    own.push(...objects.filter((object) => "created_by_ref" in object && object.created_by_ref === by.member.id));
    await intelligence.receive(keys.of(by), objects, nowMs);
  };
  await decide(`${name} by itself`);
  for (const { by: teller, objects } of tellings) {
    await lie();
    await lie();
    await intelligence.receive(keys.of(teller), objects, nowMs);
    if (heard.length === 0) {
      const lead = objects.find((object) => object.type === "indicator" && object.pattern_type !== "stix")?.id ?? "";
      await intelligence.record(`${name} by a lead`, [{ id: lead, source: teller.member.id }], nowMs);
      await decide(`${name} by a lead`);
    }
    heard.push(...objects);
    nowMs += hourMs;
  }
  await lie();
  const leads = await intelligence.leadsAt(nowMs);
  const labels = new Map(
    tellings.flatMap(({ name: teller, campaign, objects }) =>
      objects.map(({ id }) => [id as string, `${teller}${campaign}`] as const),
    ),
  );
  const honest = new Set<string>(tellings.map((told) => told.by.member.id));
  const before = await decisionsOf(name);
  await intelligence.settle(nowMs);
  return {
    leads: leads.filter(({ source }) => honest.has(source)).map(({ id }) => labels.get(id) ?? "unknown"),
    liarsLeads: leads.filter(({ source }) => source === by.member.id).length,
    known: (await readKnown({ ...knowledge(), here: () => Promise.resolve([]), keys: () => [key] }, nowMs)).campaigns,
    labels: new Map(
      tellings.map(({ name: teller, campaign, by: { member }, objects }) => [
        `${member.id} ${objects.find(({ type }) => type === "campaign")?.id}`,
        `${campaign}${teller}`,
      ]),
    ),
    decisions: [before, await decisionsOf(name)],
  };
}

/** A campaign of ours, and what is decided in it. */
async function decide(campaign: string): Promise<void> {
  const time = new Date(nowMs).toISOString();
  const of = { ...standing().campaign, id: campaign };
  await desk.take([standing({ account: `${campaign}: x`, time, campaign: of })], nowMs);
}

async function decisionsOf(name: string): Promise<string[]> {
  const all = await inForce(state, nowMs);
  return all.map(({ campaign, action }) => `${campaign?.replace(name, "")} ${action}`).toSorted();
}

function shuffled<Item>(items: readonly Item[], random: Random): Item[] {
  return items
    .map((item) => ({ item, place: random.next() }))
    .toSorted((one, other) => one.place - other.place)
    .map(({ item }) => item);
}

/** The clusters in which honest members speak, by what they say there. */
function honestClusters({ known, labels }: Outcome): Map<string, KnownCampaign["consensus"]> {
  return new Map(
    known.flatMap(({ contributions, consensus }) => {
      const told = contributions.flatMap(({ member, campaign }) => labels.get(`${member} ${campaign}`) ?? []);
      return told.length === 0 ? [] : [[told.join(" "), consensus] as const];
    }),
  );
}

describe("one member who lies", () => {
  test.each(seeds)("moves nothing of others (seed %i)", { timeout: 120_000 }, async (seed) => {
    const [without, with_] = [await play(seed, "is silent"), await play(seed, "lies")];
    expect(with_.leads).toEqual(without.leads);
    expect(without.leads.length).toBeGreaterThanOrEqual(3);
    expect(with_.liarsLeads).toBeLessThanOrEqual(leadsPerMemberMax);
    expect(with_.decisions).toEqual(without.decisions);
    expect(without.decisions[0]).toHaveLength(2);
    const [before, after] = [honestClusters(without), honestClusters(with_)];
    expect([...after.keys()].toSorted()).toEqual([...before.keys()].toSorted());
    for (const [told, { independent, confidence, withheld }] of after) {
      const alone = before.get(told) ?? { independent: 0, confidence: 0 };
      expect(withheld).toEqual([]);
      expect(independent).toBeGreaterThanOrEqual(alone.independent - 1e-9);
      expect(independent).toBeLessThanOrEqual(alone.independent + 1 + 1e-9);
      expect(confidence).toBeGreaterThanOrEqual(alone.confidence - 1e-9);
      expect(1 - confidence).toBeGreaterThanOrEqual((1 - alone.confidence) / 2 - 1e-9);
    }
  });
});
