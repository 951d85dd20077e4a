import { z } from "zod";
import type { BlastRadius, Reach } from "../../../decide/desk/blast-radius.ts";
import type { Desk } from "../../../decide/desk/desk.ts";
import { DECISION_ACTIONS, decisionActionSchema, holdSchema } from "../../../model/decision.ts";
import type { DecisionAction } from "../../../model/decision.ts";
import { switchSchema } from "../../../model/policy.ts";
import type { State } from "../../../store/state/state.ts";
import { nothingSchema, reasonSchema } from "../inputs.ts";
import { reads, writes } from "../route.ts";
import type { Route } from "../route.ts";

const switchesAnswer = z.object({
  kill: switchSchema.nullable().describe("Null: nobody has ever moved it."),
  "dry-run": switchSchema.nullable(),
});

const reachAnswer = z.object({
  accounts: z.int(),
  organizations: z.int(),
  exchanges_per_day: z.number(),
  plans: z.record(z.string(), z.int()),
  verified: z.int(),
  tenured: z.int().describe("Customers of half a year and longer."),
});

const blastRadiusAnswer = z.object({
  total: reachAnswer,
  by_action: z.partialRecord(decisionActionSchema, reachAnswer),
  held: z.partialRecord(holdSchema, z.int()),
});

/** The switches, and what has to be looked at before one is moved. */
export function switchRoutes({ state, desk }: { readonly state: State; readonly desk: Desk }): Route[] {
  const switches = async () => ({
    kill: await state.policies.switch("kill"),
    "dry-run": await state.policies.switch("dry-run"),
  });
  return [
    reads({
      name: "readSwitches",
      path: "/v1/desk/switches",
      summary: "The kill switch and the dry run, and who last moved them.",
      access: "analyst",
      params: nothingSchema,
      query: nothingSchema,
      answer: switchesAnswer,
      read: switches,
    }),
    writes("put", {
      name: "setSwitch",
      path: "/v1/desk/switches/{name}",
      summary: "Kill: nothing is enforced, at once, and comes back with it off. Dry run: policies write down only.",
      access: "operator",
      params: z.strictObject({ name: switchSchema.shape.name }),
      body: z.strictObject({ on: z.boolean(), reason: reasonSchema }),
      answer: switchesAnswer,
      async write({ path: { name }, body: { on, reason } }, { person, nowMs }) {
        await desk.setSwitch(name, on, { name: person, reason }, nowMs);
        return switches();
      },
    }),
    reads({
      name: "readBlastRadius",
      path: "/v1/desk/blast-radius",
      summary: "Whom all that is in force or held hits, or would hit.",
      access: "analyst",
      params: nothingSchema,
      query: nothingSchema,
      answer: blastRadiusAnswer,
      read: async (_input, { nowMs }) => told(await desk.blastRadius(nowMs)),
    }),
  ];
}

function told({ total, byAction, held }: BlastRadius): z.input<typeof blastRadiusAnswer> {
  const reaches: Partial<Record<DecisionAction, z.input<typeof reachAnswer>>> = {};
  for (const action of DECISION_ACTIONS) {
    const reach = byAction[action];
    if (reach !== undefined) reaches[action] = toldReach(reach);
  }
  return { total: toldReach(total), by_action: reaches, held };
}

function toldReach({ exchangesPerDay, plans, ...reach }: Reach): z.input<typeof reachAnswer> {
  return { ...reach, plans: { ...plans }, exchanges_per_day: exchangesPerDay };
}
