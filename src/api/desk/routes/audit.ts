import { z } from "zod";
import { auditEntrySchema } from "../../../model/audit.ts";
import type { State } from "../../../store/state/state.ts";
import { nothingSchema, pageSchema } from "../inputs.ts";
import { reads } from "../route.ts";
import type { Route } from "../route.ts";

export const auditEntryAnswer = auditEntrySchema.extend({ detail: z.record(z.string(), z.unknown()) });

const verdictAnswer = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("intact"), entries: z.int(), head: z.string() }),
  z.object({ kind: z.literal("broken"), sequence: z.int(), reason: z.string() }),
]);

export function auditRoutes({ state }: { readonly state: State }): Route[] {
  return [
    reads({
      name: "listAuditEntries",
      path: "/v1/desk/audit",
      summary: "The audit log, in its order.",
      access: "analyst",
      params: nothingSchema,
      query: pageSchema.extend({
        after: z.coerce.number().int().min(0).default(0).describe("The number of the last entry that is known."),
      }),
      answer: z.object({
        rows: z.array(auditEntryAnswer),
        next: z.int().nullable().describe("Null: nothing comes after it yet."),
      }),
      async read({ query: { after, limit } }) {
        const rows = await state.audit.entriesAfter(after, limit);
        return { rows, next: rows.length < limit ? null : (rows.at(-1)?.sequence ?? null) };
      },
    }),
    reads({
      name: "verifyAudit",
      path: "/v1/desk/audit/verification",
      summary: "Walk the whole chain of the audit log. Keep the head that it tells somewhere else, and compare.",
      access: "analyst",
      params: nothingSchema,
      query: nothingSchema,
      answer: verdictAnswer,
      read: () => state.audit.verify(),
    }),
  ];
}
