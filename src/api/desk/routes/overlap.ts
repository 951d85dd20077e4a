import { z } from "zod";
import { UserError } from "../../../kit/user-error.ts";
import { offerSummarySchema, overlapResultSchema, overlapSummarySchema } from "../../../model/overlap.ts";
import type { Overlaps } from "../../../share/circle/overlaps.ts";
import type { Identifier } from "../../../share/overlap/identifier.ts";
import { setSizeMax } from "../../../share/overlap/messages.ts";
import type { State } from "../../../store/state/state.ts";
import { canonicalIdentifiers, identifiersSchema } from "../identifiers.ts";
import { idSchema, nameSchema, nothingSchema, pageAnswer, pageOf, pageRequest, pageSchema } from "../inputs.ts";
import { reads, writes } from "../route.ts";
import type { Route } from "../route.ts";

// Limits.
/** How long an offer may stand: who made it should still know why. */
const offerDaysMax = 30;
const offerDaysDefault = 7;

/** Overlaps with other members, as the desk sees them. */
export interface OverlapDesk extends Overlaps {
  /** What is compared of a live campaign of ours; null: there is none with this id. */
  readonly identifiersOf: (campaign: string) => Promise<readonly Identifier[] | null>;
}

const setSchema = z
  .union([
    z.strictObject({ identifiers: identifiersSchema(setSizeMax) }),
    z.strictObject({ campaign: nameSchema.describe("A live campaign of ours.") }),
  ])
  .describe("What is compared.");
/** The other member by its name besides its id. */
const named = { member: z.string() };
const offerAnswer = offerSummarySchema.extend(named);
const summaryAnswer = overlapSummarySchema.extend(named);
const resultAnswer = overlapResultSchema.extend(named);

interface OverlapRoutesOptions {
  readonly state: Pick<State, "overlapOffers" | "overlapResults">;
  readonly overlaps: OverlapDesk;
  readonly nameOf: (member: string) => string;
}

/** Comparing sets with other members: what we let them compare with, and what was found. */
export function overlapRoutes(options: OverlapRoutesOptions): Route[] {
  return [...comparingRoutes(options), ...foundRoutes(options)];
}

function comparingRoutes({ overlaps, nameOf }: OverlapRoutesOptions): Route[] {
  const identifiersOf = async (set: z.output<typeof setSchema>): Promise<readonly Identifier[]> => {
    if ("identifiers" in set) return canonicalIdentifiers(set.identifiers);
    const identifiers = await overlaps.identifiersOf(set.campaign);
    if (identifiers === null) throw new UserError(`there is no live campaign ${set.campaign}`);
    return identifiers;
  };
  return [
    writes("post", {
      name: "offerOverlap",
      path: "/v1/desk/circle/members/{id}/offer",
      summary:
        "Lets a member, by its name, compare a set of its own with ours, once; in place of what was offered before.",
      access: "sharing",
      params: idSchema,
      isLarge: true,
      body: z.strictObject({ set: setSchema, days: z.int().min(1).max(offerDaysMax).default(offerDaysDefault) }),
      answer: offerAnswer,
      async write({ path: { id }, body: { set, days } }, { person, nowMs }) {
        const offer = await overlaps.offer(id, await identifiersOf(set), days, { person, nowMs });
        return { ...offer, member: nameOf(offer.peer) };
      },
    }),
    writes("post", {
      name: "withdrawOffer",
      path: "/v1/desk/circle/members/{id}/offer/withdraw",
      summary: "Takes back what was offered to a member. A session that has begun goes on.",
      access: "sharing",
      params: idSchema,
      body: nothingSchema,
      answer: z.object({ withdrawn: z.boolean().describe("False: there was nothing.") }),
      write: async ({ path: { id } }, { person, nowMs }) => ({
        withdrawn: await overlaps.withdraw(id, { person, nowMs }),
      }),
    }),
    writes("post", {
      name: "compareSets",
      path: "/v1/desk/circle/members/{id}/overlap",
      summary:
        "Finds out what a set has in common with the one that a member, by its name, has offered us. It finds out, too.",
      access: "sharing",
      params: idSchema,
      isLarge: true,
      body: z.strictObject({ set: setSchema }),
      answer: resultAnswer,
      async write({ path: { id }, body: { set } }, { person, nowMs }) {
        const result = await overlaps.compare(id, await identifiersOf(set), { person, nowMs });
        return { ...result, member: nameOf(result.peer) };
      },
    }),
  ];
}

/** Not for all of the staff: half of what stands there is others'. */
function foundRoutes({ state, nameOf }: OverlapRoutesOptions): Route[] {
  return [
    reads({
      name: "listOffers",
      path: "/v1/desk/circle/offers",
      summary: "What members may compare their sets with now.",
      access: "sharing",
      params: nothingSchema,
      query: nothingSchema,
      answer: z.object({ offers: z.array(offerAnswer) }),
      async read(_, { nowMs }) {
        const offers = await state.overlapOffers.list(nowMs);
        return { offers: offers.map((offer) => ({ ...offer, member: nameOf(offer.peer) })) };
      },
    }),
    reads({
      name: "listOverlaps",
      path: "/v1/desk/circle/overlaps",
      summary: "Sessions with other members that came to their end, the oldest first.",
      access: "sharing",
      params: nothingSchema,
      query: pageSchema,
      answer: pageOf(summaryAnswer),
      async read({ query }) {
        const { rows, next } = pageAnswer(await state.overlapResults.list(pageRequest(query)));
        return { rows: rows.map((row) => ({ ...row, member: nameOf(row.peer) })), next };
      },
    }),
    reads({
      name: "readOverlap",
      path: "/v1/desk/circle/overlaps/{id}",
      summary: "What was found in a session, and what opens our commitment to our set.",
      access: "sharing",
      params: idSchema,
      query: nothingSchema,
      answer: resultAnswer,
      async read({ path: { id } }) {
        const result = await state.overlapResults.find(id);
        if (result === null) throw new UserError(`there is nothing of a session ${id}`, "it may be too long ago");
        return { ...result, member: nameOf(result.peer) };
      },
    }),
  ];
}
