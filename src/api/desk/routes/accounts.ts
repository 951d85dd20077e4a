import { z } from "zod";
import { accountFactsSchema } from "../../../model/account.ts";
import { appealSchema } from "../../../model/appeal.ts";
import { standingSchema } from "../../../model/decision.ts";
import type { State } from "../../../store/state/state.ts";
import { nameSchema, nothingSchema } from "../inputs.ts";
import { reads } from "../route.ts";
import type { Route } from "../route.ts";
import { decisionRecordAnswer } from "./decisions.ts";

const accountSchema = z.strictObject({ account: nameSchema });

export function accountRoutes({ state }: { readonly state: State }): Route[] {
  return [
    reads({
      name: "readAccount",
      path: "/v1/desk/accounts/{account}",
      summary: "What is known about an account: its facts, where it stands now, its appeals. Null: nothing is known.",
      access: "analyst",
      params: accountSchema,
      query: nothingSchema,
      answer: z.object({
        account: z.string(),
        facts: accountFactsSchema.nullable(),
        standing: standingSchema.nullable(),
        appeals: z.array(appealSchema),
      }),
      async read({ path: { account } }) {
        const [facts] = await state.accounts.get([account]);
        const [standing] = await state.standings.latest([account]);
        const appeals = await state.appeals.ofAccount(account);
        return { account, facts: facts ?? null, standing: standing ?? null, appeals };
      },
    }),
    reads({
      name: "listStandings",
      path: "/v1/desk/accounts/{account}/standings",
      summary: "Where an account stood at the end of each hour, the latest first: a thousand at most.",
      access: "analyst",
      params: accountSchema,
      query: nothingSchema,
      answer: z.object({ rows: z.array(standingSchema) }),
      read: async ({ path: { account } }) => ({ rows: await state.standings.history(account) }),
    }),
    reads({
      name: "listAccountDecisions",
      path: "/v1/desk/accounts/{account}/decisions",
      summary: "Decisions on an account, ended ones too, the latest first: a thousand at most.",
      access: "analyst",
      params: accountSchema,
      query: nothingSchema,
      answer: z.object({ rows: z.array(decisionRecordAnswer) }),
      read: async ({ path: { account } }) => ({ rows: await state.decisions.history(account) }),
    }),
  ];
}
