import { z } from "zod";
import { reasonCategorySchema } from "./decision.ts";

/** What of a decision a customer is told: that it was made, or that it has ended. */
export const noticeKindSchema = z.enum(["decided", "ended"]);

/** That a customer was told of a decision: on which way, and of which category. */
export const noticeSchema = z.object({
  /** The decision's id, which is the reference that the customer was given. */
  decision: z.string().min(1),
  kind: noticeKindSchema,
  channel: z.string().min(1).max(64),
  category: reasonCategorySchema,
  sent: z.iso.datetime(),
});

export type Notice = z.infer<typeof noticeSchema>;
