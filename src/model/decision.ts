import { z } from "zod";
import { canonicalAddress } from "../kit/address.ts";
import { evidenceSchema, familySchema, verdictsSchema } from "./report.ts";

/** From the mildest to the hardest. Each can be undone and ends by itself. */
export const DECISION_ACTIONS = [
  /** Nothing is done; it is written down. */
  "observe",
  /** The caller must show who it is before it goes on. */
  "challenge",
  /** Fewer requests a minute (GCRA). */
  "throttle",
  /** Reasoning traces, log probabilities and several samples are withheld. */
  "degrade",
  /** What the account has works; it gets no new keys. */
  "hold-new-keys",
  /** Answers come late. */
  "tarpit",
  /** Requests are refused. */
  "block",
] as const;
export const decisionActionSchema = z.enum(DECISION_ACTIONS);

/** More names than this say nothing about an account any more. */
export const carriersMax = 16;

/** What a decision applies to: everything of one account, or one key, organisation, address (IPv4, or IPv6 /64) or JA4. */
export const decisionScopeSchema = z.object({
  kind: z.enum(["key", "account", "organization", "address", "tls"]),
  value: z.string().min(1),
});

/** One text for one scope, to look it up by. */
export function scopeKey({ kind, value }: z.infer<typeof decisionScopeSchema>): string {
  return `${kind}\0${value}`;
}

/** A scope as a person writes it, in the form in which decisions are kept: an address in another one would be nobody's. */
export function canonicalScope<Scope extends z.infer<typeof decisionScopeSchema>>(
  scope: Scope,
  context: z.RefinementCtx,
): Scope {
  if (scope.kind !== "address") return scope;
  const value = canonicalAddress(scope.value);
  if (value !== null) return { ...scope, value };
  context.addIssue({ code: "custom", path: ["value"], message: "is no address: give IPv4, or IPv6, or its /64" });
  return z.NEVER;
}

/** What an action needs besides its name; what it does not use is absent. */
export const actionParametersSchema = z.object({
  /** throttle: requests a minute in the long run, and how many may come at once. */
  requests_per_minute: z.number().positive().optional(),
  burst: z.int().positive().optional(),
  /** tarpit: milliseconds that an answer waits. */
  delay_ms: z.int().positive().optional(),
  /** degrade: what is withheld. */
  withhold: z.array(z.enum(["reasoning", "logprobs", "samples"])).optional(),
});

/** What the customer is told: a category, never the signal that fired. */
export const REASON_CATEGORIES = ["coordinated-extraction", "undeclared-use", "manual-review"] as const;
export const reasonCategorySchema = z.enum(REASON_CATEGORIES);

/** Why a decision is written down and not enforced. */
export const HOLDS = [
  /** The policy only shows what it would do. */
  "dry-run",
  /** The rule is tried on a part of the accounts, and this is not one of them. */
  "canary",
  /** Another provider's word led to the campaign, and its terms permit no more than to look (IEP 2.0). */
  "source-terms",
  /** The cap an hour is reached, or the kill switch is on: it gets in as soon as there is room. */
  "waiting",
  /** It was in force when the kill switch was thrown: it comes back with the switch off, unless it has ended by then. */
  "suspended",
] as const;
export const holdSchema = z.enum(HOLDS);

/** One decision: what is done to whom, by which rule, for which campaign, until when. Its id is the customer's reference. */
export const decisionSchema = z.object({
  id: z.string().min(1),
  scope: decisionScopeSchema,
  /** The account that it is about, also where the scope is one of its keys or addresses. */
  account: z.string().min(1),
  action: decisionActionSchema,
  parameters: actionParametersSchema,
  campaign: z.string().nullable(),
  category: reasonCategorySchema,
  /** For the analyst; never shown to the customer. */
  reasons: z.array(z.string()),
  /** The rule that decided, and the version (a hash) of the policy that it stands in. */
  policy: z.object({ name: z.string(), rule: z.string(), version: z.string() }),
  /** Since when the account has been under a decision for this campaign without a break; harder steps count from here. */
  since: z.iso.datetime(),
  /** When this decision took effect, or when it was written down if it is held. */
  created: z.iso.datetime(),
  expires: z.iso.datetime(),
  /** Written down and shown, not enforced: exactly where `held` has a reason. */
  simulated: z.boolean(),
  held: holdSchema.nullable(),
});

/**
 * A change of the decisions, held ones included, in the order of `sequence` (from 1, without gaps). `new` with an id that
 * the follower knows takes the place of what it has: so is an end postponed, since the id is the customer's reference.
 */
export const decisionDeltaSchema = z.object({
  sequence: z.int().positive(),
  kind: z.enum(["new", "deleted"]),
  decision: decisionSchema,
  /** deleted: why. */
  cause: z.enum(["expired", "replaced", "released", "appeal", "kill-switch", "manual", "retraction"]).optional(),
});

/** How the shared work arrives: what a decision can name besides the account. */
export const carrierSchema = z.object({
  kind: z.enum(["key", "organization", "address", "tls"]),
  value: z.string().min(1),
  /** Accounts of the campaign that used the same lately, this one and those that wait for a second look included. */
  members: z.int().nonnegative().default(0),
  /** And accounts outside of it. */
  strangers: z.int().nonnegative(),
});

/** Where an account stands with the detector at some time. Policies decide on it and on the account's facts. */
export const standingSchema = z.object({
  account: z.string().min(1),
  /** When it was found out: the time of the last exchange that was looked at, not of the wall clock. */
  time: z.iso.datetime(),
  /** `released`: was a member, and by what is known now is none. */
  status: z.enum(["member", "released"]),
  campaign: z.object({
    id: z.string().min(1),
    accounts: z.int().nonnegative(),
    confidence: z.number().min(0).max(1),
    verdicts: verdictsSchema,
    /** log10 of the e-value by family. */
    families: z.partialRecord(familySchema, z.number()),
    capabilities: z.array(z.string()),
    /** It was found because of what another provider told, who permits no more than to look: nothing is done to its accounts. */
    restricted: z.boolean().default(false),
  }),
  /** How suspect the account itself is, 0 to 1. */
  score: z.number().min(0).max(1),
  /** What it asked of the shared work, and the share that this is of all that it asked. */
  harvest: z.object({ tasks: z.int().nonnegative(), share: z.number().min(0).max(1) }),
  /** Of all its traffic, the shared work or not. */
  exchanges_per_day: z.number().nonnegative(),
  /** Its organisation, and those that it used most. */
  carriers: z.array(carrierSchema).max(carriersMax),
  /** One of those on whom the campaign was convicted, or a later one that joined by its own evidence. */
  joined: z.enum(["convicted", "later"]),
  reasons: z.array(z.string()),
  evidence: z.array(evidenceSchema),
});

export type DecisionAction = z.infer<typeof decisionActionSchema>;
export type DecisionScope = z.infer<typeof decisionScopeSchema>;
export type ActionParameters = z.infer<typeof actionParametersSchema>;
export type ReasonCategory = z.infer<typeof reasonCategorySchema>;
export type Hold = z.infer<typeof holdSchema>;
export type Decision = z.infer<typeof decisionSchema>;
export type DecisionDelta = z.infer<typeof decisionDeltaSchema>;
export type Carrier = z.infer<typeof carrierSchema>;
export type Standing = z.infer<typeof standingSchema>;
