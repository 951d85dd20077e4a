import { z } from "zod";
import { referenceTo } from "../../../decide/desk/decision-id.ts";
import type { Desk } from "../../../decide/desk/desk.ts";
import { dayMs } from "../../../kit/time-units.ts";
import { allowanceSchema, exemptionSchema } from "../../../model/exemption.ts";
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

// Limits.
/** Whatever was agreed is looked at again after this. */
const exemptionDaysMax = 366;
const requestsPerDayMax = 1_000_000_000;

/** Reinstatements come from appeals only, and nothing is exempted without a cap. */
const exemptionBody = z.strictObject({
  holder: exemptionSchema.shape.holder.extend({ value: nameSchema }).strict(),
  use: exemptionSchema.shape.use.exclude(["reinstated"]),
  campaign: nameSchema.nullable().default(null).describe("Null: whatever the campaign."),
  requests_per_day: z.int().positive().max(requestsPerDayMax).describe("Above this it does not hold."),
  expires: z.iso.datetime().describe(`At most ${exemptionDaysMax} days from now.`),
  reason: reasonSchema,
});

const allowanceBody = z.strictObject({
  scope: scopeSchema,
  expires: z.iso.datetime().nullable().describe("Null: until somebody takes it back."),
  reason: reasonSchema,
});

/** Who is left alone: declared uses that were granted, and the allow-list. */
export function exemptionRoutes({ state, desk, keys }: ScopedRoutesOptions): Route[] {
  return [
    reads({
      name: "listExemptions",
      path: "/v1/desk/exemptions",
      summary: "Declared uses that were granted, and what reinstatements left: those in force.",
      access: "analyst",
      params: nothingSchema,
      query: pageSchema,
      answer: pageOf(exemptionSchema),
      read: async ({ query }, { nowMs }) => pageAnswer(await state.exemptions.inForce(nowMs, pageRequest(query))),
    }),
    writes("post", {
      name: "grantExemption",
      path: "/v1/desk/exemptions",
      summary: "Grant a declared use. What policies decided on its holder ends, as far as it covers that.",
      access: "operator",
      params: nothingSchema,
      body: exemptionBody,
      status: 201,
      answer: exemptionSchema,
      async write({ body: { reason, ...granted } }, { person, nowMs }) {
        refuseEnd(granted.expires, nowMs, exemptionDaysMax);
        const id = referenceTo(["exemption", granted, person, nowMs]);
        if ((await state.exemptions.find(id)) !== null) throw grantedAlready();
        const starts = new Date(nowMs).toISOString();
        await desk.exempt({ id, ...granted, starts }, { name: person, reason }, nowMs);
        return { id, ...granted, starts, granted_by: person, reason, revoked: null };
      },
    }),
    revoking("exemption", "/v1/desk/exemptions/{id}/revoke", desk, (id) => state.exemptions.find(id)),
    reads({
      name: "listAllowances",
      path: "/v1/desk/allowances",
      summary: "The allow-list's entries in force, besides those of the policy.",
      access: "analyst",
      params: nothingSchema,
      query: pageSchema,
      answer: pageOf(allowanceSchema),
      read: async ({ query }, { nowMs }) => pageAnswer(await state.allowances.inForce(nowMs, pageRequest(query))),
    }),
    writes("post", {
      name: "grantAllowance",
      path: "/v1/desk/allowances",
      summary: "Put something on the allow-list: nothing is done to it, and what is done to it ends.",
      access: "operator",
      params: nothingSchema,
      body: allowanceBody,
      status: 201,
      answer: allowanceSchema,
      async write({ body: { reason, scope, expires } }, { person, nowMs }) {
        const granted = { scope: namedScope(scope, keys), expires };
        if (granted.expires !== null) refuseEnd(granted.expires, nowMs, Infinity);
        const id = referenceTo(["allowance", granted, person, nowMs]);
        if ((await state.allowances.find(id)) !== null) throw grantedAlready();
        const starts = new Date(nowMs).toISOString();
        await desk.allow({ id, ...granted, starts }, { name: person, reason }, nowMs);
        return { id, ...granted, starts, granted_by: person, reason, revoked: null };
      },
    }),
    revoking("allowance", "/v1/desk/allowances/{id}/revoke", desk, (id) => state.allowances.find(id)),
  ];
}

function revoking(
  kind: "exemption" | "allowance",
  path: string,
  desk: Desk,
  find: (id: string) => Promise<{ readonly id: string; readonly revoked: string | null } | null>,
): Route {
  const findOrRefuse = async (id: string) => {
    const found = await find(id);
    if (found === null) throw new Problem(404, `there is no such ${kind}`);
    return found;
  };
  return writes("post", {
    name: kind === "exemption" ? "revokeExemption" : "revokeAllowance",
    path,
    summary: `Take an ${kind} back. Policies decide anew when the account is next seen.`,
    access: "operator",
    params: idSchema,
    body: reasonedSchema,
    answer: z.object({ id: z.string(), revoked: z.iso.datetime().nullable() }),
    async write({ path: { id }, body: { reason } }, { person, nowMs }) {
      await findOrRefuse(id);
      await desk.revoke(kind, id, { name: person, reason }, nowMs);
      return findOrRefuse(id);
    },
  });
}

function refuseEnd(expires: string, nowMs: number, daysMax: number): void {
  const fromNowMs = Date.parse(expires) - nowMs;
  if (fromNowMs > 0 && fromNowMs <= daysMax * dayMs) return;
  const bound = daysMax === Infinity ? "" : `, and at most ${daysMax} days from now`;
  throw new Problem(
    422,
    `it has to end in the future${bound}`,
    {},
    { faults: [{ at: "body.expires", fault: "is not" }] },
  );
}

/** The same by the same person in the same millisecond: a button that was pressed twice. */
function grantedAlready(): Problem {
  return new Problem(409, "this was granted just now");
}
