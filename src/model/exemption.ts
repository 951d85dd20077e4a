import { z } from "zod";
import { decisionScopeSchema } from "./decision.ts";

/** Why an account is left alone although it looks like a campaign. */
const exemptUseSchema = z.enum([
  "research",
  "synthetic-data",
  "resale",
  "evaluation",
  /** An appeal was upheld: it is not decided again on the same case. */
  "reinstated",
]);

/** A declared use that was granted beforehand, or what a reinstatement leaves behind. Never without an end. */
export const exemptionSchema = z.object({
  id: z.string().min(1),
  holder: z.object({ kind: z.enum(["account", "organization"]), value: z.string().min(1) }),
  use: exemptUseSchema,
  /** Null: whatever the campaign. */
  campaign: z.string().min(1).nullable(),
  /** Above this it no longer holds; null: no cap. */
  requests_per_day: z.int().positive().nullable(),
  granted_by: z.string().min(1),
  reason: z.string().min(1),
  starts: z.iso.datetime(),
  expires: z.iso.datetime(),
  /** When somebody took it back. */
  revoked: z.iso.datetime().nullable(),
});

/** An entry of the allow-list: it wins over every policy. */
export const allowanceSchema = z.object({
  id: z.string().min(1),
  scope: decisionScopeSchema,
  granted_by: z.string().min(1),
  reason: z.string().min(1),
  starts: z.iso.datetime(),
  /** Null: until somebody takes it back. */
  expires: z.iso.datetime().nullable(),
  revoked: z.iso.datetime().nullable(),
});

export type Exemption = z.infer<typeof exemptionSchema>;
export type Allowance = z.infer<typeof allowanceSchema>;
