import { z } from "zod";
import { namedActorSchema } from "./accused.ts";
import { attackPatternSchema } from "./atlas.ts";
import { BEHAVIOUR_PATTERN, parseBehaviour, patternCharactersMax } from "./behaviour.ts";
import {
  ACCOUNT_CLUSTER,
  accountClusterSchema,
  CAPABILITY_HARVEST,
  capabilityHarvestSchema,
  DEFINER,
  extensionDefinitionSchema,
  fingerprintSchema,
  promptSkeletonSchema,
  timingSignatureSchema,
} from "./extensions.ts";
import { identifierOf } from "./identifier.ts";
import { iepMarkingSchema } from "./iep.ts";
import { daySchema, timestampSchema } from "./timestamp.ts";
import { markingRefsSchema, tlpMarkingSchema } from "./tlp.ts";
import {
  COURSES_OF_ACTION,
  INDICATOR_DESCRIPTIONS,
  nameOf,
  OBSERVABLE_TYPES,
  OPINIONS,
  RELATIONSHIPS,
  REMARKS,
} from "./words.ts";
import type { NamedType } from "./words.ts";

/**
 * What may leave: STIX 2.1 objects with these properties and no others. There is no property that a prompt, a response, a price, a
 * customer's name, a customer's volume or a plan would fit in: numbers are bins, words come from lists, names are made from
 * the object's own id. The one exception is who is accused: a short name, and a public source.
 */

// Limits.
const refsMax = 1_000;

/** OASIS, Incident Core Extension. */
const INCIDENT_CORE = "extension-definition--ef765651-680c-498d-9894-99799f2fa126";

const stix = { spec_version: z.literal("2.1") };

function common<Type extends string>(type: Type) {
  return {
    type: z.literal(type),
    ...stix,
    id: identifierOf(type),
    created_by_ref: identifierOf("identity"),
    created: timestampSchema,
    modified: timestampSchema,
    /** True: what was said is taken back. */
    revoked: z.boolean().optional(),
    object_marking_refs: markingRefsSchema,
  };
}

function observable<Type extends string>(type: Type) {
  return { type: z.literal(type), ...stix, id: identifierOf(type), object_marking_refs: markingRefsSchema };
}

function isNamed({
  type,
  id,
  name,
}: {
  readonly type: NamedType;
  readonly id: string;
  readonly name: string;
}): boolean {
  return name === nameOf(type, id);
}
const namedByItsId = { error: "the name is not the one of this id", path: ["name"] };

/** A member of the circle under the name that it has there. */
const memberSchema = z.strictObject({
  type: z.literal("identity"),
  ...stix,
  id: identifierOf("identity"),
  created: timestampSchema,
  modified: timestampSchema,
  name: z.string().regex(/^member-[a-z0-9]{1,16}$/, "not a member's name"),
  identity_class: z.literal("organization"),
});

const definerSchema = z.strictObject({
  type: z.literal("identity"),
  ...stix,
  id: z.literal(DEFINER.id),
  created: z.literal(DEFINER.created),
  modified: z.literal(DEFINER.modified),
  name: z.literal(DEFINER.name),
  identity_class: z.literal(DEFINER.identity_class),
});

const campaignObjectSchema = z
  .strictObject({
    ...common("campaign"),
    name: z.string(),
    confidence: z.int().min(0).max(100),
    first_seen: daySchema,
    last_seen: daySchema,
    extensions: z.strictObject({
      [ACCOUNT_CLUSTER]: accountClusterSchema,
      [CAPABILITY_HARVEST]: capabilityHarvestSchema.optional(),
    }),
  })
  .refine(isNamed, namedByItsId);

const intrusionSetSchema = z
  .strictObject({ ...common("intrusion-set"), name: z.string() })
  .refine(isNamed, namedByItsId);

/** Whoever is accused is named by what is public, and the source stands beside the name. */
const threatActorSchema = z.strictObject({
  ...common("threat-actor"),
  name: namedActorSchema.shape.name,
  threat_actor_types: z.tuple([z.literal("competitor")]),
  external_references: namedActorSchema.shape.sources,
});

const infrastructureSchema = z
  .strictObject({
    ...common("infrastructure"),
    name: z.string(),
    infrastructure_types: z.tuple([z.literal("exfiltration")]),
  })
  .refine(isNamed, namedByItsId);

const fingerprintObjectSchema = z.strictObject({
  ...observable("stillwatch-fingerprint"),
  ...fingerprintSchema.shape,
});
const skeletonObjectSchema = z.strictObject({
  ...observable("stillwatch-prompt-skeleton"),
  ...promptSkeletonSchema.shape,
});
const timingObjectSchema = z.strictObject({
  ...observable("stillwatch-timing-signature"),
  ...timingSignatureSchema.shape,
});

const observableRefs = z
  .array(identifierOf(...OBSERVABLE_TYPES))
  .min(1)
  .max(refsMax);

const observedDataSchema = z.strictObject({
  ...common("observed-data"),
  first_observed: daySchema,
  last_observed: daySchema,
  /** The least of a bin. */
  number_observed: z.union([1, 10, 100, 1_000, 10_000, 100_000].map((least) => z.literal(least))),
  object_refs: observableRefs,
});

/** One fingerprint, or a behaviour. */
const isPattern = {
  stix: (pattern: string): boolean => /^\[stillwatch-fingerprint:digest = '[0-9a-f]{64}'\]$/.test(pattern),
  [BEHAVIOUR_PATTERN]: (pattern: string): boolean => parseBehaviour(pattern).kind === "behaviour",
};

const indicatorSchema = z
  .strictObject({
    ...common("indicator"),
    name: z.string(),
    description: z.string(),
    indicator_types: z.tuple([z.literal("malicious-activity")]),
    pattern: z.string().max(patternCharactersMax),
    pattern_type: z.enum(["stix", BEHAVIOUR_PATTERN]),
    valid_from: timestampSchema,
    valid_until: timestampSchema,
  })
  .refine(isNamed, namedByItsId)
  .refine(({ description, pattern_type: type }) => description === INDICATOR_DESCRIPTIONS[type], {
    error: "not the description of such an indicator",
    path: ["description"],
  })
  .refine(({ pattern, pattern_type: type }) => isPattern[type](pattern), {
    error: "not a pattern of its type",
    path: ["pattern"],
  })
  .refine(({ valid_from: from, valid_until: until }) => from < until, {
    error: "it ends before it begins",
    path: ["valid_until"],
  });

const sightingSchema = z.strictObject({
  ...common("sighting"),
  sighting_of_ref: identifierOf("campaign", "indicator", "intrusion-set"),
  where_sighted_refs: z.tuple([identifierOf("identity")]),
  first_seen: daySchema,
  last_seen: daySchema,
});

const relationshipSchema = z.strictObject({
  ...common("relationship"),
  relationship_type: z.enum(RELATIONSHIPS),
  source_ref: identifierOf("campaign", "intrusion-set", "infrastructure", "indicator", "course-of-action", "incident"),
  target_ref: identifierOf(
    "campaign",
    "intrusion-set",
    "threat-actor",
    "infrastructure",
    "attack-pattern",
    "observed-data",
    "indicator",
    ...OBSERVABLE_TYPES,
  ),
});

const sharedTypes = [
  "campaign",
  "intrusion-set",
  "threat-actor",
  "attack-pattern",
  "infrastructure",
  "indicator",
  "observed-data",
  "sighting",
  "relationship",
  "report",
  "grouping",
  "course-of-action",
  "incident",
  ...OBSERVABLE_TYPES,
] as const;
const sharedRefs = z
  .array(identifierOf(...sharedTypes))
  .min(1)
  .max(refsMax);

const reportSchema = z
  .strictObject({
    ...common("report"),
    name: z.string(),
    report_types: z.tuple([z.literal("campaign")]),
    published: timestampSchema,
    object_refs: sharedRefs,
  })
  .refine(isNamed, namedByItsId);

const groupingSchema = z
  .strictObject({
    ...common("grouping"),
    name: z.string(),
    context: z.enum(["suspicious-activity", "unspecified"]),
    object_refs: sharedRefs,
  })
  .refine(isNamed, namedByItsId);

const opinionSchema = z.strictObject({
  ...common("opinion"),
  opinion: z.enum(OPINIONS),
  explanation: z.enum(REMARKS).optional(),
  object_refs: sharedRefs,
});

const noteSchema = z.strictObject({ ...common("note"), content: z.enum(REMARKS), object_refs: sharedRefs });

const courseOfActionSchema = z.strictObject({ ...common("course-of-action"), name: z.enum(COURSES_OF_ACTION) });

const incidentSchema = z
  .strictObject({
    ...common("incident"),
    name: z.string(),
    extensions: z.strictObject({
      [INCIDENT_CORE]: z.strictObject({
        extension_type: z.literal("property-extension"),
        determination: z.enum(["suspected", "false-positive"]),
        investigation_status: z.enum(["new", "open", "closed"]),
      }),
    }),
  })
  .refine(isNamed, namedByItsId);

export const INCIDENT_EXTENSION = INCIDENT_CORE;

/** What members say, by its type: with so many types, to try one after the other would take most of the time. */
const saidSchema = z.discriminatedUnion("type", [
  campaignObjectSchema,
  intrusionSetSchema,
  threatActorSchema,
  infrastructureSchema,
  fingerprintObjectSchema,
  skeletonObjectSchema,
  timingObjectSchema,
  observedDataSchema,
  indicatorSchema,
  sightingSchema,
  relationshipSchema,
  reportSchema,
  groupingSchema,
  opinionSchema,
  noteSchema,
  courseOfActionSchema,
  incidentSchema,
]);

/** An object that may leave. */
export const stixObjectSchema = z.union([
  saidSchema,
  memberSchema,
  definerSchema,
  tlpMarkingSchema,
  iepMarkingSchema,
  extensionDefinitionSchema,
  attackPatternSchema,
]);

export type StixObject = z.infer<typeof stixObjectSchema>;
export type Member = z.infer<typeof memberSchema>;
