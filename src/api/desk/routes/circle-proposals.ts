import { z } from "zod";
import { UserError } from "../../../kit/user-error.ts";
import { campaignSignalsSchema } from "../../../model/campaign-signals.ts";
import { flowSchema } from "../../../model/sharing.ts";
import { reportedIdPattern, toldCampaignSchema } from "../../../model/told-campaign.ts";
import { CIRCLE_LEVELS } from "../../../share/circle/proposals.ts";
import type { Reaction } from "../../../share/circle/proposals.ts";
import { namedActorSchema } from "../../../share/stix/accused.ts";
import { NotAdmittedError } from "../../../share/stix/admit.ts";
import { PERMITTED_ACTIONS } from "../../../share/stix/iep.ts";
import { OPINIONS, REMARKS } from "../../../share/stix/words.ts";
import { idSchema, nameSchema, nothingSchema } from "../inputs.ts";
import { writes } from "../route.ts";
import type { Call, Route } from "../route.ts";
import type { CircleDesk } from "./circle.ts";

// Limits.
/** Objects that one reaction is about, or that belong together. */
const objectsMax = 100;

const termsFields = {
  tlp: z.enum(CIRCLE_LEVELS).default("amber+strict"),
  permitted: z.enum(PERMITTED_ACTIONS).nullable().default(null).describe("IEP 2.0: what recipients may do with it."),
};
const proposalSchema = z.strictObject({
  ...termsFields,
  flows: z.array(flowSchema).min(1).default(["intelligence"]),
  actor: namedActorSchema.nullable().default(null).describe("Who is accused, and where that can be read."),
});
const reportedSchema = proposalSchema.extend({
  campaign: toldCampaignSchema.extend({
    id: z.string().regex(reportedIdPattern).describe("Its id in the report, and what tells it from that of another."),
  }),
  signals: campaignSignalsSchema,
  updates: z
    .string()
    .regex(reportedIdPattern)
    .nullable()
    .default(null)
    .describe("The campaign, as it was told before, that this is a later state of."),
});
const aboutFields = { ...termsFields, objects: z.array(nameSchema).min(1).max(objectsMax) };
const reactionSchema = z.strictObject({
  ...aboutFields,
  opinion: z.enum(OPINIONS).nullable().default(null).describe("Null: a note."),
  remark: z.enum(REMARKS).nullable().default(null),
});
const idsAnswer = z.object({ ids: z.array(z.string()).describe("Of the items in the outbox.") });

/** What puts something into the outbox. */
export function proposalRoutes({ proposals, findCampaign }: Pick<CircleDesk, "proposals" | "findCampaign">): Route[] {
  const by = ({ person, nowMs }: Call) => ({ person, nowMs });
  return [
    writes("post", {
      name: "retractOutboxItem",
      path: "/v1/desk/circle/outbox/{id}/retract",
      summary: "Proposes to take back what was told.",
      access: "sharing",
      params: idSchema,
      body: nothingSchema,
      answer: idsAnswer,
      write: async ({ path: { id } }, call) => ({ ids: await admitted(proposals.retract(id, by(call))) }),
    }),
    writes("post", {
      name: "proposeCampaign",
      path: "/v1/desk/circle/campaigns/{id}/propose",
      summary: "Puts a campaign into the outbox.",
      access: "sharing",
      params: idSchema,
      body: proposalSchema,
      answer: idsAnswer,
      async write({ path: { id }, body }, call) {
        const campaign = await findCampaign(id, call.nowMs);
        if (campaign === null) throw new UserError(`there is no live campaign ${id}`);
        return { ids: await admitted(proposals.campaign(campaign, body, by(call))) };
      },
    }),
    writes("post", {
      name: "proposeReportedCampaign",
      path: "/v1/desk/circle/reported-campaigns",
      summary: "Puts a campaign of a report that a scan has written into the outbox.",
      access: "sharing",
      params: nothingSchema,
      body: reportedSchema,
      answer: idsAnswer,
      async write({ body: { campaign, signals, updates, ...how } }, call) {
        const { fingerprints, pieces } = signals;
        // A scan proposes, and does nothing.
        const found = {
          campaign: { ...campaign, id: updates ?? campaign.id },
          signals: { fingerprints, skeletonPieces: new Set(pieces) },
          actions: [],
        };
        return { ids: await admitted(proposals.campaign(found, { ...how, isLater: updates !== null }, by(call))) };
      },
    }),
    writes("post", {
      name: "reactToObjects",
      path: "/v1/desk/circle/reactions",
      summary: "Puts an opinion or a note on objects of others into the outbox.",
      access: "sharing",
      params: nothingSchema,
      body: reactionSchema,
      answer: idsAnswer,
      async write({ body: { objects, opinion, remark, ...terms } }, call) {
        return { ids: await admitted(proposals.react(objects, reactionOf(opinion, remark), terms, by(call))) };
      },
    }),
    writes("post", {
      name: "groupObjects",
      path: "/v1/desk/circle/groupings",
      summary: "Puts into the outbox that objects, whoever has said them, belong together.",
      access: "sharing",
      params: nothingSchema,
      body: z.strictObject(aboutFields),
      answer: idsAnswer,
      write: async ({ body: { objects, ...terms } }, call) => ({
        ids: await admitted(proposals.group(objects, terms, by(call))),
      }),
    }),
  ];
}

function reactionOf(opinion: (typeof OPINIONS)[number] | null, remark: (typeof REMARKS)[number] | null): Reaction {
  if (opinion !== null) return { kind: "opinion", opinion, remark };
  if (remark !== null) return { kind: "note", remark };
  throw new UserError("a reaction has an opinion or a remark", "give one of the two");
}

/** What does not leave is for the person to mend. */
async function admitted(proposed: Promise<string[]>): Promise<string[]> {
  try {
    return await proposed;
  } catch (error) {
    if (error instanceof NotAdmittedError) throw new UserError(error.message, undefined, { cause: error });
    throw error;
  }
}
