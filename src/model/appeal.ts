import { z } from "zod";
import { familySchema } from "./report.ts";

// Limits.
const decisionsMax = 100;
export const statementCharactersMax = 20_000;
export const answerCharactersMax = 20_000;

export const APPEAL_STATES = ["open", "under-review", "upheld", "rejected", "withdrawn", "expired"] as const;
export const appealStateSchema = z.enum(APPEAL_STATES);
export type AppealState = z.infer<typeof appealStateSchema>;

/**
 * From where to where an appeal may go; a state that leads nowhere is final. An appeal is never rejected by silence alone:
 * `expired` says that nobody answered in time, and what follows from it is for the policy to say. An answer against the customer
 * can be put right later, one in its favour stands.
 */
export const APPEAL_MOVES: Readonly<Record<AppealState, readonly AppealState[]>> = {
  open: ["under-review", "withdrawn", "expired"],
  // Back to open where the reviewer gives it away.
  "under-review": ["open", "upheld", "rejected", "withdrawn", "expired"],
  upheld: [],
  rejected: ["upheld"],
  withdrawn: [],
  expired: ["upheld"],
};

export function canMove(from: AppealState, to: AppealState): boolean {
  return APPEAL_MOVES[from].includes(to);
}

/** An objection of a customer to decisions on its account. */
export const appealSchema = z.object({
  id: z.string().min(1),
  account: z.string().min(1),
  campaign: z.string().min(1).nullable(),
  decisions: z.array(z.string().min(1)).min(1).max(decisionsMax),
  state: appealStateSchema,
  opened: z.iso.datetime(),
  /** Until when it has to be answered. */
  deadline: z.iso.datetime(),
  /** When its state last changed. */
  changed: z.iso.datetime(),
  reviewer: z.string().min(1).nullable(),
  /** What the customer is told in the end. */
  answer: z.string().max(answerCharactersMax).nullable(),
});

/** What the detector should learn from an upheld appeal: families that spoke against the account, log10 of the e-value. */
export const lessonSchema = z.object({
  appeal: z.string().min(1),
  account: z.string().min(1),
  campaign: z.string().min(1),
  families: z.partialRecord(familySchema, z.number()),
  at: z.iso.datetime(),
});

export type Appeal = z.infer<typeof appealSchema>;
export type Lesson = z.infer<typeof lessonSchema>;
