import { z } from "zod";
import { familySchema } from "../../model/report.ts";
import { sizeBinSchema } from "../stix/bins.ts";
import { capabilitySchema } from "../stix/extensions.ts";
import { PERMITTED_ACTIONS } from "../stix/iep.ts";
import { COURSES_OF_ACTION } from "../stix/words.ts";
import { contributionsOf } from "./clusters.ts";
import type { Cluster } from "./clusters.ts";
import type { Consensus } from "./consensus.ts";
import type { SeenHere } from "./seen-here.ts";

const names = z.array(z.string()).readonly();
const count = z.int().min(0);

/** Counts for nothing: many strangers work the same hours. */
const hoursSchema = z
  .number()
  .nullable()
  .describe("The share of the work of both that falls into the same hours of the day.");

const contributionSchema = z.object({
  member: z.string(),
  campaign: z.string().describe("The id that it has with this member."),
  sinceMs: z.int(),
  accounts: sizeBinSchema,
  repeats: z.boolean().describe("It says little that others had not said before."),
  fingerprints: z.object({ payment: count, device: count, tls: count }),
  skeletonLines: count.describe("Lines of the template, as far as the sketch has them."),
  techniques: names,
  capabilities: z.array(capabilitySchema).readonly(),
  evidence: z.array(familySchema).readonly(),
  hoursInCommon: hoursSchema.describe(
    "With who spoke of it first. Null: that is this one, or one of both does not say.",
  ),
  courses: z.array(z.enum(COURSES_OF_ACTION)).readonly().describe("What the member does about it, as it says."),
});

const seenHereSchema = z.object({
  campaign: z.string().describe("The id that it has here."),
  agreesWith: z
    .array(z.object({ member: z.string(), hoursInCommon: hoursSchema }))
    .readonly()
    .describe("Members with whose word it agrees."),
});

const consensusSchema = z.object({
  saw: names,
  repeats: names,
  absent: names,
  honest: names,
  agree: names.describe("Who says so without a reason, which counts for nothing."),
  disagree: names,
  independent: z.number().describe("How many independent ones those who saw it are worth."),
  confidence: z.number(),
  withheld: names.describe("Members whose leads are left alone."),
});

/** A campaign as the circle knows it. Members are named by their ids. */
const knownCampaignSchema = z.object({
  contributions: z
    .array(contributionSchema)
    .readonly()
    .describe("In the order in which they came; each says what its member was the first to say, and what it does."),
  consensus: consensusSchema,
  here: z
    .array(seenHereSchema)
    .readonly()
    .describe(
      "Live campaigns of ours that are the same, told or not. They join what others say; nobody else learns it, and the consensus does not count them.",
    ),
});
export type KnownCampaign = Readonly<z.output<typeof knownCampaignSchema>>;

const notLookedForSchema = z.object({
  member: z.string(),
  because: z.discriminatedUnion("kind", [
    z.object({
      kind: z.literal("key"),
      epoch: z.string().describe("Of the circle's key that they are made with."),
    }),
    z.object({
      kind: z.literal("policy"),
      permitted: z.enum(PERMITTED_ACTIONS).describe("What their policy of IEP 2.0 permits at most."),
    }),
  ]),
  indicators: count,
});

const notInLogSchema = z.object({
  member: z.string(),
  missing: count.describe("Objects that its log does not show."),
  waiting: count.describe("Objects of which that is not known yet: not looked up, or not seen by enough witnesses."),
});

/** What the circle knows. */
export const knownSchema = z.object({
  campaigns: z.array(knownCampaignSchema).readonly().describe("The best founded first."),
  notLookedFor: z
    .array(notLookedForSchema)
    .readonly()
    .describe("Indicators that hold and are not looked for here: they can't be, or may not."),
  notInLog: z
    .array(notInLogSchema)
    .readonly()
    .describe(
      "What members have said, signed, and not shown to be in their transparency logs. It counts all the same.",
    ),
});
export type Known = Readonly<z.output<typeof knownSchema>>;

export function knownCampaign(
  cluster: Cluster,
  { withheld, ...consensus }: Consensus,
  here: readonly SeenHere[],
): KnownCampaign {
  const members = new Set(withheld.map(({ member }) => member));
  return { contributions: contributionsOf(cluster), consensus: { ...consensus, withheld: [...members] }, here };
}
