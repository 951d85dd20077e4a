import type { Desk } from "../../decide/desk/desk.ts";
import type { FingerprintKind } from "../../model/campaign-signals.ts";
import { toldOf } from "../../model/told-campaign.ts";
import { seededRandom } from "../../kit/random.ts";
import type { Random } from "../../kit/random.ts";
import type { Campaign } from "../../model/report.ts";
import type { State } from "../../store/state/state.ts";
import { leadOf } from "../stix/behaviour.ts";
import type { Authorship } from "../stix/build.ts";
import { campaignObjects } from "../stix/campaign-objects.ts";
import { nothingEarlier } from "../stix/earlier.ts";
import type { NewIdentifier } from "../stix/identifier.ts";
import type { CircleKey } from "../stix/keyed.ts";
import { stixObjectSchema } from "../stix/objects.ts";
import type { StixObject } from "../stix/objects.ts";
import { campaign, key, sharing } from "../stix/stix.case.ts";
import type { Speaker } from "./arrivals.ts";
import { createIntelligence } from "./intelligence.ts";
import type { Intelligence, Knowledge } from "./intelligence.ts";
import type { CampaignWatch } from "./retractions.ts";
import type { KeyStanding, Said } from "./said.ts";

export const startMs = Date.UTC(2026, 10, 20);
export const hourMs = 3_600_000;

/** Identifiers that are the same for a seed. */
function identifiersOf(random: Random): NewIdentifier {
  const digits = (count: number): string =>
    Array.from({ length: count }, () => random.integer(0, 15).toString(16)).join("");
  return (type) => `${type}--${digits(8)}-${digits(4)}-4${digits(3)}-a${digits(3)}-${digits(12)}`;
}

/** A member of a circle, as it signs what it says at `nowMs`. */
export function memberOf(name: string, nowMs = startMs, random = seededRandom(`${name}/${nowMs}`)): Authorship {
  const id = identifiersOf(seededRandom(name))("identity");
  const time = "2026-11-01T00:00:00.000Z";
  return {
    member: {
      type: "identity",
      spec_version: "2.1",
      id,
      created: time,
      modified: time,
      name: `member-${name}`,
      identity_class: "organization",
    },
    tlp: "amber+strict",
    permitted: null,
    nowMs,
    newIdentifier: identifiersOf(random),
    earlier: nothingEarlier,
  };
}

/** Keys of members, believed from their first use until they are struck from the file of members or revoked. */
export interface TestKeys {
  standing(): KeyStanding;
  /** @param name tells the member's keys apart. */
  of(by: Authorship, name?: string): Speaker;
  strike(by: Speaker): void;
  revoke(by: Speaker): void;
}

export function testKeys(): TestKeys {
  const [believed, revoked, struck] = [new Set<string>(), new Set<string>(), new Set<string>()];
  return {
    standing: () => ({ believed, revoked }),
    of({ member }, name = "first") {
      const id = `${member.id} ${name}`;
      if (!revoked.has(id) && !struck.has(id)) believed.add(id);
      return { member: member.id, key: id };
    },
    strike({ key: id }) {
      believed.delete(id);
      struck.add(id);
    },
    revoke({ key: id }) {
      believed.delete(id);
      revoked.add(id);
    },
  };
}

/** What `us` knows of. */
export const knowledgeOf = (
  state: State,
  keys: TestKeys,
  ours: () => readonly Said[] = () => [],
): Knowledge & { readonly state: State } => ({
  state,
  self: memberOf("us").member.id,
  signing: keys.standing,
  ours: () => Promise.resolve(ours()),
});

/** Finds no campaign without leads. */
const blindWatch: CampaignWatch = {
  withoutLeads: () => Promise.resolve({ kind: "falls" }),
  drop: () => Promise.resolve(),
  dropMembers: () => Promise.resolve(),
};

/** Of `us`, with the key of the circle that the members tell with. */
export const intelligenceOf = (
  knowledge: Knowledge & { readonly state: State },
  desk: Desk,
  watch = blindWatch,
): Intelligence =>
  createIntelligence({
    ...knowledge,
    desk,
    leadOf: (indicator, member) => leadOf(indicator, member, [key]),
    watch,
  });

/** What a member has seen of a campaign: values of fingerprints by kind, and lines of its template. */
export interface Sighted {
  readonly payment?: readonly string[];
  readonly device?: readonly string[];
  readonly tls?: readonly string[];
  readonly lines?: readonly string[];
  readonly campaign?: Partial<Campaign>;
}

/** All objects in which the member tells of it. */
export function tell(
  by: Authorship,
  { payment = [], device = [], tls = [], lines = [], ...rest }: Sighted,
  circleKey: CircleKey = key,
  lastKey: CircleKey | null = null,
): StixObject[] {
  const all = { payment, device, tls } satisfies Record<FingerprintKind, readonly string[]>;
  const fingerprints = (["payment", "device", "tls"] as const).flatMap((kind) =>
    all[kind].map((value) => ({ kind, value })),
  );
  const signals = { fingerprints, skeletonPieces: new Set(lines) };
  return campaignObjects(
    { ...sharing({ signals, key: circleKey, lastKey }), campaign: toldOf(campaign(rest.campaign)) },
    by,
  );
}

/** As it is known after it came. */
export function saidBy(by: Authorship, objects: readonly StixObject[]): Said[] {
  return objects.map((object) => ({ member: by.member.id, object, firstMs: by.nowMs, saidMs: by.nowMs }));
}

/** The same objects as if the member had made them, with the names that go with their ids; without what it can't have made. */
export function inNameOf(by: Authorship, objects: readonly object[]): StixObject[] {
  return objects.flatMap((object) => {
    const id = "id" in object ? String(object.id) : "";
    const author = "created_by_ref" in object ? { created_by_ref: by.member.id } : {};
    const name = "name" in object ? { name: String(object.name).replace(/[\da-f]{8}$/, id.slice(-8)) } : {};
    return stixObjectSchema.safeParse({ ...object, ...author, ...name }).data ?? [];
  });
}

/** A later version of what has versions. */
export function madeAt(ms: number, objects: readonly StixObject[]): StixObject[] {
  const modified = new Date(ms).toISOString();
  return objects.flatMap((object) =>
    "modified" in object ? (stixObjectSchema.safeParse({ ...object, modified }).data ?? []) : [],
  );
}

export const idOf = (objects: readonly StixObject[], type: StixObject["type"]): string =>
  objects.find((object) => object.type === type)?.id ?? "";

export const linesOf = (from: number, to: number): string[] =>
  Array.from({ length: to - from }, (_, index) => `line ${from + index}`);
