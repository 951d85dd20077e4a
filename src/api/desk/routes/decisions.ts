import { z } from "zod";
import { orderedStepSchema, compileStep } from "../../../decide/policy/step.ts";
import { decisionDeltaSchema, decisionSchema, decisionScopeSchema, holdSchema } from "../../../model/decision.ts";
import type { DecisionScope } from "../../../model/decision.ts";
import { noticeSchema } from "../../../model/notice.ts";
import type { DecisionFilter } from "../../../store/state/decisions.ts";
import { Problem } from "../../problem.ts";
import {
  idSchema,
  nameSchema,
  nothingSchema,
  pageAnswer,
  pageOf,
  pageRequest,
  pageSchema,
  reasonedSchema,
  reasonSchema,
} from "../inputs.ts";
import { reads, writes } from "../route.ts";
import type { Route } from "../route.ts";
import { namedScope, scopeSchema } from "../scopes.ts";
import type { ScopedRoutesOptions } from "../scopes.ts";
import { auditEntryAnswer } from "./audit.ts";

// Limits.
/** Entries of the audit log that are shown with a decision, the latest. */
const auditEntriesMax = 100;

export const decisionRecordAnswer = z.object({
  decision: decisionSchema,
  ended: z.object({ at: z.iso.datetime(), cause: decisionDeltaSchema.shape.cause.unwrap() }).nullable(),
});

const filterSchema = pageSchema
  .extend({
    campaign: nameSchema.optional(),
    account: nameSchema.optional().describe("Decisions about the account, whatever their scope."),
    scope_kind: decisionScopeSchema.shape.kind.optional().describe("With `scope_value`."),
    scope_value: nameSchema.optional(),
    held: holdSchema.optional(),
  })
  .refine(({ scope_kind: kind, scope_value: value }) => (kind === undefined) === (value === undefined), {
    error: "give both scope_kind and scope_value, or neither",
  })
  .refine((query) => filtersOf(query).length <= 1, { error: "filter by one of campaign, account, scope and held" });

const orderSchema = z.strictObject({
  account: nameSchema,
  scope: scopeSchema.optional().describe("The account where it is left out."),
  campaign: nameSchema.nullable().default(null).describe("The case that it is about, if it is about one."),
  step: orderedStepSchema,
  reason: reasonSchema,
});

interface Filters {
  readonly campaign?: string | undefined;
  readonly account?: string | undefined;
  readonly scope_kind?: DecisionScope["kind"] | undefined;
  readonly scope_value?: string | undefined;
  readonly held?: z.output<typeof holdSchema> | undefined;
}

function filtersOf({ campaign, account, scope_kind, scope_value, held }: Filters): DecisionFilter[] {
  const filters: DecisionFilter[] = [];
  if (campaign !== undefined) filters.push({ kind: "campaign", campaign });
  if (account !== undefined) filters.push({ kind: "account", account });
  if (scope_kind !== undefined && scope_value !== undefined)
    filters.push({ kind: "scope", scope: { kind: scope_kind, value: scope_value } });
  if (held !== undefined) filters.push({ kind: "held", held });
  return filters;
}

export function decisionRoutes({ state, desk, keys }: ScopedRoutesOptions): Route[] {
  const find = async (id: string) => {
    const found = await state.decisions.find(id);
    if (found === null) throw new Problem(404, "there is no such decision");
    return found;
  };
  return [
    reads({
      name: "listDecisions",
      path: "/v1/desk/decisions",
      summary: "Decisions in force, held ones included, oldest first; all, or those that one filter leaves.",
      access: "analyst",
      params: nothingSchema,
      query: filterSchema,
      answer: pageOf(decisionSchema),
      async read({ query }, { nowMs }) {
        const [filter = { kind: "all" }] = filtersOf(query);
        const asked = filter.kind === "scope" ? { ...filter, scope: namedScope(filter.scope, keys) } : filter;
        return pageAnswer(await state.decisions.inForce(asked, nowMs, pageRequest(query)));
      },
    }),
    reads({
      name: "readDecision",
      path: "/v1/desk/decisions/{id}",
      summary:
        "A decision, how it ended, what the customer was told of it, and what the audit log says: the evidence stands there.",
      access: "analyst",
      params: idSchema,
      query: nothingSchema,
      answer: decisionRecordAnswer.extend({ notices: z.array(noticeSchema), audit: z.array(auditEntryAnswer) }),
      read: async ({ path: { id } }) => ({
        ...(await find(id)),
        notices: await state.notices.ofDecision(id),
        audit: await state.audit.about({ kind: "decision", id }, auditEntriesMax),
      }),
    }),
    writes("post", {
      name: "orderDecision",
      path: "/v1/desk/decisions",
      summary: "Decide as a person, whatever the policy says. The allow-list wins also over this.",
      access: "operator",
      params: nothingSchema,
      body: orderSchema,
      status: 201,
      answer: decisionSchema,
      write: ({ body: { account, scope, campaign, step, reason } }, { person, nowMs }) => {
        const order = {
          account,
          scope: namedScope(scope ?? { kind: "account", value: account }, keys),
          campaign,
          step: compileStep(step),
        };
        return desk.order(order, { name: person, reason }, nowMs);
      },
    }),
    writes("post", {
      name: "liftDecision",
      path: "/v1/desk/decisions/{id}/lift",
      summary: "End what a person ordered. What a policy decided is ended by an upheld appeal, or an exemption.",
      access: "operator",
      params: idSchema,
      body: reasonedSchema,
      answer: decisionRecordAnswer,
      async write({ path: { id }, body: { reason } }, { person, nowMs }) {
        await find(id);
        await desk.lift(id, { name: person, reason }, nowMs);
        return find(id);
      },
    }),
  ];
}
