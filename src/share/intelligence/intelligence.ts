import type { Desk } from "../../decide/desk/desk.ts";
import { readPages } from "../../decide/desk/pages.ts";
import { dayMs } from "../../kit/time-units.ts";
import type { ReceivedObject } from "../../model/received-object.ts";
import type { LeadName } from "../../store/state/lead-uses.ts";
import type { Repositories, State } from "../../store/state/state.ts";
import type { KeyedLead } from "../stix/behaviour.ts";
import type { CircleKey } from "../stix/keyed.ts";
import { stixObjectSchema } from "../stix/objects.ts";
import type { StixObject } from "../stix/objects.ts";
import { sortArrivals } from "./arrivals.ts";
import type { Receipt, Speaker } from "./arrivals.ts";
import { echoesOf, joinStatements } from "./clusters.ts";
import type { Cluster } from "./clusters.ts";
import { consensusOf, detectorsOf } from "./consensus.ts";
import type { Consensus } from "./consensus.ts";
import { knownCampaign } from "./known.ts";
import type { Known } from "./known.ts";
import { notLookedForAt } from "./not-looked-for.ts";
import { activeLeads } from "./leads.ts";
import type { LeadOf } from "./leads.ts";
import { reactionsOf } from "./reactions.ts";
import type { Reaction } from "./reactions.ts";
import { settleRetractions } from "./retractions.ts";
import type { CampaignWatch, Settlement } from "./retractions.ts";
import { readSaid } from "./said.ts";
import type { KeyStanding, Said } from "./said.ts";
import { compareWithOurs } from "./seen-here.ts";
import type { LiveHere } from "./seen-here.ts";
import { statementsOf } from "./statements.ts";
import type { Statement } from "./statements.ts";

// Limits.
/** Objects of one call, which is one transaction. */
const objectsMax = 10_000;
/** Campaigns that are told to a person at once. */
const knownMax = 500;

/**
 * What is known from others. It draws attention and does nothing else: leads go to the detector, which convicts by our own log or not at
 * all. The one thing that it does by itself is to undo.
 */
export interface Intelligence {
  /**
   * Takes in what a member has said. The caller has checked that the member has signed it and that it may be used here. The same again
   * changes nothing. Throws a `RangeError` for more than 10,000 objects.
   */
  receive(by: Speaker, objects: readonly StixObject[], nowMs: number): Promise<Receipt>;
  /**
   * Takes as taken back what the member has said under these ids before these versions, which are not for us to have. Resolves with what of
   * it there was.
   */
  withdraw(by: Speaker, versions: readonly Version[], nowMs: number): Promise<readonly string[]>;
  /** What to look for at `nowMs`. */
  leadsAt(nowMs: number): Promise<readonly KeyedLead[]>;
  /** That a campaign of ours was formed from leads. */
  record(campaign: string, leads: readonly LeadName[], nowMs: number): Promise<void>;
  /** Undoes what followed from leads that were taken back, some campaigns a call. Not to be called during a step of the watch. */
  settle(nowMs: number): Promise<readonly Settlement[]>;
}

/** Of an object. */
export interface Version {
  readonly id: string;
  /** Milliseconds since the epoch. */
  readonly versionMs: number;
}

/** Where it stands what was said. */
export interface Knowledge {
  readonly state: Pick<Repositories, "received" | "receivedCommitments">;
  /** Our own identity in the circle. */
  readonly self: string;
  /** Members' keys as they are now. */
  signing(): KeyStanding;
  /** What we have told others and not taken back. */
  ours(nowMs: number): Promise<readonly Said[]>;
}

/** What is compared with it besides, for ourselves. */
export interface OwnKnowledge {
  /** Our live campaigns, told or not. Asked for only where others have told of any. */
  here(nowMs: number): Promise<readonly LiveHere[]>;
  /** Under which others' digests are compared with ours. */
  keys(nowMs: number): readonly CircleKey[];
}

export interface IntelligenceParts extends Knowledge {
  readonly state: State;
  readonly desk: Desk;
  readonly leadOf: LeadOf;
  readonly watch: CampaignWatch;
}

export function createIntelligence(parts: IntelligenceParts): Intelligence {
  const { state } = parts;
  return {
    async receive(by, objects, nowMs) {
      if (objects.length > objectsMax) throw new RangeError(`more than ${objectsMax} objects at once`);
      const { revoked } = parts.signing();
      return state.transaction((tables) => receive(tables, by, objects, revoked, nowMs));
    },
    withdraw: (by, versions, nowMs) => state.transaction((tables) => withdraw(tables, by, versions, nowMs)),
    async leadsAt(nowMs) {
      const heard = await hear(parts, nowMs);
      const left = judge(heard, joinStatements(heard.statements)).flatMap(({ cluster, consensus }) => [
        ...consensus.withheld,
        ...echoesOf(cluster, parts.self),
      ]);
      return activeLeads(heard.said, heard.statements, new Set(left), parts.leadOf, nowMs);
    },
    record: (campaign, leads, nowMs) => state.leadUses.record(campaign, leads, [...parts.signing().revoked], nowMs),
    settle: (nowMs) => settleRetractions(parts, nowMs),
  };
}

/** What the circle knows of campaigns, so many at most, what of it is not looked for here, and what is not in its members' logs. */
export async function readKnown(parts: Knowledge & OwnKnowledge, nowMs: number): Promise<Known> {
  const heard = await hear(parts, nowMs);
  const { said, statements } = heard;
  const here = said.length === 0 ? [] : await parts.here(nowMs);
  const keys = parts.keys(nowMs);
  const ours = compareWithOurs(here, keys, parts.self, statements);
  // What is looked for does not wait until our log was asked for campaigns of ours, so that these do not say what is left alone.
  const withheld = new Set(judge(heard, joinStatements(statements)).flatMap(({ consensus }) => consensus.withheld));
  const campaigns = judge(heard, joinStatements(statements, ours.bridges))
    .toSorted((one, other) => other.consensus.confidence - one.consensus.confidence)
    .slice(0, knownMax)
    .map(({ cluster, consensus }) =>
      knownCampaign(
        cluster,
        { ...consensus, withheld: cluster.statements.filter((one) => withheld.has(one)) },
        ours.seenIn(cluster),
      ),
    );
  const notInLog = await parts.state.receivedCommitments.open();
  return { campaigns, notLookedFor: notLookedForAt(said, keys, nowMs), notInLog };
}

async function receive(
  state: Repositories,
  by: Speaker,
  objects: readonly StixObject[],
  revokedKeys: ReadonlySet<string>,
  nowMs: number,
): Promise<Receipt> {
  const { member } = by;
  const counts = await state.received.open(member, Math.floor(nowMs / dayMs));
  const known = await state.received.find(
    member,
    objects.map(({ id }) => id),
  );
  const { rows, ...receipt } = sortArrivals(by, objects, { ...counts, known }, revokedKeys, nowMs);
  await state.received.put(member, rows);
  const fallen = await withCampaigns(state, member, rows);
  await state.received.put(member, fallen);
  return { ...receipt, retracted: [...receipt.retracted, ...fallen.map(({ id }) => id)] };
}

async function withdraw(
  state: Repositories,
  { member, key }: Speaker,
  versions: readonly Version[],
  nowMs: number,
): Promise<string[]> {
  await state.received.open(member, Math.floor(nowMs / dayMs));
  const known = await state.received.find(
    member,
    versions.map(({ id }) => id),
  );
  const laterThan = new Map(versions.map(({ id, versionMs }) => [id, versionMs]));
  const rows = known.flatMap((row) => {
    const versionMs = laterThan.get(row.id) ?? 0;
    return row.revoked || versionMs <= row.versionMs ? [] : [{ ...row, key, versionMs, revoked: true }];
  });
  await state.received.put(member, rows);
  const fallen = await withCampaigns(state, member, rows);
  await state.received.put(member, fallen);
  return [...rows, ...fallen].map(({ id }) => id);
}

/** Whoever takes a campaign back takes back what indicates it, also where he forgets to say so. */
async function withCampaigns(
  state: Repositories,
  member: string,
  rows: readonly ReceivedObject[],
): Promise<ReceivedObject[]> {
  const campaigns = new Set(rows.filter(({ type, revoked }) => revoked && type === "campaign").map(({ id }) => id));
  if (campaigns.size === 0) return [];
  const relationships = await readPages((page) => state.received.ofMember(member, "relationship", page));
  const indicators = relationships.flatMap(({ body }) => {
    const object = stixObjectSchema.parse(JSON.parse(body));
    const indicates = object.type === "relationship" && object.relationship_type === "indicates";
    return indicates && campaigns.has(object.target_ref) ? [object.source_ref] : [];
  });
  const found = await state.received.find(member, indicators);
  return found.filter(({ revoked }) => !revoked).map((row) => ({ ...row, revoked: true }));
}

interface Heard {
  /** Of others. */
  readonly said: readonly Said[];
  /** Of others, and ours. */
  readonly statements: readonly Statement[];
  readonly reactions: readonly Reaction[];
  readonly self: string;
  readonly nowMs: number;
}

async function hear({ state, self, signing, ours }: Knowledge, nowMs: number): Promise<Heard> {
  const said = await readSaid(state, signing(), nowMs);
  const all = [...said, ...(await ours(nowMs))].sort((one, other) => one.firstMs - other.firstMs);
  return { said, statements: statementsOf(all), reactions: reactionsOf(all), self, nowMs };
}

function judge(
  { statements, reactions, self, nowMs }: Heard,
  clusters: readonly Cluster[],
): { readonly cluster: Cluster; readonly consensus: Consensus }[] {
  const detectors = detectorsOf(statements);
  return clusters.map((cluster) => ({ cluster, consensus: consensusOf(cluster, reactions, detectors, self, nowMs) }));
}
