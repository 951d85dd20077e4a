import { z } from "zod";

/** A label of a practice world. Evaluation only: nothing below `src/cli` reads it. */
export const truthSchema = z.object({
  account: z.string().min(1),
  label: z.enum(["distiller", "honest"]),
  campaign: z.string().optional(),
  class: z.string(),
});

export type Truth = z.infer<typeof truthSchema>;
