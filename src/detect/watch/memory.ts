import { z } from "zod";
import { evidenceSchema, familySchema, verdictsSchema } from "../../model/report.ts";
import type { LiveCampaign, LiveMember } from "./live-campaign.ts";

const countSchema = z.number().nonnegative();
const countsSchema = z.array(countSchema);
const groundsSchema = z.object({
  families: z.partialRecord(familySchema, z.number()),
  evidence: z.array(evidenceSchema),
});

const memorySchema = z.object({
  case: groundsSchema.extend({
    confidence: z.number(),
    verdicts: verdictsSchema,
    capabilities: z.array(z.string()),
    leads: z.array(z.object({ id: z.string(), source: z.string() })).default([]),
    restricted: z.boolean().default(false),
  }),
  marks: z
    .object({
      members: countSchema,
      others: countSchema,
      membersByTemplates: countsSchema,
      othersByTemplates: countsSchema,
      membersResumed: countSchema,
      othersResumed: countSchema,
      membersTraced: countSchema,
      othersTraced: countSchema,
    })
    .nullable(),
});

const memberSchema = z.object({
  joined: z.enum(["convicted", "later"]),
  alone: z.boolean().default(true),
  looks: countSchema,
  missed: countSchema,
  tasks: countSchema,
  harvest: z.object({ tasks: countSchema, share: countSchema }),
  score: z.number(),
  seenMs: z.number().nullable().default(null),
  own: groundsSchema.nullable(),
});

/** What is kept of a live campaign from one run of the program to the next, and of each of its members. */
export type CampaignMemory = z.infer<typeof memorySchema>;
export type MemberMemory = z.infer<typeof memberSchema>;

export function memoryOf({ case: found, marks }: LiveCampaign): CampaignMemory {
  // A copy: what is kept must not change with what goes on.
  return memorySchema.parse({ case: found, marks });
}

export function memberMemoryOf(member: LiveMember): MemberMemory {
  return memberSchema.parse(member);
}

/** Throws a `ZodError` where the memory is none of ours. */
export function fromMemory(
  id: string,
  memory: unknown,
  members: readonly { readonly account: string; readonly memory: unknown }[],
): LiveCampaign {
  const { case: found, marks } = memorySchema.parse(memory);
  const read = members.map((one) => [one.account, memberSchema.parse(one.memory)] as const);
  return { id, case: found, members: new Map(read), marks };
}
