import type { CourseOfAction } from "../stix/words.ts";
import type { Family } from "../../model/report.ts";
import type { SizeBin } from "../stix/bins.ts";
import type { Capability } from "../stix/extensions.ts";
import type { FingerprintKind } from "../../model/campaign-signals.ts";
import { sketchSimilarity } from "../stix/keyed.ts";
import { hoursInCommon } from "./hours.ts";
import type { Statement } from "./statements.ts";
import { ownShareMin, skeletonSimilarityMin } from "./terms.ts";

/** Statements about what looks like one campaign, in the order in which they came. */
export interface Cluster {
  readonly statements: readonly Statement[];
  /** Those of them that say little that others had not said before. */
  readonly repeats: ReadonlySet<Statement>;
}

/** A live campaign of ours, as it joins what others say. */
export interface Bridge {
  readonly id: string;
  /** Members whose leads had a part in forming it. */
  readonly sources: ReadonlySet<string>;
}

/** With which of ours a statement agrees. */
export type Bridges = ReadonlyMap<Statement, readonly Bridge[]>;

const noBridges: Bridges = new Map();

/**
 * Joins what is said of one campaign. Each statement goes to the cluster that it agrees with most, and only where it agrees with more than
 * half of the members that count there. So clusters are never joined by a later statement, and no single member can make two
 * campaigns one by telling of both in one breath.
 *
 * @param statements in the order in which they came.
 */
export function joinStatements(statements: readonly Statement[], bridges = noBridges): Cluster[] {
  const clusters: { statements: Statement[]; repeats: Set<Statement> }[] = [];
  const byToken = new Map<string, Set<(typeof clusters)[number]>>();
  for (const statement of statements) {
    const tokens = [...tokensOf(statement), ...(bridges.get(statement) ?? []).map(({ id }) => `ours ${id}`)];
    const near = new Set(tokens.flatMap((token) => [...(byToken.get(token) ?? [])]));
    const agreeing = [...near]
      .map((cluster) => ({ cluster, share: agreement(statement, cluster, bridges) }))
      .filter(({ share }) => share > 1 / 2)
      .sort((one, other) => other.share - one.share);
    const found = agreeing[0]?.cluster;
    const cluster = found ?? { statements: [], repeats: new Set<Statement>() };
    if (found === undefined) clusters.push(cluster);
    if (isRepeat(statement, cluster.statements)) cluster.repeats.add(statement);
    cluster.statements.push(statement);
    for (const token of tokens) byToken.set(token, (byToken.get(token) ?? new Set()).add(cluster));
  }
  return clusters;
}

/** The share of members, so that one with many statements is one. */
function agreement(statement: Statement, { statements, repeats }: Cluster, bridges: Bridges): number {
  const counting = statements.filter((one) => !repeats.has(one));
  const agreeing = counting.filter((one) => agree(statement, one) || areBridged(statement, one, bridges));
  return membersOf(agreeing).size / membersOf(counting).size;
}

/**
 * Both agree with a campaign that our own log has shown us, as where one saw its beginning and one its end, or they told of it under the keys
 * of two months. Not with one that somebody else's lead had a part in: he could have named the lines of two campaigns, to have us find one.
 */
function areBridged(one: Statement, other: Statement, bridges: Bridges): boolean {
  const theirs = bridges.get(other) ?? [];
  return (bridges.get(one) ?? []).some(
    (ours) =>
      theirs.includes(ours) && [...ours.sources].every((source) => source === one.member || source === other.member),
  );
}

function membersOf(statements: readonly Statement[]): Set<string> {
  return new Set(statements.map(({ member }) => member));
}

/** What can be compared between members. */
export type Comparable = Pick<Statement, "fingerprints" | "sketches">;

/** A payment or a device in common, or much of the skeleton. Many strangers share a TLS client. */
export function agree(one: Comparable, other: Comparable): boolean {
  for (const [epoch, digests] of one.fingerprints) {
    const others = other.fingerprints.get(epoch);
    for (const [digest, kind] of digests) if (kind !== "tls" && others?.get(digest) === kind) return true;
  }
  for (const [epoch, sketch] of one.sketches) {
    if (sketchSimilarity(sketch, other.sketches.get(epoch) ?? []) >= skeletonSimilarityMin) return true;
  }
  return false;
}

/**
 * Circular reporting: a member passes on what it has heard, and it looks like a second source. What it says under a key that nobody had used
 * before is nothing of its own: who tells of the same under two keys says it once.
 */
function isRepeat(statement: Statement, before: readonly Statement[]): boolean {
  const others = before.filter(({ member, firstMs }) => member !== statement.member && firstMs < statement.firstMs);
  const heard = new Set(others.flatMap(tokensOf));
  const epochs = new Set(others.flatMap(epochsOf));
  const tokens = epochsOf(statement).flatMap((epoch) => (epochs.has(epoch) ? tokensUnder(epoch, statement) : []));
  return tokens.length > 0 && tokens.filter((token) => !heard.has(token)).length < ownShareMin * tokens.length;
}

/**
 * Statements that say little beyond what we had told before. Made a lead, they would have our own log asked again what it has answered already,
 * on both of its halves.
 */
export function echoesOf({ statements, repeats }: Cluster, self: string): Statement[] {
  const own = statements.find(({ member }) => member === self);
  return own === undefined
    ? []
    : [...repeats].filter(({ member, firstMs }) => member !== self && firstMs > own.firstMs);
}

/** What two that agree have one of in common. */
export function tokensOf(comparable: Comparable): string[] {
  return epochsOf(comparable).flatMap((epoch) => tokensUnder(epoch, comparable));
}

/** Months of the keys that it is told under. */
function epochsOf({ fingerprints, sketches }: Comparable): string[] {
  return [...new Set([...fingerprints.keys(), ...sketches.keys()])];
}

function tokensUnder(epoch: string, { fingerprints, sketches }: Comparable): string[] {
  const told = [...(fingerprints.get(epoch)?.keys() ?? []), ...(sketches.get(epoch) ?? [])];
  return told.map((hash) => `${epoch} ${hash}`);
}

/** What a member was the first to say of a campaign. */
export interface Contribution {
  readonly member: string;
  /** The id that the campaign has with this member. */
  readonly campaign: string;
  readonly sinceMs: number;
  readonly accounts: SizeBin;
  readonly repeats: boolean;
  readonly fingerprints: Readonly<Record<FingerprintKind, number>>;
  /** Of the template, those in the sketch: how many. */
  readonly skeletonLines: number;
  readonly techniques: readonly string[];
  readonly capabilities: readonly Capability[];
  readonly evidence: readonly Family[];
  /** With who spoke of it first: the share of the work that falls into the same hours. Null: that is this one, or one of both does not say. */
  readonly hoursInCommon: number | null;
  /** What it does about it, whoever said so first. */
  readonly courses: readonly CourseOfAction[];
}

export function contributionsOf({ statements, repeats }: Cluster): Contribution[] {
  const said = new Set<string>();
  const fresh = <Word extends string>(words: Iterable<Word>): Word[] => {
    const found = [...words].filter((word) => !said.has(word));
    for (const word of found) said.add(word);
    return found;
  };
  return statements.map((statement, index) => {
    /** How many that nobody had told. What is told under two keys is told once, and is not new where it is not under one of them. */
    const freshOf = (told: ReadonlyMap<string, readonly string[]>): number => {
      const counts = [...told].flatMap(([epoch, hashes]) =>
        hashes.length === 0 ? [] : fresh(hashes.map((hash) => `${epoch} ${hash}`)).length,
      );
      return counts.length === 0 ? 0 : Math.min(...counts);
    };
    const ofKind = (kind: FingerprintKind): number =>
      freshOf(
        new Map(
          [...statement.fingerprints].map(([epoch, digests]) => [
            epoch,
            [...digests].flatMap(([digest, of]) => (of === kind ? digest : [])),
          ]),
        ),
      );
    return {
      member: statement.member,
      campaign: statement.id,
      sinceMs: statement.firstMs,
      accounts: statement.accounts,
      repeats: repeats.has(statement),
      fingerprints: { payment: ofKind("payment"), device: ofKind("device"), tls: ofKind("tls") },
      skeletonLines: freshOf(statement.sketches),
      techniques: fresh(statement.techniques),
      capabilities: fresh(statement.capabilities),
      evidence: fresh(statement.evidence),
      hoursInCommon: index === 0 ? null : hoursInCommon(statement.hours, statements[0]?.hours ?? null),
      courses: statement.courses,
    };
  });
}
