import { z } from "zod";
import { timeSchema } from "./exchange.ts";

export const modelReleaseSchema = z.object({
  model: z.string().min(1),
  released: timeSchema,
  capabilities: z.array(z.string()).default([]),
});

export type ModelRelease = z.infer<typeof modelReleaseSchema>;
