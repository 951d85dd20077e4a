import { canonicalJson } from "../../kit/canonical-json.ts";
import type { StixObject } from "./objects.ts";
import { OBSERVABLE_TYPES } from "./words.ts";

/** An object as it was said before: under the same id and since the same time it is said again, as a later version (STIX 2.1, 3.6). */
export interface EarlierVersion {
  readonly id: string;
  /** Null: others have named it, and nobody has said it yet. Observables have no time. */
  readonly created: string | null;
  readonly modified: string | null;
}

/** What was said before in the place of an object of this type; `what` tells apart those that one campaign has several of. */
export type Earlier = (type: string, what: string) => EarlierVersion | null;

export const nothingEarlier: Earlier = () => null;

/** @param objects of one campaign, the latest versions last. */
export function earlierIn(objects: Iterable<StixObject>): Earlier {
  const versions = new Map<string, EarlierVersion>();
  for (const object of objects) {
    const { created, modified } = { created: null, modified: null, ...object };
    versions.set(keyOf(object.type, whatOf(object)), { id: object.id, created, modified });
    // Of an incident or a course of action alone the campaign is known by name only.
    const campaign = object.type === "relationship" ? campaignIn([object.source_ref, object.target_ref]) : undefined;
    const key = keyOf("campaign", "");
    if (campaign !== undefined && !versions.has(key))
      versions.set(key, { id: campaign, created: null, modified: null });
  }
  return (type, what) => versions.get(keyOf(type, what)) ?? null;
}

/** An observable has no versions: another content is another object. */
export function contentOf({ id: _id, ...content }: { readonly id: string }): string {
  return canonicalJson(content);
}

function whatOf(object: StixObject): string {
  switch (object.type) {
    case "relationship":
      return relationOf(object.source_ref, object.relationship_type, object.target_ref);
    case "indicator":
      return indicatedBy(object.pattern_type, object.pattern);
    case "threat-actor":
    case "course-of-action":
      return object.name;
    default:
      return OBSERVABLE_TYPES.some((type) => type === object.type) ? contentOf(object) : "";
  }
}

export function relationOf(source: string, how: string, target: string): string {
  return `${source} ${how} ${target}`;
}

/** There is one of the whole behaviour, whose pattern grows with the campaign, and one of each fingerprint. */
export function indicatedBy(type: string, pattern: string): string {
  return type === "stix" ? pattern : type;
}

function campaignIn(refs: readonly string[]): string | undefined {
  return refs.find((ref) => ref.startsWith("campaign--"));
}

function keyOf(type: string, what: string): string {
  return `${type} ${what}`;
}
