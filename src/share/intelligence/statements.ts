import type { Family } from "../../model/report.ts";
import type { SizeBin } from "../stix/bins.ts";
import { ACCOUNT_CLUSTER, CAPABILITY_HARVEST } from "../stix/extensions.ts";
import type { Capability } from "../stix/extensions.ts";
import type { FingerprintKind } from "../../model/campaign-signals.ts";
import type { StixObject } from "../stix/objects.ts";
import type { CourseOfAction, Relationship } from "../stix/words.ts";
import { grouped } from "../../kit/grouped.ts";
import type { Hours } from "./hours.ts";
import type { Said } from "./said.ts";

// Limits.
/** Campaigns of one member that are looked at, those that it spoke of last. */
const statementsPerMemberMax = 200;

/** What one member says of one campaign, all of its objects together. */
export interface Statement {
  readonly member: string;
  /** Of the campaign. */
  readonly id: string;
  readonly firstMs: number;
  readonly saidMs: number;
  /** As its member says, 0 to 1. */
  readonly confidence: number;
  readonly accounts: SizeBin;
  readonly evidence: readonly Family[];
  readonly capabilities: readonly Capability[];
  /** Ids of attack patterns. */
  readonly techniques: readonly string[];
  /** What its member does about it. */
  readonly courses: readonly CourseOfAction[];
  /** Name and version; null: it does not say. */
  readonly detector: string | null;
  /** By the epoch of their key, and their digests. */
  readonly fingerprints: ReadonlyMap<string, ReadonlyMap<string, FingerprintKind>>;
  /** Hashes by the epoch of their key. */
  readonly sketches: ReadonlyMap<string, readonly string[]>;
  /** When its work is done; null: it does not say. */
  readonly hours: Hours | null;
  /** The campaign, its indicators, and what they are based on. */
  readonly objects: ReadonlySet<string>;
}

type ObjectOf<Type extends StixObject["type"]> = Extract<StixObject, { readonly type: Type }>;

/** One for each campaign. A member's relationships and reports join its own objects only: nobody adds to what another says. */
export function statementsOf(said: readonly Said[]): Statement[] {
  const byMember = grouped(said, ({ member }) => member);
  return [...byMember.values()]
    .flatMap(ofMember)
    .sort((one, other) => one.firstMs - other.firstMs || (one.member + one.id < other.member + other.id ? -1 : 1));
}

function ofMember(said: readonly Said[]): Statement[] {
  const graph = graphOf(said);
  const campaigns = said.flatMap((one) => (one.object.type === "campaign" ? [{ ...one, object: one.object }] : []));
  return campaigns
    .toSorted((one, other) => other.saidMs - one.saidMs)
    .slice(0, statementsPerMemberMax)
    .map((one) => statementOf(one, graph));
}

/** A member's own objects, and which of them it says belong together. */
interface Graph {
  get<Type extends StixObject["type"]>(type: Type, ids: readonly string[]): ObjectOf<Type>[];
  from(source: string, how: Relationship): readonly string[];
  to(target: string, how: Relationship): readonly string[];
  /** What stands in reports over this campaign alone. */
  reported(campaign: string): readonly string[];
}

function graphOf(said: readonly Said[]): Graph {
  const objects = new Map<string, StixObject>(said.map(({ object }) => [object.id, object]));
  const all = <Type extends StixObject["type"]>(type: Type): ObjectOf<Type>[] => pick(type, [...objects.values()]);
  const relationships = all("relationship");
  const bySource = grouped(relationships, ({ source_ref, relationship_type }) => `${source_ref} ${relationship_type}`);
  const byTarget = grouped(relationships, ({ target_ref, relationship_type }) => `${target_ref} ${relationship_type}`);
  const reported = new Map<string, readonly string[]>();
  for (const { object_refs: refs } of all("report")) {
    const [campaign, another] = refs.filter((ref) => ref.startsWith("campaign--"));
    if (campaign !== undefined && another === undefined) reported.set(campaign, refs);
  }
  return {
    get: (type, ids) =>
      pick(
        type,
        ids.flatMap((id) => objects.get(id) ?? []),
      ),
    from: (source, how) => (bySource.get(`${source} ${how}`) ?? []).map(({ target_ref }) => target_ref),
    to: (target, how) => (byTarget.get(`${target} ${how}`) ?? []).map(({ source_ref }) => source_ref),
    reported: (campaign) => reported.get(campaign) ?? [],
  };
}

function pick<Type extends StixObject["type"]>(type: Type, objects: readonly StixObject[]): ObjectOf<Type>[] {
  return objects.filter((object): object is ObjectOf<Type> => object.type === type);
}

function statementOf(
  { member, object: campaign, firstMs, saidMs }: Omit<Said, "object"> & { readonly object: ObjectOf<"campaign"> },
  graph: Graph,
): Statement {
  const indicators = graph.get("indicator", graph.to(campaign.id, "indicates"));
  const used = graph.from(campaign.id, "uses");
  const observed = graph.get("observed-data", [
    ...indicators.flatMap(({ id }) => graph.from(id, "based-on")),
    ...graph.get("infrastructure", used).flatMap(({ id }) => graph.from(id, "consists-of")),
    ...graph.reported(campaign.id),
  ]);
  const observables = observed.flatMap(({ object_refs: refs }) => refs);
  const fingerprints = graph.get("stillwatch-fingerprint", observables);
  const skeletons = graph.get("stillwatch-prompt-skeleton", observables);
  const [timing] = graph.get("stillwatch-timing-signature", observables);
  const { [ACCOUNT_CLUSTER]: cluster, [CAPABILITY_HARVEST]: harvest } = campaign.extensions;
  const { detector } = cluster;
  return {
    member,
    id: campaign.id,
    firstMs,
    saidMs,
    confidence: campaign.confidence / 100,
    accounts: cluster.accounts,
    evidence: cluster.evidence,
    capabilities: harvest?.capabilities ?? [],
    techniques: used.filter((id) => id.startsWith("attack-pattern--")),
    courses: graph.get("course-of-action", graph.to(campaign.id, "related-to")).map(({ name }) => name),
    detector: detector === undefined ? null : `${detector.name} ${detector.version}`,
    fingerprints: new Map(
      [...grouped(fingerprints, ({ key_epoch: epoch }) => epoch)].map(([epoch, made]) => [
        epoch,
        new Map(made.map(({ digest, kind }) => [digest, kind])),
      ]),
    ),
    sketches: new Map(skeletons.map(({ key_epoch: epoch, sketch }) => [epoch, sketch])),
    hours: timing?.hours ?? null,
    objects: new Set([campaign.id, ...[...indicators, ...observed].map(({ id }) => id), ...observables]),
  };
}
