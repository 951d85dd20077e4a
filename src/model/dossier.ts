import { z } from "zod";
import { appealStateSchema } from "./appeal.ts";
import { auditEntrySchema } from "./audit.ts";
import {
  actionParametersSchema,
  decisionActionSchema,
  decisionDeltaSchema,
  decisionScopeSchema,
  holdSchema,
  reasonCategorySchema,
} from "./decision.ts";
import { plainNameSchema, plainSentenceSchema } from "./plain-text.ts";
import { actionSchema, familySchema, verdictsSchema } from "./report.ts";

/*
 * An evidence pack for counsel or an authority. Whatever can hold words of somebody else has a schema that admits names and
 * sentences of this software alone; there is no field for a prompt, a response, an address, a payment or a statement.
 */

// Limits.
const accountsMax = 25_000;
const rowsMax = 100_000;
export const reasonCharactersMax = 300;
/** Forty hashes, and a checkpoint with more signatures than a circle has witnesses. */
const proofCharactersMax = 32_768;

const sha256Schema = z.string().regex(/^[\da-f]{64}$/u);
const probability = z.number().min(0).max(1);
const count = z.int().nonnegative();
const version = z.string().regex(/^[\w.+-]{1,64}$/u);

/** A keyed name: the same thing has the same one in every dossier made with the key, and nobody without it can tell whose it is. */
export const pseudonymSchema = z.string().regex(/^[ADP]-[\dA-HJKMNP-TV-Z]{4}(?:-[\dA-HJKMNP-TV-Z]{4}){2}$/u);
/** A decision's own reference, where the dossier identifies. */
const referenceSchema = z.union([pseudonymSchema, plainNameSchema]);

/** What was read, and how to know that it is the same later. */
export const dossierSourceSchema = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("report"),
    generated: z.iso.datetime(),
    files: z.array(z.strictObject({ name: plainNameSchema, bytes: count, sha256: sha256Schema })),
  }),
  z.strictObject({
    kind: z.literal("state"),
    /** The audit log when it was read: walked whole, and this was its end. */
    audit: z.strictObject({ entries: count, head: z.union([sha256Schema, z.literal("")]) }),
  }),
]);

const evidenceSchema = z.strictObject({
  family: familySchema,
  /** `null` where it was withheld. */
  sentence: plainSentenceSchema.nullable(),
  /** log10 of the e-value. */
  strength: z.number().nonnegative(),
  accounts: count,
  against: z.boolean(),
});

const accountSchema = z.strictObject({
  account: pseudonymSchema,
  /** The provider's own name for it; `null` unless the dossier identifies. */
  identity: z.string().max(1_024).nullable(),
  standing: z.enum(["member", "released"]),
  exchanges: count.nullable(),
  /** Of its requests, the share that belongs to the shared work. */
  shared: probability.nullable(),
  score: probability,
  first_seen: z.iso.datetime(),
  last_seen: z.iso.datetime(),
  /** What a scan proposes; `null` where a desk decides. */
  proposed: actionSchema.nullable(),
});

const decisionSchema = z.strictObject({
  id: referenceSchema,
  account: pseudonymSchema,
  scope: decisionScopeSchema.shape.kind,
  action: decisionActionSchema,
  parameters: z.strictObject(actionParametersSchema.shape),
  category: reasonCategorySchema,
  policy: z.strictObject({ name: plainNameSchema, rule: plainNameSchema, version }),
  created: z.iso.datetime(),
  expires: z.iso.datetime(),
  /** `null`: it was enforced. */
  held: holdSchema.nullable(),
  ended: z.strictObject({ at: z.iso.datetime(), cause: decisionDeltaSchema.shape.cause.unwrap() }).nullable(),
  /** When the customer was first told. */
  notice: z.iso.datetime().nullable(),
});

const appealSchema = z.strictObject({
  id: referenceSchema,
  account: pseudonymSchema,
  decisions: z.array(referenceSchema),
  state: appealStateSchema,
  opened: z.iso.datetime(),
  deadline: z.iso.datetime(),
  changed: z.iso.datetime(),
});

/** A proof holds hashes, numbers, signatures, names of logs and of witnesses, and nothing else. */
const logProof =
  /^c2sp\.org\/tlog-proof@v1\nindex \d{1,16}\n(?:[A-Za-z\d+/]{43}=\n)*\n[\w./-]{1,64}\n\d{1,16}\n[A-Za-z\d+/]{43}=\n\n(?:\u2014 [\w./-]{1,64} [A-Za-z\d+/]{1,200}={0,2}\n)+$/u;

/** One object about the campaign that left, and for whom it was. */
export const sharedEntrySchema = z.strictObject({
  at: z.iso.datetime(),
  object: z.strictObject({
    id: z.string().regex(/^[a-z\d-]{1,64}--[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/u),
    type: plainNameSchema,
    version: plainNameSchema.nullable(),
  }),
  /** Sharing, an incident report, and incident response are apart. */
  flow: plainNameSchema,
  recipients: z.array(plainNameSchema),
  /** Where its commitment stands in the transparency log. */
  log_index: count,
  /** The commitment that stands there, with the proof; `null` where the log was not at hand. What opens it, object and salt, is not in here. */
  logged: z
    .strictObject({
      member: z.string().regex(/^identity--[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/u),
      /** SHA-256, in base64. */
      commitment: z.string().regex(/^[A-Za-z\d+/]{43}=$/u),
      /** C2SP tlog-proof: hashes, and the checkpoint that they lead to, with the signatures of the log and of its witnesses. */
      proof: z.string().max(proofCharactersMax).regex(logProof),
    })
    .nullable(),
});

const daySchema = z.strictObject({ day: z.iso.date(), exchanges: count });

export const dossierSchema = z.strictObject({
  schema: z.literal("https://stillwatch.dev/schemas/dossier-1.json"),
  written: z.iso.datetime(),
  software: z.strictObject({
    version,
    packs: z.array(z.strictObject({ name: plainNameSchema, sha256: sha256Schema })),
  }),
  source: dossierSourceSchema,
  /** Who asked for the accounts' names, and why; `null`: nobody, and no account is named. */
  identified: z
    .strictObject({ by: z.string().min(1).max(200), reason: z.string().min(1).max(reasonCharactersMax) })
    .nullable(),
  campaign: z.strictObject({
    id: plainNameSchema,
    state: z.enum(["found", "live", "closed"]),
    first_seen: z.iso.datetime(),
    last_seen: z.iso.datetime(),
    exchanges: count.nullable(),
    confidence: probability,
    verdicts: z.strictObject(verdictsSchema.shape),
    capabilities: z.array(plainNameSchema),
  }),
  evidence: z.array(evidenceSchema),
  /** What is left of the case without one family; `null` where it was not kept. */
  without: z
    .array(z.strictObject({ family: familySchema, confidence: probability, convicted: z.boolean() }))
    .nullable(),
  resembles: z.strictObject({ kind: plainSentenceSchema, difference: plainSentenceSchema }).nullable(),
  missing: z.array(z.strictObject({ family: familySchema, reason: plainSentenceSchema.nullable() })),
  bound: z.strictObject({ false_campaign_rate: probability, families_required: count }),
  timeline: z.strictObject({
    /** `null` where the source keeps no traffic by day. */
    days: z.array(daySchema).nullable(),
    /** By UTC hour. */
    hours: z.array(count).length(24).nullable(),
    releases: z.array(z.strictObject({ model: plainNameSchema, released: z.iso.datetime() })),
  }),
  accounts: z.array(accountSchema).max(accountsMax),
  policies: z.array(
    z.strictObject({
      name: plainNameSchema,
      version,
      loaded: z.iso.datetime(),
      mode: z.enum(["dry-run", "enforce"]).nullable(),
      /** Accounts that it may newly touch in an hour. */
      newly_affected_per_hour: count.nullable(),
    }),
  ),
  decisions: z.array(decisionSchema).max(rowsMax),
  appeals: z.array(appealSchema).max(rowsMax),
  /** `null` where the source keeps no ledger. */
  shared: z.array(sharedEntrySchema).max(rowsMax).nullable(),
});

/**
 * A line of `audit.ndjson`: an entry of the audit log about the campaign. `open` holds the entry as it was written, so that its hash can be
 * computed anew; `sealed` holds a keyed hash of its hash, which only the owner of the log and of the key can compare: an entry's own
 * hash would let anybody try out whose it is.
 */
export const dossierAuditLineSchema = z.strictObject({
  sequence: z.int().positive(),
  at: z.iso.datetime(),
  actor: z.string().min(1).max(200),
  action: auditEntrySchema.shape.action,
  proof: z.discriminatedUnion("kind", [
    z.strictObject({ kind: z.literal("open"), entry: auditEntrySchema }),
    z.strictObject({ kind: z.literal("sealed"), seal: sha256Schema }),
  ]),
});

/** A file of the pack: its place in the chain is a hash over its other fields, the hash before it among them. */
export const packedFileSchema = z.strictObject({
  path: z.string().regex(/^[a-z\d-]+(?:\.[a-z]+)+$/u),
  bytes: count,
  sha256: sha256Schema,
  previous: sha256Schema,
  hash: sha256Schema,
});

/** `manifest.json`: every other file of the pack, chained. The first follows the hash of what stands above the list. */
export const dossierManifestSchema = z.strictObject({
  schema: z.literal("https://stillwatch.dev/schemas/dossier-manifest-1.json"),
  campaign: plainNameSchema,
  written: z.iso.datetime(),
  version,
  files: z.array(packedFileSchema).min(1).max(16),
  /** The last file's hash: keep it elsewhere, and nothing of the pack can be changed unseen. */
  head: sha256Schema,
});

export type Dossier = z.infer<typeof dossierSchema>;
export type DossierSource = z.infer<typeof dossierSourceSchema>;
export type DossierAuditLine = z.infer<typeof dossierAuditLineSchema>;
export type DossierManifest = z.infer<typeof dossierManifestSchema>;
export type PackedFile = z.infer<typeof packedFileSchema>;
export type SharedEntry = z.infer<typeof sharedEntrySchema>;
