import { z } from "zod";
import { auditEvent } from "../../../decide/desk/record.ts";
import { UserError } from "../../../kit/user-error.ts";
import {
  flowSchema,
  ledgerEntrySchema,
  outboxItemSchema,
  outboxStateSchema,
  outboxSummarySchema,
  quarantinedSchema,
} from "../../../model/sharing.ts";
import type { Flow } from "../../../model/sharing.ts";
import type { Circle } from "../../../share/circle/circle.ts";
import type { FoundCampaign, Proposals, Reaction } from "../../../share/circle/proposals.ts";
import { knownOfIdentifierSchema } from "../../../share/circle/query-messages.ts";
import { CIRCLE_LEVELS } from "../../../share/circle/proposals.ts";
import { knownCampaignSchema } from "../../../share/intelligence/known.ts";
import type { KnownCampaign } from "../../../share/intelligence/known.ts";
import { NotAdmittedError } from "../../../share/stix/admit.ts";
import { PERMITTED_ACTIONS } from "../../../share/stix/iep.ts";
import { OPINIONS, REMARKS } from "../../../share/stix/words.ts";
import type { State } from "../../../store/state/state.ts";
import { canonicalIdentifiers, identifiersSchema } from "../identifiers.ts";
import { idSchema, nameSchema, nothingSchema, pageAnswer, pageOf, pageRequest, pageSchema } from "../inputs.ts";
import { reads, writes } from "../route.ts";
import type { Call, Route } from "../route.ts";
import { overlapRoutes } from "./overlap.ts";
import type { OverlapDesk } from "./overlap.ts";

// Limits.
/** Objects that one reaction is about. */
const objectsMax = 100;
const sourcesMax = 16;
/** Identifiers that are asked about at once: some seconds of computing at both members. */
const identifiersMax = 512;

/** Our part in a circle, as the desk sees it. */
export interface CircleDesk {
  readonly proposals: Proposals;
  /** Null: there is no such campaign. */
  readonly findCampaign: (id: string, nowMs: number) => Promise<FoundCampaign | null>;
  /** Names of the members that what goes this way reaches directly. */
  readonly recipients: (flow: Flow) => readonly string[];
  /** What others say of campaigns, and ours, the best founded first. */
  readonly known: (nowMs: number) => Promise<readonly KnownCampaign[]>;
  /** What another member knows of identifiers, in their order; it does not learn which. */
  readonly ask: Circle["ask"];
  readonly overlaps: OverlapDesk;
  /** How a member is called, by its id; the id where nobody knows. */
  readonly nameOf: (member: string) => string;
}

const termsFields = {
  tlp: z.enum(CIRCLE_LEVELS).default("amber+strict"),
  permitted: z.enum(PERMITTED_ACTIONS).nullable().default(null).describe("IEP 2.0: what recipients may do with it."),
};
const proposalSchema = z.strictObject({
  ...termsFields,
  flows: z.array(flowSchema).min(1).default(["intelligence"]),
  actor: z
    .strictObject({
      name: z.string().min(1).max(128),
      sources: z
        .array(z.strictObject({ source_name: z.string().min(1).max(128), url: z.url({ protocol: /^https$/ }) }))
        .min(1)
        .max(sourcesMax),
    })
    .nullable()
    .default(null)
    .describe("Who is accused, and where that can be read."),
});
const reactionSchema = z.strictObject({
  ...termsFields,
  objects: z.array(nameSchema).min(1).max(objectsMax),
  opinion: z.enum(OPINIONS).nullable().default(null).describe("Null: a note."),
  remark: z.enum(REMARKS).nullable().default(null),
});
const idsAnswer = z.object({ ids: z.array(z.string()).describe("Of the items in the outbox.") });
const knownAnswer = z.object({
  campaigns: z.array(knownCampaignSchema),
  names: z.record(z.string(), z.string()).describe("How the members are called, by their ids."),
});
const queryAnswer = z.object({ known: z.array(knownOfIdentifierSchema.nullable()).describe("Null: nothing.") });
const itemAnswer = outboxItemSchema.extend({ recipients: z.array(z.string()) });

interface CircleRoutesOptions {
  readonly state: Pick<
    State,
    "outbox" | "ledger" | "quarantine" | "overlapOffers" | "overlapResults" | "audit" | "transaction"
  >;
  readonly circle: CircleDesk;
}

/** What leaves to the circle, after a person has looked at it, what others say, and what came and was not taken. */
export function circleRoutes(options: CircleRoutesOptions): Route[] {
  return [
    ...outboxRoutes(options),
    ...proposalRoutes(options),
    ...recordRoutes(options),
    knownRoute(options.circle),
    queryRoute(options),
    ...overlapRoutes({ ...options, ...options.circle }),
  ];
}

function outboxRoutes({ state, circle }: CircleRoutesOptions): Route[] {
  const { outbox } = state;
  const found = async (id: string): Promise<z.output<typeof itemAnswer>> => {
    const item = await outbox.find(id);
    if (item === null) throw new UserError(`there is nothing in the outbox as ${id}`);
    return { ...item, objects: [...item.objects], recipients: [...circle.recipients(item.flow)] };
  };
  const decision = (verdict: "released" | "refused", path: "release" | "refuse", summary: string): Route =>
    writes("post", {
      name: `${path}OutboxItem`,
      path: `/v1/desk/circle/outbox/{id}/${path}`,
      summary,
      access: "sharing",
      params: idSchema,
      body: nothingSchema,
      answer: itemAnswer,
      async write({ path: { id } }, { person, nowMs }) {
        const isDecided = await state.transaction(async (inside) => {
          if (!(await inside.outbox.decide(id, verdict, person, nowMs))) return false;
          await inside.audit.append([
            auditEvent(`outbox.${verdict}`, { kind: "outbox-item", id }, {}, nowMs, { name: person }),
          ]);
          return true;
        });
        if (isDecided) return found(id);
        throw new UserError(`nothing waits in the outbox as ${id}`, "see what does: stillwatch share outbox");
      },
    });
  return [
    reads({
      name: "listOutbox",
      path: "/v1/desk/circle/outbox",
      summary: "What is to leave, or has left, the oldest first.",
      access: "analyst",
      params: nothingSchema,
      query: pageSchema.extend({ state: outboxStateSchema.default("proposed") }),
      answer: pageOf(outboxSummarySchema),
      read: async ({ query: { state: wanted, ...page } }) =>
        pageAnswer(await outbox.inState(wanted, pageRequest(page))),
    }),
    reads({
      name: "readOutboxItem",
      path: "/v1/desk/circle/outbox/{id}",
      summary: "Exactly what would leave, and whom it reaches directly.",
      access: "analyst",
      params: idSchema,
      query: nothingSchema,
      answer: itemAnswer,
      read: ({ path: { id } }) => found(id),
    }),
    decision("released", "release", "Lets it leave with the next round."),
    decision("refused", "refuse", "It does not leave."),
  ];
}

function proposalRoutes({ circle: { proposals, findCampaign } }: CircleRoutesOptions): Route[] {
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
  ];
}

function recordRoutes({ state }: CircleRoutesOptions): Route[] {
  const { ledger, quarantine } = state;
  return [
    reads({
      name: "readLedger",
      path: "/v1/desk/circle/ledger",
      summary: "Everything that was ever shared, in order; at most 1,000 entries after a number.",
      access: "analyst",
      params: nothingSchema,
      query: z.strictObject({ after: z.coerce.number().int().min(0).default(0), object: nameSchema.optional() }),
      answer: z.object({ entries: z.array(ledgerEntrySchema) }),
      read: async ({ query: { after, object } }) => ({ entries: await ledger.after(after, object) }),
    }),
    reads({
      name: "listQuarantine",
      path: "/v1/desk/circle/quarantine",
      summary: "What came and was not taken, and why.",
      access: "analyst",
      params: nothingSchema,
      query: pageSchema,
      answer: pageOf(quarantinedSchema),
      read: async ({ query }) => pageAnswer(await quarantine.list(pageRequest(query))),
    }),
    writes("post", {
      name: "clearQuarantine",
      path: "/v1/desk/circle/quarantine/{id}/clear",
      summary: "Lets go of what came from a member, by its name: a person has looked at it.",
      access: "sharing",
      params: idSchema,
      body: nothingSchema,
      answer: z.object({ cleared: z.int() }),
      write: ({ path: { id } }, { person, nowMs }) =>
        state.transaction(async (inside) => {
          const cleared = await inside.quarantine.clear(id);
          const subject = { kind: "member", id };
          await inside.audit.append([auditEvent("quarantine.cleared", subject, { cleared }, nowMs, { name: person })]);
          return { cleared };
        }),
    }),
  ];
}

/** Not for all of the staff: what others have told is theirs, and was told to those who deal with them. */
function knownRoute({ known, nameOf }: CircleDesk): Route {
  return reads({
    name: "readKnown",
    path: "/v1/desk/circle/known",
    summary: "What the circle knows of campaigns, the best founded first.",
    access: "sharing",
    params: nothingSchema,
    query: nothingSchema,
    answer: knownAnswer,
    async read(_, { nowMs }) {
      const campaigns = await known(nowMs);
      const members = campaigns.flatMap(({ contributions, consensus: { saw, repeats, absent, honest, withheld } }) => [
        ...contributions.map(({ member }) => member),
        ...[saw, repeats, absent, honest, withheld].flat(),
      ]);
      return { campaigns: [...campaigns], names: Object.fromEntries(members.map((id) => [id, nameOf(id)])) };
    },
  });
}

function queryRoute({ state, circle: { ask } }: CircleRoutesOptions): Route {
  return writes("post", {
    name: "askMember",
    path: "/v1/desk/circle/members/{id}/query",
    summary:
      "What another member, by its name, knows of identifiers. It learns how many, and neither which nor the answer.",
    access: "sharing",
    params: idSchema,
    body: z.strictObject({ identifiers: identifiersSchema(identifiersMax) }),
    answer: queryAnswer,
    async write({ path: { id }, body }, { person, nowMs }) {
      const identifiers = await canonicalIdentifiers(body.identifiers);
      // Before it goes, and how many only: the log is kept for good.
      const detail = { identifiers: identifiers.length };
      await state.audit.append([auditEvent("member.asked", { kind: "member", id }, detail, nowMs, { name: person })]);
      return { known: [...(await ask(id, identifiers))] };
    },
  });
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
