import type { CampaignSignals } from "../../detect/leads/signals.ts";
import { METHOD_VERSION } from "../../detect/method.ts";
import { dayMs } from "../../kit/time-units.ts";
import type { DecisionAction } from "../../model/decision.ts";
import type { Family } from "../../model/report.ts";
import type { ToldCampaign } from "../../model/told-campaign.ts";
import type { NamedActor } from "./accused.ts";
import { attackPattern } from "./atlas.ts";
import type { AtlasNumber } from "./atlas.ts";
import { leastOf, sizeBin } from "./bins.ts";
import {
  ACCOUNT_CLUSTER,
  CAPABILITY_HARVEST,
  capabilityOf,
  DEFINER,
  extensionDefinition,
  EXTENSIONS,
  FINGERPRINT,
  PROMPT_SKELETON,
  TIMING_SIGNATURE,
} from "./extensions.ts";
import { courseObjects } from "./courses-of-action.ts";
import { contentOf, indicatedBy } from "./earlier.ts";
import { fingerprint, skeletonSketch } from "./keyed.ts";
import type { CircleKey } from "./keyed.ts";
import { admit } from "./admit.ts";
import { BEHAVIOUR_PATTERN, behaviourFingerprintsMax, behaviourPattern } from "./behaviour.ts";
import { headOf, markingRefs, relate } from "./build.ts";
import type { Authorship } from "./build.ts";
import { iepMarking } from "./iep.ts";
import { INCIDENT_EXTENSION } from "./objects.ts";
import type { StixObject } from "./objects.ts";
import { dayOf, timestamp } from "./timestamp.ts";
import { tlpMarking } from "./tlp.ts";
import { INDICATOR_DESCRIPTIONS, nameOf } from "./words.ts";

// Defaults.
/** How long an indicator holds after the campaign was last seen. */
const indicatorDays = 30;
/** Accounts at work before a detector looks closer. A campaign has another size everywhere: the least. */
const accountsToLookFor = 3;

export interface CampaignSharing {
  readonly campaign: ToldCampaign;
  readonly signals: CampaignSignals;
  /** What is done about it now; the same may be there more than once. */
  readonly actions: readonly DecisionAction[];
  readonly key: CircleKey;
  /** The key before, where the campaign was told under that: said under both, it is joined with what others have told under either. */
  readonly lastKey: CircleKey | null;
  readonly actor: NamedActor | null;
}

/**
 * A campaign of ours in STIX 2.1: attributed to an intrusion set (and that to a threat actor only where one is named with sources),
 * the techniques and the infrastructure that it uses, indicators based on what was observed, an incident, what is done about it, and a
 * report over all.
 * Throws a `NotAdmittedError` where an actor is named without a source, a `RangeError` for a campaign of nobody.
 */
export function campaignObjects(sharing: CampaignSharing, by: Authorship): StixObject[] {
  const { campaign, actor, actions } = sharing;
  const span = { first_seen: dayOf(campaign.first_seen), last_seen: dayOf(campaign.last_seen) };
  const campaignHead = headOf("campaign", by);
  const campaignObject = {
    ...campaignHead,
    name: nameOf("campaign", campaignHead.id),
    confidence: Math.floor(campaign.confidence * 100),
    ...span,
    extensions: campaignExtensions(campaign),
  };
  const setHead = headOf("intrusion-set", by);
  const set = { ...setHead, name: nameOf("intrusion-set", setHead.id) };
  const techniques = techniquesOf(campaign).map(attackPattern);
  const incidentHead = headOf("incident", by);
  const incident = {
    ...incidentHead,
    name: nameOf("incident", incidentHead.id),
    extensions: {
      [INCIDENT_EXTENSION]: {
        extension_type: "property-extension" as const,
        determination: "suspected" as const,
        investigation_status: "open" as const,
      },
    },
  };
  const sighting = {
    ...headOf("sighting", by),
    sighting_of_ref: campaignHead.id,
    where_sighted_refs: [by.member.id],
    ...span,
  };
  const told = [
    campaignObject,
    set,
    relate(campaignHead.id, "attributed-to", set.id, by),
    ...(actor === null ? [] : actorObjects(actor, set.id, by)),
    ...techniques,
    ...techniques.map(({ id }) => relate(campaignHead.id, "uses", id, by)),
    ...observedObjects(sharing, campaignHead.id, by),
    sighting,
    incident,
    relate(incident.id, "related-to", campaignHead.id, by),
    ...courseObjects(actions, campaignHead.id, by),
  ];
  const reportHead = headOf("report", by);
  const report = {
    ...reportHead,
    name: nameOf("report", reportHead.id),
    report_types: ["campaign"],
    published: reportHead.created,
    object_refs: told.map(({ id }) => id),
  };
  const definitions = EXTENSIONS.map(extensionDefinition);
  const policy = by.permitted === null ? [] : [iepMarking(by.permitted)];
  return [by.member, DEFINER, tlpMarking(by.tlp), ...policy, ...definitions, ...told, report].map(admit);
}

function campaignExtensions({ accounts, exchanges, evidence, capabilities }: ToldCampaign): object {
  const families = new Set<Family>(evidence.filter(({ against }) => !against).map(({ signal }) => signal));
  return {
    [ACCOUNT_CLUSTER]: {
      extension_type: "property-extension",
      accounts: sizeBin(accounts),
      exchanges: sizeBin(exchanges),
      evidence: [...families],
      detector: { name: "stillwatch", version: METHOD_VERSION },
    },
    ...(capabilities.length === 0
      ? {}
      : {
          [CAPABILITY_HARVEST]: {
            extension_type: "property-extension",
            capabilities: [...new Set(capabilities.map(capabilityOf))],
          },
        }),
  };
}

/** A harvest always extracts through the API, over accounts; the rest is said where there is evidence for it. */
function techniquesOf({ evidence, verdicts }: ToldCampaign): AtlasNumber[] {
  const has = (family: Family): boolean => evidence.some(({ signal, against }) => signal === family && !against);
  return [
    "AML.T0021",
    "AML.T0040",
    "AML.T0024.002",
    ...(has("infrastructure") ? (["AML.T0008.005"] as const) : []),
    ...(has("intent") ? (["AML.T0065"] as const) : []),
    ...(verdicts.unauthorised > 0.5 ? (["AML.T0048.004"] as const) : []),
  ];
}

function actorObjects({ name, sources }: NamedActor, setId: string, by: Authorship): { readonly id: string }[] {
  const actor = {
    ...headOf("threat-actor", by, name),
    name,
    threat_actor_types: ["competitor"],
    external_references: sources.map(({ source_name, url }) => ({ source_name, url })),
  };
  return [actor, relate(setId, "attributed-to", actor.id, by)];
}

/** What the campaign was seen with, an indicator for each fingerprint, and one of all that a detector can look for. */
function observedObjects(
  { campaign, signals, key, lastKey }: CampaignSharing,
  campaignId: string,
  by: Authorship,
): { readonly id: string }[] {
  const keys = lastKey === null ? [key] : [key, lastKey];
  const fingerprints = keys.flatMap((under) =>
    signals.fingerprints.map(({ kind, value }) =>
      observable("stillwatch-fingerprint", FINGERPRINT, by, {
        kind,
        key_epoch: under.epoch,
        digest: fingerprint(under, kind, value),
      }),
    ),
  );
  const skeletons =
    signals.skeletonPieces.size === 0
      ? []
      : keys.map((under) =>
          observable("stillwatch-prompt-skeleton", PROMPT_SKELETON, by, {
            key_epoch: under.epoch,
            sketch: skeletonSketch(under, signals.skeletonPieces),
          }),
        );
  const timing = observable("stillwatch-timing-signature", TIMING_SIGNATURE, by, { hours: hoursOf(campaign.hours) });
  const observables = [...fingerprints, ...skeletons, timing];
  const observed = {
    ...headOf("observed-data", by),
    first_observed: dayOf(campaign.first_seen),
    last_observed: dayOf(campaign.last_seen),
    number_observed: leastOf(sizeBin(campaign.exchanges)),
    object_refs: observables.map(({ id }) => id),
  };
  // What is looked for is made with the key in use.
  const inUse = ({ key_epoch: epoch }: { readonly key_epoch: string }): boolean => epoch === key.epoch;
  const digests = fingerprints.filter(inUse).map(({ digest }) => digest);
  const indicators = [
    ...digests.map((digest) => indicatorOf("stix", `[stillwatch-fingerprint:digest = '${digest}']`, by)),
    ...behavioursOf(key, skeletons.find(inUse)?.sketch, digests).map((pattern) =>
      indicatorOf(BEHAVIOUR_PATTERN, pattern, by),
    ),
  ];
  const infrastructureHead = headOf("infrastructure", by);
  const infrastructure = {
    ...infrastructureHead,
    name: nameOf("infrastructure", infrastructureHead.id),
    infrastructure_types: ["exfiltration"],
  };
  return [
    ...observables,
    observed,
    ...indicators,
    ...indicators.flatMap(({ id }) => [
      relate(id, "based-on", observed.id, by),
      relate(id, "indicates", campaignId, by),
    ]),
    ...(fingerprints.length === 0
      ? []
      : [
          infrastructure,
          relate(campaignId, "uses", infrastructure.id, by),
          relate(infrastructure.id, "consists-of", observed.id, by),
        ]),
  ];
}

function observable<Type extends string, Content extends object>(
  type: Type,
  extension: string,
  by: Authorship,
  content: Content,
) {
  const object = {
    type,
    spec_version: "2.1",
    id: by.newIdentifier(type),
    object_marking_refs: markingRefs(by),
    ...content,
    extensions: { [extension]: { extension_type: "new-sco" } },
  };
  return { ...object, id: by.earlier(type, contentOf(object))?.id ?? object.id };
}

/** The pattern of all of it together; none where there is nothing to look for. */
function behavioursOf(key: CircleKey, sketch: readonly string[] | undefined, digests: readonly string[]): string[] {
  if (sketch === undefined && digests.length === 0) return [];
  const fingerprints = [...new Set(digests)].toSorted().slice(0, behaviourFingerprintsMax);
  return [
    behaviourPattern({
      accounts: accountsToLookFor,
      key_epoch: key.epoch,
      ...(sketch === undefined ? {} : { sketch: [...sketch] }),
      ...(fingerprints.length === 0 ? {} : { fingerprints }),
    }),
  ];
}

function indicatorOf(type: keyof typeof INDICATOR_DESCRIPTIONS, pattern: string, by: Authorship) {
  const head = headOf("indicator", by, indicatedBy(type, pattern));
  return {
    ...head,
    name: nameOf("indicator", head.id),
    description: INDICATOR_DESCRIPTIONS[type],
    indicator_types: ["malicious-activity"],
    pattern,
    pattern_type: type,
    valid_from: head.created,
    valid_until: timestamp(by.nowMs + indicatorDays * dayMs),
  };
}

/** Sixteenths of the busiest hour. */
function hoursOf(hours: readonly number[]): number[] {
  const busiest = Math.max(1, ...hours);
  return hours.map((exchanges) => Math.round((exchanges / busiest) * 16));
}
