import { z } from "zod";
import { decisionSchema } from "../../model/decision.ts";

/**
 * What surfaces need of a decision. The account, the campaign and the reasons stay with the desk: a gateway has no use for
 * them, and what it does not hold it can't show.
 */
export const surfaceDecisionSchema = decisionSchema.pick({
  id: true,
  scope: true,
  action: true,
  parameters: true,
  category: true,
  policy: true,
  created: true,
  expires: true,
  simulated: true,
});

/** As `decisionDeltaSchema`, with what surfaces need of the decision. A `DecisionDelta` is one too. */
export const surfaceDeltaSchema = z.object({
  sequence: z.int().positive(),
  kind: z.enum(["new", "deleted"]),
  decision: surfaceDecisionSchema,
});

export type SurfaceDecision = Readonly<z.infer<typeof surfaceDecisionSchema>>;
export type SurfaceDelta = Readonly<z.infer<typeof surfaceDeltaSchema>>;

/** A copy without what the value carries beyond it, so that the rest can be collected. */
export function surfaceDecision(decision: SurfaceDecision): SurfaceDecision {
  const { id, scope, action, parameters, category, policy, created, expires, simulated } = decision;
  return { id, scope, action, parameters, category, policy, created, expires, simulated };
}
