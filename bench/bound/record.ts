import { z } from "zod";
import { familySchema } from "../../src/model/report.ts";
import { lacks } from "./fields.ts";

const tallySchema = z.object({
  groups: z.int(),
  /** Those of them that no one hand runs, as `Kind` of `hand.ts` tells them. */
  mixed: z.int(),
  strangers: z.int(),
});

const outcomeSchema = z.object({
  rate: z.number(),
  /** By e-BH alone; with the rules on families as well; convicted in the first round. */
  passed: tallySchema,
  coordinated: tallySchema,
  convicted: tallySchema,
});
export type Outcome = z.infer<typeof outcomeSchema>;

const groupSchema = z.object({
  accounts: z.int(),
  classes: z.string(),
  kind: z.enum(["hand", "mixed", "strangers"]),
  /** The largest share of the accounts that one operator runs. */
  handShare: z.number(),
});

const candidateSchema = groupSchema.extend({
  source: z.string(),
  /** log10 e-value of coordination, and of each family. */
  logE: z.number(),
  families: z.partialRecord(familySchema, z.number()),
  /** At the rate that ships. */
  coordinated: z.boolean(),
  convicted: z.boolean(),
});
export type CandidateRecord = z.infer<typeof candidateSchema>;

/** What a scan found in one log, in which there is no campaign. A line of `out/bound-logs.ndjson`. */
export const logSchema = z.object({
  world: z.string(),
  seed: z.int(),
  /** Of a large log nothing but the campaigns counts: it has several groups of a class, of which no label tells one from the other. */
  large: z.boolean(),
  lack: z.enum(lacks),
  accounts: z.int(),
  exchanges: z.int(),
  /** As the report has them: after members joined and left. All of them are false, whoever runs them. */
  campaigns: z.array(groupSchema),
  candidates: z.array(candidateSchema),
  outcomes: z.array(outcomeSchema),
});
export type LogRecord = z.infer<typeof logSchema>;
