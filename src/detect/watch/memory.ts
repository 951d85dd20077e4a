import { z } from "zod";
import { evidenceSchema, familySchema, verdictsSchema } from "../../model/report.ts";
import type { LiveCampaign } from "./live-campaign.ts";

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
  }),
  members: z.array(
    z.object({
      account: z.string(),
      joined: z.enum(["convicted", "later"]),
      looks: countSchema,
      missed: countSchema,
      tasks: countSchema,
      harvest: z.object({ tasks: countSchema, share: countSchema }),
      score: z.number(),
      own: groundsSchema.nullable(),
    }),
  ),
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

/** What is kept of a live campaign from one run of the program to the next. */
export type CampaignMemory = z.infer<typeof memorySchema>;

export function memoryOf({ case: found, members, marks }: LiveCampaign): CampaignMemory {
  // A copy: what is kept must not change with what goes on.
  return memorySchema.parse({
    case: found,
    members: [...members].map(([account, member]) => ({ account, ...member })),
    marks,
  });
}

/** Throws a `ZodError` where the memory is none of ours. */
export function fromMemory(id: string, memory: unknown): LiveCampaign {
  const { case: found, members, marks } = memorySchema.parse(memory);
  return { id, case: found, members: new Map(members.map(({ account, ...member }) => [account, member])), marks };
}
