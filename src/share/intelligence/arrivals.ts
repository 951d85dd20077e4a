import { canonicalJson } from "../../kit/canonical-json.ts";
import { dayMs } from "../../kit/time-units.ts";
import type { ReceivedObject } from "../../model/received-object.ts";
import { mayActOn, mayLookFor, permittedBy } from "../stix/iep.ts";
import { stixObjectSchema } from "../stix/objects.ts";
import type { StixObject } from "../stix/objects.ts";
import { aheadMsMax, objectsPerMemberMax, versionDaysMax, versionsPerDayMax } from "./terms.ts";

/** Why something that a member has said is not taken in. */
export type Refusal =
  | "another's"
  | "from the future"
  | "too old"
  /** What was taken back stays so (STIX 2.1, 3.6.1). */
  | "taken back before"
  /** The same version says something else now. */
  | "not the same version"
  | "over the limit of a day"
  | "no room";

export interface Receipt {
  /** Versions that are now the last ones. */
  readonly stored: number;
  /** Known already, older than what is known, or nothing that a member says: identities, markings, definitions. */
  readonly unchanged: number;
  readonly refused: readonly { readonly id: string; readonly reason: Refusal }[];
  /** Objects that were taken back with this. */
  readonly retracted: readonly string[];
}

/** Who has said something, and the id of the key with which it is signed. */
export interface Speaker {
  readonly member: string;
  readonly key: string;
}

/** What there is of a member before: of these objects, and in all. */
export interface Before {
  readonly known: readonly ReceivedObject[];
  readonly objects: number;
  readonly versions: number;
}

/** What the same words would be from everybody: no member has said them. */
const COMMON_TYPES: ReadonlySet<StixObject["type"]> = new Set([
  "identity",
  "marking-definition",
  "extension-definition",
  "attack-pattern",
]);

/**
 * Sorts what came of one member into what is kept and what is not. Objects may come several times.
 *
 * @param revokedKeys what they have signed counts as not said: a member says again with another key what is still true.
 */
export function sortArrivals(
  by: Speaker,
  objects: readonly StixObject[],
  before: Before,
  revokedKeys: ReadonlySet<string>,
  nowMs: number,
): Receipt & { readonly rows: readonly ReceivedObject[] } {
  const known = new Map(before.known.map((row) => [row.id, row]));
  const rows = new Map<string, ReceivedObject>();
  const refused: { id: string; reason: Refusal }[] = [];
  let { objects: room } = before;
  let unchanged = 0;
  for (const object of objects) {
    if (COMMON_TYPES.has(object.type)) {
      unchanged += 1;
      continue;
    }
    const now = rowOf(by, object, nowMs);
    const last = rows.get(now.id) ?? known.get(now.id);
    const full = {
      objects: last === undefined && room >= objectsPerMemberMax,
      day: before.versions + rows.size >= versionsPerDayMax,
    };
    const counting = revokedKeys.has(last?.key ?? "") ? undefined : last;
    const verdict = faultOf(object, by.member, nowMs) ?? compare(now, counting, full);
    if (verdict === "unchanged") unchanged += 1;
    else if (verdict !== "newer") refused.push({ id: now.id, reason: verdict });
    else {
      if (last === undefined) room += 1;
      rows.set(now.id, afterLast(now, last, object));
    }
  }
  const retracted = [...rows.values()].filter(({ revoked }) => revoked).map(({ id }) => id);
  return { rows: [...rows.values()], stored: rows.size, unchanged, refused, retracted };
}

function rowOf({ member, key }: Speaker, object: StixObject, nowMs: number): ReceivedObject {
  const now = new Date(nowMs).toISOString();
  return {
    member,
    key,
    id: object.id,
    type: object.type,
    versionMs: "modified" in object ? Date.parse(object.modified) : 0,
    firstReceived: now,
    received: now,
    revoked: isRevoked(object),
    forbidden: object.type === "indicator" && !mayLookFor(permittedBy(object.object_marking_refs)),
    narrowed: null,
    body: canonicalJson(object),
  };
}

function afterLast(now: ReceivedObject, last: ReceivedObject | undefined, object: StixObject): ReceivedObject {
  if (last === undefined) return now;
  const narrows = !permitsActions(object) && permitsActions(stixObjectSchema.safeParse(JSON.parse(last.body)).data);
  return { ...now, firstReceived: last.firstReceived, narrowed: narrows ? now.received : last.narrowed };
}

function permitsActions(object: StixObject | undefined): boolean {
  return object?.type === "indicator" && mayActOn(permittedBy(object.object_marking_refs));
}

function isRevoked(object: StixObject): boolean {
  return "revoked" in object && object.revoked === true;
}

function faultOf(object: StixObject, member: string, nowMs: number): Refusal | null {
  if ("created_by_ref" in object && object.created_by_ref !== member) return "another's";
  if (!("modified" in object) || isRevoked(object)) return null;
  const madeMs = Date.parse(object.modified);
  if (madeMs > nowMs + aheadMsMax) return "from the future";
  return madeMs < nowMs - versionDaysMax * dayMs ? "too old" : null;
}

function compare(
  now: ReceivedObject,
  last: ReceivedObject | undefined,
  full: { readonly objects: boolean; readonly day: boolean },
): Refusal | "newer" | "unchanged" {
  if (last === undefined) {
    if (full.objects) return "no room";
    return full.day ? "over the limit of a day" : "newer";
  }
  if (last.revoked) return now.revoked ? "unchanged" : "taken back before";
  // It is the last word whenever it was said, and is never too much.
  if (now.revoked) return "newer";
  if (now.versionMs < last.versionMs) return "unchanged";
  if (now.versionMs === last.versionMs) return now.body === last.body ? "unchanged" : "not the same version";
  return full.day ? "over the limit of a day" : "newer";
}
