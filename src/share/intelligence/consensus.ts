import { METHOD_VERSION } from "../../detect/method.ts";
import { grouped } from "../../kit/grouped.ts";
import type { Cluster } from "./clusters.ts";
import type { BareOpinion, Reaction, Stance, Target } from "./reactions.ts";
import type { Statement } from "./statements.ts";
import { decayed, disputingMembersMin, memberConfidenceMax, sameDetectorCorrelation, wordConfidence } from "./terms.ts";

/** What the circle makes of a campaign. Members are in the order in which they first spoke of it. */
export interface Consensus {
  readonly saw: readonly string[];
  readonly repeats: readonly string[];
  readonly absent: readonly string[];
  readonly honest: readonly string[];
  /** Who only says so, of whatever else he has said besides. */
  readonly agree: readonly string[];
  readonly disagree: readonly string[];
  /** How many independent ones those who saw it are worth: members with the same detector are worth less than one each. */
  readonly independent: number;
  /** 0 to 1, as of now. */
  readonly confidence: number;
  /** Statements whose leads are left alone: we have found their accounts honest ourselves, or enough others have. */
  readonly withheld: readonly Statement[];
}

/** Whoever does not say what he looks with is taken to look as we do. */
const OWN_DETECTOR = `stillwatch ${METHOD_VERSION}`;

const BARE: ReadonlySet<Stance> = new Set<BareOpinion>(["agrees", "disagrees", "is undecided"]);

interface Voice {
  readonly member: string;
  readonly stance: Stance;
  readonly atMs: number;
  readonly confidence: number;
  /** The objects that it is about, where it is about another's. */
  readonly on: readonly Target[];
}

/**
 * Counts members, not objects: each once, by its last word, whatever the number of its statements, remarks and keys.
 *
 * @param self our own identity: what we found ourselves needs nobody's consent.
 */
export function consensusOf(
  cluster: Cluster,
  reactions: readonly Reaction[],
  detectors: ReadonlyMap<string, string>,
  self: string,
  nowMs: number,
): Consensus {
  const words = voicesOn(cluster, reactions);
  const voices = lastWords([
    ...cluster.statements.map((one) => voiceOf(one, cluster)),
    ...words.filter(({ stance }) => !BARE.has(stance)),
  ]);
  const opinions = lastWords(words.filter(({ stance }) => BARE.has(stance)));
  const those = (stance: Stance): Voice[] => voices.filter((voice) => voice.stance === stance);
  const names = (stance: Stance, of = voices): string[] =>
    of.filter((voice) => voice.stance === stance).map(({ member }) => member);
  const weigh = (list: readonly Voice[]): Weighed =>
    weighed(
      list.map(({ member, confidence, atMs }) => ({
        detector: detectors.get(member) ?? OWN_DETECTOR,
        confidence: decayed(confidence, atMs, nowMs),
      })),
    );
  const { independent, confidence } = weigh(those("saw"));
  const isWithheld = (statement: Statement): boolean => {
    const against = those("honest").filter(({ on }) => isAbout(on, statement));
    if (against.some(({ member }) => member === self)) return true;
    return against.length >= disputingMembersMin && weigh(against).independent >= independent;
  };
  return {
    saw: names("saw"),
    repeats: names("repeats"),
    absent: names("absent"),
    honest: names("honest"),
    agree: names("agrees", opinions),
    disagree: names("disagrees", opinions),
    independent,
    confidence,
    withheld: cluster.statements.filter(isWithheld),
  };
}

/** The detector of each member, by what it said last. */
export function detectorsOf(statements: readonly Statement[]): Map<string, string> {
  const ordered = statements.toSorted((one, other) => one.saidMs - other.saidMs);
  return new Map(ordered.flatMap(({ member, detector }) => (detector === null ? [] : [[member, detector] as const])));
}

function voiceOf(statement: Statement, { repeats }: Cluster): Voice {
  const { member, saidMs: atMs, confidence } = statement;
  const stance = repeats.has(statement) ? "repeats" : "saw";
  return { member, stance, atMs, confidence: Math.min(confidence, memberConfidenceMax), on: [] };
}

function voicesOn({ statements }: Cluster, reactions: readonly Reaction[]): Voice[] {
  return reactions
    .filter(({ on }) => statements.some((statement) => isAbout(on, statement)))
    .map((reaction) => ({ ...reaction, confidence: wordConfidence }));
}

function isAbout(on: readonly Target[], { member, objects }: Statement): boolean {
  return on.some(({ id, owner }) => owner === member && objects.has(id));
}

/** What each member said last; if it said the same before, about all of that. Of words at the same time the one that came last counts. */
function lastWords(voices: readonly Voice[]): Voice[] {
  return [...grouped(voices, ({ member }) => member).values()].map((own) => {
    const last = own.reduce((one, other) => (one.atMs <= other.atMs ? other : one));
    const same = own.filter(({ stance }) => stance === last.stance);
    return {
      ...last,
      confidence: Math.max(...same.map(({ confidence }) => confidence)),
      on: same.flatMap(({ on }) => on),
    };
  });
}

interface Weighed {
  readonly independent: number;
  readonly confidence: number;
}

/**
 * n with the same detector are worth n / (1 + (n - 1) r) independent ones: the design effect of a cluster sample (Kish 1965, chapter 5) with
 * correlation r. The surest is worth one whole, each further one what it adds; so nobody takes from it by joining in.
 */
function weighed(voices: readonly { readonly detector: string; readonly confidence: number }[]): Weighed {
  let independent = 0;
  let doubt = 1;
  for (const group of grouped(voices, ({ detector }) => detector).values()) {
    group.sort((one, other) => other.confidence - one.confidence);
    group.forEach(({ confidence }, before) => {
      const weight = worth(before + 1) - worth(before);
      independent += weight;
      doubt *= (1 - confidence) ** weight;
    });
  }
  return { independent, confidence: 1 - doubt };
}

function worth(members: number): number {
  return members === 0 ? 0 : members / (1 + (members - 1) * sameDetectorCorrelation);
}
