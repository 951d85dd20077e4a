import { z } from "zod";
import { FAMILIES } from "../../model/report.ts";
import { sizeBinSchema } from "./bins.ts";
import { digestSchema, epochSchema, fingerprintKindSchema, sketchSchema } from "./keyed.ts";

/**
 * What STIX has no words for. Each has a JSON Schema under `schemas/stix` and a page under `docs/stix`; its id never changes, and a
 * change that others would misread gets a new one.
 */

export const ACCOUNT_CLUSTER = "extension-definition--309da4c9-5c86-4d9c-940e-fec9da9f1841";
export const CAPABILITY_HARVEST = "extension-definition--78a647c1-ab4b-40b6-a51d-2509166b1f1d";
export const PROMPT_SKELETON = "extension-definition--58c99e99-addc-4468-88b6-dce1eea6cd3d";
export const TIMING_SIGNATURE = "extension-definition--065b3049-f8a9-4582-8d98-a4d617c7d64f";
export const FINGERPRINT = "extension-definition--32fad6a7-1319-4c92-b08e-a84ed093ec49";
export const ORIGIN = "extension-definition--f3b0b8a4-8d0c-4d0b-9a52-5b0f6c1d7e2a";

/** A closed list: a word of one's own could name a model that is not released. */
const CAPABILITIES = ["reasoning", "coding", "agentic", "tool-use", "vision", "safety-policy", "other"] as const;
export const capabilitySchema = z.enum(CAPABILITIES);
export type Capability = z.infer<typeof capabilitySchema>;

/** A word that is not on the list may be the name of something that nobody is to know of. */
export function capabilityOf(word: string): Capability {
  return CAPABILITIES.find((capability) => capability === word) ?? "other";
}

/** Whose detector, and the version of its method; a name of one's own could tell of a plan. */
const detectorSchema = z.strictObject({
  name: z.enum(["stillwatch", "other"]),
  version: z.string().regex(/^\d{1,3}\.\d{1,3}\.\d{1,3}$/, "not three numbers"),
});

/** Of a campaign: how many accounts and exchanges, in bins, and on what evidence. */
export const accountClusterSchema = z.strictObject({
  extension_type: z.literal("property-extension"),
  accounts: sizeBinSchema,
  exchanges: sizeBinSchema,
  evidence: z.array(z.enum(FAMILIES)).min(1),
  /** What found it: members with the same one err alike, and count for less together. */
  detector: detectorSchema.optional(),
});

/** Of a campaign: what it takes from the model. */
export const capabilityHarvestSchema = z.strictObject({
  extension_type: z.literal("property-extension"),
  capabilities: z.array(capabilitySchema).min(1),
});

const newObservable = z.strictObject({ extension_type: z.literal("new-sco") });

/** An observable: what the prompts of a campaign have in common, as a keyed sketch. */
export const promptSkeletonSchema = z.strictObject({
  key_epoch: epochSchema,
  sketch: sketchSchema,
  extensions: z.strictObject({ [PROMPT_SKELETON]: newObservable }),
});

/** An observable: when a campaign works, by UTC hour of the day, as sixteenths of its busiest one. */
export const timingSignatureSchema = z.strictObject({
  hours: z.array(z.int().min(0).max(16)).length(24),
  extensions: z.strictObject({ [TIMING_SIGNATURE]: newObservable }),
});

/** An observable: a payment instrument, a device or a TLS client, as a keyed digest. */
export const fingerprintSchema = z.strictObject({
  kind: fingerprintKindSchema,
  key_epoch: epochSchema,
  digest: digestSchema,
  extensions: z.strictObject({ [FINGERPRINT]: newObservable }),
});

/** Of any object that a member says: that it does, and where that stands in its transparency log. */
export const originSchema = z.strictObject({
  extension_type: z.literal("property-extension"),
  /** Detached, over the object without this extension (RFC 7515, appendix F; RFC 7797; RFC 8785). */
  jws: z.string().min(1).max(1_024),
  log_index: z.int().min(0),
  /** With which the commitment in the log opens: 32 bytes in base64. */
  salt: z.string().regex(/^[A-Za-z0-9+/]{43}=$/),
});
export type Origin = Readonly<z.infer<typeof originSchema>>;

export interface ExtensionDocument {
  readonly id: `extension-definition--${string}`;
  /** Of its file under `schemas/stix`, and of its page. */
  readonly file: string;
  readonly name: string;
  readonly description: string;
  readonly types: readonly ("property-extension" | "new-sco")[];
  readonly schema: z.ZodType;
}

export const EXTENSIONS: readonly ExtensionDocument[] = [
  {
    id: ACCOUNT_CLUSTER,
    file: "account-cluster-1",
    name: "Account cluster",
    description: "The size of a group of accounts that one hand runs, in bins, and the families of evidence for it.",
    types: ["property-extension"],
    schema: accountClusterSchema,
  },
  {
    id: CAPABILITY_HARVEST,
    file: "capability-harvest-1",
    name: "Capability harvest",
    description: "Which capabilities of a model a campaign collects answers about.",
    types: ["property-extension"],
    schema: capabilityHarvestSchema,
  },
  {
    id: PROMPT_SKELETON,
    file: "prompt-skeleton-1",
    name: "Prompt skeleton",
    description: "What the prompts of a campaign have in common, as a sketch under a circle's key; never text.",
    types: ["new-sco"],
    schema: promptSkeletonSchema,
  },
  {
    id: TIMING_SIGNATURE,
    file: "timing-signature-1",
    name: "Timing signature",
    description: "How the work of a campaign is spread over the hours of the day.",
    types: ["new-sco"],
    schema: timingSignatureSchema,
  },
  {
    id: FINGERPRINT,
    file: "fingerprint-1",
    name: "Fingerprint",
    description: "A payment instrument, a device or a TLS client, as a digest under a circle's key.",
    types: ["new-sco"],
    schema: fingerprintSchema,
  },
  {
    id: ORIGIN,
    file: "origin-1",
    name: "Origin",
    description: "The signature of the member that says an object, and its place in the member's transparency log.",
    types: ["property-extension"],
    schema: originSchema,
  },
];

/** Who defines the extensions. */
export const DEFINER = Object.freeze({
  type: "identity",
  spec_version: "2.1",
  id: "identity--bcfc5c6b-b5ff-4b2f-8e50-4645d71dd963",
  created: "2026-11-25T00:00:00.000Z",
  modified: "2026-11-25T00:00:00.000Z",
  name: "Stillwatch",
  identity_class: "system",
} as const);

const SCHEMA_BASE = "https://stillwatch.dev/schemas/stix/";

export const extensionDefinitionSchema = z.union(
  EXTENSIONS.map(({ id, file, name, description, types }) =>
    z.strictObject({
      type: z.literal("extension-definition"),
      spec_version: z.literal("2.1"),
      id: z.literal(id),
      created_by_ref: z.literal(DEFINER.id),
      created: z.literal(DEFINER.created),
      modified: z.literal(DEFINER.modified),
      name: z.literal(name),
      description: z.literal(description),
      schema: z.literal(`${SCHEMA_BASE}${file}.json`),
      version: z.literal("1.0.0"),
      extension_types: z.array(z.enum(types)).length(types.length),
    }),
  ),
);
export type ExtensionDefinition = z.infer<typeof extensionDefinitionSchema>;

export function extensionDefinition({ id, file, name, description, types }: ExtensionDocument): ExtensionDefinition {
  return Object.freeze({
    type: "extension-definition",
    spec_version: "2.1",
    id,
    created_by_ref: DEFINER.id,
    created: DEFINER.created,
    modified: DEFINER.modified,
    name,
    description,
    schema: `${SCHEMA_BASE}${file}.json`,
    version: "1.0.0",
    extension_types: [...types],
  });
}

/** JSON Schema 2020-12 of an extension's content. */
export function renderExtensionSchema({ file, name, description, schema }: ExtensionDocument): string {
  const { $schema, ...rest } = z.toJSONSchema(schema, { target: "draft-2020-12" });
  return `${JSON.stringify({ $schema, $id: `${SCHEMA_BASE}${file}.json`, title: name, description, ...rest }, null, 2)}\n`;
}
