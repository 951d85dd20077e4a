import { admit } from "./admit.ts";
import { relationOf } from "./earlier.ts";
import type { Earlier } from "./earlier.ts";
import { iepMarking } from "./iep.ts";
import type { PermittedActions } from "./iep.ts";
import type { NewIdentifier } from "./identifier.ts";
import type { Member, StixObject } from "./objects.ts";
import { timestamp } from "./timestamp.ts";
import { tlpMarking } from "./tlp.ts";
import type { TlpLevel } from "./tlp.ts";
import { nameOf } from "./words.ts";
import type { Opinion, Relationship, Remark } from "./words.ts";

/** Who says it, when, and to whom. */
export interface Authorship {
  readonly member: Member;
  readonly tlp: TlpLevel;
  /** What recipients may do with it; null: what the level does not forbid. */
  readonly permitted: PermittedActions | null;
  readonly nowMs: number;
  readonly newIdentifier: NewIdentifier;
  /** What of it was said before. */
  readonly earlier: Earlier;
}

/**
 * What all objects have that somebody says. What was said before keeps its id and the time of its first version; the new one is later than
 * any, whatever the clock says.
 *
 * @param what tells it from others of its type: see `Earlier`.
 */
export function headOf<Type extends string>(type: Type, by: Authorship, what = "") {
  const { member, nowMs, newIdentifier, earlier } = by;
  const before = earlier(type, what);
  const lastMs = before === null || before.modified === null ? -Infinity : Date.parse(before.modified);
  return {
    type,
    spec_version: "2.1" as const,
    id: before?.id ?? newIdentifier(type),
    created_by_ref: member.id,
    created: before?.created ?? timestamp(nowMs),
    modified: timestamp(Math.max(nowMs, lastMs + 1)),
    object_marking_refs: markingRefs(by),
  };
}

export function markingRefs({ tlp, permitted }: Pick<Authorship, "tlp" | "permitted">) {
  return [tlpMarking(tlp).id, ...(permitted === null ? [] : [iepMarking(permitted).id])];
}

export function relate(source: string, how: Relationship, target: string, by: Authorship) {
  const head = headOf("relationship", by, relationOf(source, how, target));
  return { ...head, relationship_type: how, source_ref: source, target_ref: target };
}

/** What a member thinks of what others said (STIX 2.1, 4.14). Throws a `NotAdmittedError`, as all of these. */
export function opinionOn(ids: readonly string[], opinion: Opinion, why: Remark | null, by: Authorship): StixObject {
  const explanation = why === null ? {} : { explanation: why };
  return admit({ ...headOf("opinion", by), opinion, ...explanation, object_refs: [...ids] });
}

export function noteOn(ids: readonly string[], content: Remark, by: Authorship): StixObject {
  return admit({ ...headOf("note", by), content, object_refs: [...ids] });
}

/** Things that belong together and are not yet a report. */
export function groupingOf(ids: readonly string[], by: Authorship): StixObject {
  const head = headOf("grouping", by);
  return admit({ ...head, name: nameOf("grouping", head.id), context: "suspicious-activity", object_refs: [...ids] });
}

/** The same object, taken back (STIX 2.1, 3.6): the last version that it will have. */
export function revoke(object: StixObject, nowMs: number): StixObject {
  if (!("created_by_ref" in object) || object.type === "extension-definition") {
    throw new RangeError(`a ${object.type} is not said by a member`);
  }
  return admit({ ...object, modified: timestamp(nowMs), revoked: true });
}
