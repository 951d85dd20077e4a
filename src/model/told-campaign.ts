import { z } from "zod";
import { campaignSchema, familySchema } from "./report.ts";

// Limits.
const idCharactersMax = 200;
const evidenceMax = 100;
const capabilitiesMax = 100;
const wordCharactersMax = 200;

/** A campaign of a report is `C1` in many: with a digest of what it is. */
export const reportedIdPattern = /^[\w.-]{1,64}@[\da-f]{12}$/;

/** What of a report's campaign is looked at for telling it to others: how many accounts it has, and not which; no sentence. */
export const toldCampaignSchema = z.object({
  ...campaignSchema.pick({ first_seen: true, last_seen: true, confidence: true, verdicts: true, hours: true }).shape,
  id: z.string().min(1).max(idCharactersMax),
  accounts: z.int().positive(),
  exchanges: z.int().positive(),
  capabilities: z.array(z.string().max(wordCharactersMax)).max(capabilitiesMax).readonly(),
  evidence: z
    .array(z.object({ signal: familySchema, against: z.boolean() }))
    .max(evidenceMax)
    .readonly(),
});
export type ToldCampaign = Readonly<z.infer<typeof toldCampaignSchema>>;

export function toldOf({
  id,
  accounts,
  exchanges,
  first_seen,
  last_seen,
  confidence,
  verdicts,
  capabilities,
  evidence,
  hours,
}: Omit<ToldCampaign, "accounts"> & { readonly accounts: readonly string[] }): ToldCampaign {
  return {
    id,
    accounts: accounts.length,
    exchanges,
    first_seen,
    last_seen,
    confidence,
    verdicts,
    capabilities,
    evidence: evidence.map(({ signal, against }) => ({ signal, against })),
    hours,
  };
}
