import { z } from "zod";
import { timeSchema } from "./exchange.ts";

/** What the provider knows about an account besides its traffic. Identifiers are opaque fingerprints, never the values. */
export const accountFactsSchema = z.object({
  account: z.string().min(1),
  created: timeSchema.optional(),
  organization: z.string().optional(),
  email_domain: z.string().optional(),
  /** The local part with letters as `a`, digits as `9`, runs of letters cut at four and of digits at one: `aaaa.aa9`. */
  email_shape: z.string().optional(),
  payment: z.string().optional(),
  phone: z.string().optional(),
  device: z.string().optional(),
  signup_ip: z.string().optional(),
  country: z.string().optional(),
  plan: z.string().optional(),
  verified: z.boolean().optional(),
  declared_use: z.string().optional(),
});

export type AccountFacts = z.infer<typeof accountFactsSchema>;
