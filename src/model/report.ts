import { z } from "zod";

/** Families of evidence, strongest first. Two are independent if an honest cause of one does not produce the other. */
export const FAMILIES = ["continuation", "partition", "twins", "regularity", "infrastructure", "intent"] as const;
export const familySchema = z.enum(FAMILIES);

const ACTIONS = ["observe", "challenge", "throttle", "degrade", "block"] as const;
export const actionSchema = z.enum(ACTIONS);

const probability = z.number().min(0).max(1);

/** Three verdicts, never one score. */
export const verdictsSchema = z.object({
  /** One hand runs these accounts. */
  coordinated: probability,
  /** The traffic harvests the model's answers. */
  extractive: probability,
  /** It goes against the declared use, or none was declared. */
  unauthorised: probability,
});

export const evidenceSchema = z.object({
  /** The family it belongs to. */
  signal: familySchema,
  /** One sentence for a person: "k of n members ..., x expected". */
  summary: z.string(),
  /** log10 of the e-value: 0 says nothing, 2 is a hundred to one. */
  strength: z.number().nonnegative(),
  /** How many of the campaign's accounts it speaks of. */
  accounts: z.int().nonnegative(),
  /** True where it speaks against a campaign. */
  against: z.boolean(),
});

export const campaignSchema = z.object({
  id: z.string(),
  accounts: z.array(z.string()),
  exchanges: z.int().nonnegative(),
  first_seen: z.iso.datetime(),
  last_seen: z.iso.datetime(),
  confidence: probability,
  verdicts: verdictsSchema,
  capabilities: z.array(z.string()),
  evidence: z.array(evidenceSchema),
  /** What is left of the case if one family is taken away. */
  without: z.array(z.object({ family: familySchema, confidence: probability, convicted: z.boolean() })),
  /** The honest kind of customer that it most resembles, and what tells it apart. */
  resembles: z.object({ kind: z.string(), difference: z.string() }),
  /** Exchanges per UTC day, days without any left out. */
  timeline: z.array(z.object({ day: z.iso.date(), exchanges: z.int().nonnegative() })),
  /** Exchanges per UTC hour of the day, 24 numbers. */
  hours: z.array(z.int().nonnegative()).length(24),
  /** Each account's exchanges, and how many of them belong to the shared work. */
  loads: z.array(z.object({ account: z.string(), exchanges: z.int(), harvest: z.int() })),
  /** Why two accounts stand together: the strongest links only, at most 400. */
  links: z.array(z.object({ from: z.string(), to: z.string(), weight: z.number(), via: z.string() })),
  /** Of other providers: the indicators that drew attention to it, and whose they are. No evidence; there only if there are any. */
  leads: z.array(z.object({ id: z.string(), source: z.string() })).optional(),
});

/** A group that one hand runs, but that does not extract, or that does so openly: nothing is proposed against it. */
export const coordinatedGroupSchema = z.object({
  id: z.string(),
  accounts: z.array(z.string()),
  /** Of their shared work. */
  exchanges: z.int().nonnegative(),
  verdicts: verdictsSchema,
  evidence: z.array(evidenceSchema),
});

export const reportSchema = z.object({
  schema: z.literal("https://stillwatch.dev/schemas/report-1.json"),
  generated: z.iso.datetime(),
  source: z.object({
    formats: z.array(z.string()),
    files: z.int().nonnegative(),
    rejected: z.int().nonnegative(),
    repeated: z.int().nonnegative(),
    first_seen: z.iso.datetime().nullable(),
    last_seen: z.iso.datetime().nullable(),
  }),
  totals: z.object({
    exchanges: z.int().nonnegative(),
    accounts: z.int().nonnegative(),
    flagged: z.int().nonnegative(),
    campaigns: z.int().nonnegative(),
    /** Accounts with too little traffic to be judged. */
    insufficient: z.int().nonnegative(),
  }),
  /** Families that could not be examined, and the field that is missing. */
  missing: z.array(z.object({ family: familySchema, reason: z.string() })),
  /** The bound on false campaigns that the run was judged at. */
  bound: z.object({ false_campaign_rate: probability, families_required: z.int() }),
  models: z.array(z.object({ model: z.string(), released: z.iso.datetime(), capabilities: z.array(z.string()) })),
  campaigns: z.array(campaignSchema),
  /** The surest first, at most 50. */
  coordinated: z.array(coordinatedGroupSchema),
});

export const accountScoreSchema = z.object({
  account: z.string(),
  /** Higher is more suspect; comparable across accounts. */
  score: probability,
  campaign: z.string().nullable(),
  action: actionSchema,
  reasons: z.array(z.string()),
});

/** One line of `explanations.ndjson`: why an account is, or is not, in a campaign. Every account has one. */
export const explanationSchema = z.object({
  account: z.string(),
  exchanges: z.int().nonnegative(),
  first_seen: z.iso.datetime(),
  last_seen: z.iso.datetime(),
  status: z.enum(["member", "cleared", "no-signal", "insufficient-data"]),
  /** The campaign, or the candidate that was examined and not convicted. */
  candidate: z.string().nullable(),
  score: probability,
  action: actionSchema,
  evidence: z.array(evidenceSchema),
});

export type Family = z.infer<typeof familySchema>;
export type Action = z.infer<typeof actionSchema>;
export type Verdicts = z.infer<typeof verdictsSchema>;
export type Evidence = z.infer<typeof evidenceSchema>;
export type Campaign = z.infer<typeof campaignSchema>;
export type CoordinatedGroup = z.infer<typeof coordinatedGroupSchema>;
export type Report = z.infer<typeof reportSchema>;
export type AccountScore = z.infer<typeof accountScoreSchema>;
export type Explanation = z.infer<typeof explanationSchema>;
