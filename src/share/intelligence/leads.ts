import { grouped } from "../../kit/grouped.ts";
import type { KeyedLead } from "../stix/behaviour.ts";
import type { StixObject } from "../stix/objects.ts";
import type { Said } from "./said.ts";
import type { Statement } from "./statements.ts";
import { decayed, leadConfidenceMin, leadsPerMemberMax, memberConfidenceMax, wordConfidence } from "./terms.ts";

type Indicator = Extract<StixObject, { readonly type: "indicator" }>;

/** Makes of an indicator what a detector looks for; null: it can't, or is not to. */
export type LeadOf = (indicator: Indicator, member: string, nowMs: number) => KeyedLead | null;

interface Worth {
  readonly lead: KeyedLead;
  readonly confidence: number;
  readonly firstMs: number;
}

/**
 * The leads that are looked for at `nowMs`: of each member the surest ones, up to its own limit, and the members in turns, so that
 * whoever reads only the first of them reads of everybody. What one member says changes nothing about the leads of another.
 *
 * @param withheld statements whose leads are left alone.
 */
export function activeLeads(
  said: readonly Said[],
  statements: readonly Statement[],
  withheld: ReadonlySet<Statement>,
  leadOf: LeadOf,
  nowMs: number,
): KeyedLead[] {
  const byIndicator = new Map<string, Statement>();
  for (const statement of statements)
    for (const id of statement.objects)
      if (id.startsWith("indicator--")) byIndicator.set(keyOf(statement.member, id), statement);
  const worths = said.flatMap(({ member, object, firstMs, saidMs }): Worth[] => {
    if (object.type !== "indicator" || !holdsAt(object, nowMs)) return [];
    const statement = byIndicator.get(keyOf(member, object.id));
    if (statement !== undefined && withheld.has(statement)) return [];
    const alone = statement === undefined ? wordConfidence : Math.min(statement.confidence, memberConfidenceMax);
    const confidence = decayed(alone, saidMs, nowMs);
    const lead = confidence < leadConfidenceMin ? null : leadOf(object, member, nowMs);
    return lead === null ? [] : [{ lead, confidence, firstMs }];
  });
  const lists = [...grouped(worths, ({ lead }) => lead.source).values()].map((list) =>
    list.toSorted(surestFirst).slice(0, leadsPerMemberMax),
  );
  return inTurns(lists).map(({ lead }) => lead);
}

export function holdsAt({ valid_from: from, valid_until: until }: Indicator, nowMs: number): boolean {
  return Date.parse(from) <= nowMs && nowMs < Date.parse(until);
}

function surestFirst(one: Worth, other: Worth): number {
  return other.confidence - one.confidence || other.firstMs - one.firstMs || (one.lead.id < other.lead.id ? -1 : 1);
}

function inTurns<Item>(lists: readonly (readonly Item[])[]): Item[] {
  const longest = Math.max(0, ...lists.map(({ length }) => length));
  return Array.from({ length: longest }, (_, turn) => lists.flatMap((list) => list.slice(turn, turn + 1))).flat();
}

function keyOf(member: string, id: string): string {
  return `${member} ${id}`;
}
