import { z } from "zod";
import { tellsKey } from "../../ingest/keys/key-names.ts";
import { canonicalScope, decisionScopeSchema, reasonCategorySchema } from "../../model/decision.ts";
import { familySchema } from "../../model/report.ts";
import { conditionSchema } from "./condition.ts";
import { durationSchema } from "./duration.ts";
import { stepSchema } from "./step.ts";

// Limits.
const rulesMax = 64;
const stepsMax = 8;
const casesMax = 200;
const allowedMax = 1_000;
const textCharactersMax = 500;

const name = z.string().regex(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/u, "names are lower-case words joined by hyphens");
const sentence = z.string().trim().min(1).max(textCharactersMax);

const SCOPES = ["account", "campaign", "organization", "key", "address", "tls"] as const;

const ruleSchema = z.strictObject({
  id: name,
  title: sentence,
  when: conditionSchema,
  category: reasonCategorySchema,
  scope: z.enum(SCOPES).default("account"),
  canary: z.int().min(1).max(100).default(100),
  steps: z.array(stepSchema).min(1).max(stepsMax),
});

/** What is known about an account, under the names of the conditions; the rest is as it is for an account that is not suspect. */
const givenSchema = z
  .strictObject({
    status: z.enum(["member", "released"]),
    joined: z.enum(["convicted", "later"]),
    confidence: z.number(),
    coordinated: z.number(),
    extractive: z.number(),
    unauthorised: z.number(),
    accounts: z.int(),
    families: z.partialRecord(familySchema, z.number()),
    capabilities: z.array(z.string()),
    score: z.number(),
    "harvest-tasks": z.int(),
    "harvest-share": z.number(),
    plan: z.string(),
    "declared-use": z.string(),
    verified: z.boolean(),
    "tenure-days": z.number(),
  })
  .partial();

const caseSchema = z.strictObject({
  about: sentence,
  given: givenSchema,
  /** How long the account has been under a decision already. */
  "stands-for": durationSchema.optional(),
  /** The rule that decides and the action that it takes, or nothing. */
  expect: z.union([z.literal("nothing"), z.strictObject({ rule: name, action: z.string() })]),
});

/** The text of a policy is kept and shown, and so holds no key; and under another name than its own a key would not be found. */
const allowedSchema = decisionScopeSchema
  .extend({ reason: sentence })
  .strict()
  .refine(({ kind, value }) => kind !== "key" || !tellsKey(value), {
    path: ["value"],
    message: "is a key itself, or its SHA-256: give its name (key_...)",
  })
  .transform(canonicalScope);

export const policyFileSchema = z.strictObject({
  name,
  description: sentence,
  mode: z.enum(["dry-run", "enforce"]).default("dry-run"),
  /** So many accounts that were not under an enforced decision may come under one within an hour. */
  "newly-affected-per-hour": z.int().min(1),
  allow: z.array(allowedSchema).max(allowedMax).default([]),
  rules: z.array(ruleSchema).min(1).max(rulesMax),
  cases: z.array(caseSchema).min(1).max(casesMax),
});

export type PolicyFile = z.infer<typeof policyFileSchema>;
export type PolicyCase = z.infer<typeof caseSchema>;
