import { z } from "zod";
import { auditEvent } from "../../../decide/desk/record.ts";
import { UserError } from "../../../kit/user-error.ts";
import {
  disclosedCountSchema,
  ledgerEntrySchema,
  outboxItemSchema,
  outboxStateSchema,
  outboxSummarySchema,
  quarantinedSchema,
} from "../../../model/sharing.ts";
import type { Flow } from "../../../model/sharing.ts";
import type { Circle } from "../../../share/circle/circle.ts";
import { countAnswerSchema, countQuestionSchema } from "../../../share/circle/count-messages.ts";
import type { FoundCampaign, Proposals } from "../../../share/circle/proposals.ts";
import { knownOfIdentifierSchema } from "../../../share/circle/query-messages.ts";
import { knownSchema } from "../../../share/intelligence/known.ts";
import type { Known } from "../../../share/intelligence/known.ts";
import type { State } from "../../../store/state/state.ts";
import { canonicalIdentifiers, identifiersSchema } from "../identifiers.ts";
import { idSchema, nameSchema, nothingSchema, pageAnswer, pageOf, pageRequest, pageSchema } from "../inputs.ts";
import { reads, writes } from "../route.ts";
import type { Route } from "../route.ts";
import { proposalRoutes } from "./circle-proposals.ts";
import { overlapRoutes } from "./overlap.ts";
import type { OverlapDesk } from "./overlap.ts";

// Limits.
/** Identifiers that are asked about at once: some seconds of computing at both members. */
const identifiersMax = 512;

/** Our part in a circle, as the desk sees it. */
export interface CircleDesk {
  readonly proposals: Proposals;
  /** Null: there is no such campaign. */
  readonly findCampaign: (id: string, nowMs: number) => Promise<FoundCampaign | null>;
  /** Names of the members that what goes this way reaches directly. */
  readonly recipients: (flow: Flow) => readonly string[];
  /** What others say of campaigns, and we. */
  readonly known: (nowMs: number) => Promise<Known>;
  /** What another member knows of identifiers, in their order; it does not learn which. */
  readonly ask: Circle["ask"];
  /** How many accounts another member has in campaigns, with its noise. */
  readonly count: Circle["count"];
  readonly overlaps: OverlapDesk;
  /** How a member is called, by its id; the id where nobody knows. */
  readonly nameOf: (member: string) => string;
}

const knownAnswer = knownSchema.extend({
  names: z.record(z.string(), z.string()).describe("How the members are called, by their ids."),
});
const queryAnswer = z.object({ known: z.array(knownOfIdentifierSchema.nullable()).describe("Null: nothing.") });
const toldCountSchema = disclosedCountSchema.extend({ name: z.string().describe("How the member is called.") });
const itemAnswer = outboxItemSchema.extend({ recipients: z.array(z.string()) });

interface CircleRoutesOptions {
  readonly state: Pick<
    State,
    "outbox" | "ledger" | "disclosures" | "quarantine" | "overlapOffers" | "overlapResults" | "audit" | "transaction"
  >;
  readonly circle: CircleDesk;
}

/** What leaves to the circle, after a person has looked at it, what others say, and what came and was not taken. */
export function circleRoutes(options: CircleRoutesOptions): Route[] {
  return [
    ...outboxRoutes(options),
    ...proposalRoutes(options.circle),
    ...recordRoutes(options),
    knownRoute(options.circle),
    queryRoute(options),
    countRoute(options),
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

function recordRoutes({ state, circle }: CircleRoutesOptions): Route[] {
  const { ledger, disclosures, quarantine } = state;
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
      name: "listDisclosedCounts",
      path: "/v1/desk/circle/counts",
      summary:
        "Counts with noise that other members were told, and what each has cost of their budgets, the oldest first.",
      access: "analyst",
      params: nothingSchema,
      query: pageSchema,
      answer: pageOf(toldCountSchema),
      async read({ query }) {
        const { rows, next } = pageAnswer(await disclosures.list(pageRequest(query)));
        return { rows: rows.map((told) => ({ ...told, name: circle.nameOf(told.recipient) })), next };
      },
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
      const all = await known(nowMs);
      const members = all.campaigns.flatMap(
        ({ contributions, consensus: { saw, repeats, absent, honest, agree, disagree, withheld } }) => [
          ...contributions.map(({ member }) => member),
          ...[saw, repeats, absent, honest, agree, disagree, withheld].flat(),
        ],
      );
      members.push(...[...all.notLookedFor, ...all.notInLog].map(({ member }) => member));
      return { ...all, names: Object.fromEntries(members.map((id) => [id, nameOf(id)])) };
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

function countRoute({ state, circle: { count } }: CircleRoutesOptions): Route {
  return writes("post", {
    name: "askCount",
    path: "/v1/desk/circle/members/{id}/count",
    summary: "How many accounts another member, by its name, has in campaigns that it has told of, with noise.",
    access: "sharing",
    params: idSchema,
    body: countQuestionSchema,
    answer: countAnswerSchema,
    async write({ path: { id }, body }, { person, nowMs }) {
      await state.audit.append([auditEvent("count.asked", { kind: "member", id }, body, nowMs, { name: person })]);
      return count(id, body);
    },
  });
}
