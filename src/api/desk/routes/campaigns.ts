import { z } from "zod";
import { standingSchema } from "../../../model/decision.ts";
import { liveCampaignSchema } from "../../../model/live-campaign.ts";
import type { State } from "../../../store/state/state.ts";
import { Problem } from "../../problem.ts";
import { idSchema, nothingSchema, pageAnswer, pageOf, pageRequest, pageSchema } from "../inputs.ts";
import { reads } from "../route.ts";
import type { Route } from "../route.ts";

/** `verdict` is the detector's word; what it keeps for itself does not leave. */
const campaignAnswer = liveCampaignSchema.omit({ memory: true }).extend({ verdict: z.unknown() });

export function campaignRoutes({ state }: { readonly state: State }): Route[] {
  return [
    reads({
      name: "listCampaigns",
      path: "/v1/desk/campaigns",
      summary: "Campaigns that are watched, or were.",
      access: "analyst",
      params: nothingSchema,
      query: pageSchema.extend({ state: liveCampaignSchema.shape.state.default("live") }),
      answer: pageOf(campaignAnswer),
      read: async ({ query }) => pageAnswer(await state.campaigns.inState(query.state, pageRequest(query))),
    }),
    reads({
      name: "readCampaign",
      path: "/v1/desk/campaigns/{id}",
      summary: "One campaign.",
      access: "analyst",
      params: idSchema,
      query: nothingSchema,
      answer: campaignAnswer,
      async read({ path: { id } }) {
        const found = await state.campaigns.find(id);
        if (found === null) throw new Problem(404, "there is no such campaign");
        return found;
      },
    }),
    reads({
      name: "listMembers",
      path: "/v1/desk/campaigns/{id}/members",
      summary: "Where each account stands that is now a member of a campaign, in the order of the accounts.",
      access: "analyst",
      params: idSchema,
      query: pageSchema,
      answer: pageOf(standingSchema),
      read: async ({ path: { id }, query }) => pageAnswer(await state.standings.ofCampaign(id, pageRequest(query))),
    }),
  ];
}
