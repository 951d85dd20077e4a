import { z } from "zod";
import { appealsInCase, pendingAmong } from "../../../decide/appeals/appeals.ts";
import type { Appeals } from "../../../decide/appeals/appeals.ts";
import { noticeOf, writtenNotice } from "../../../decide/appeals/notice.ts";
import type { CustomerNotice } from "../../../decide/appeals/notice.ts";
import { ownSummary } from "../../../decide/appeals/own-summary.ts";
import { readReference } from "../../../decide/desk/decision-id.ts";
import { appealSchema } from "../../../model/appeal.ts";
import type { Appeal } from "../../../model/appeal.ts";
import { reasonCategorySchema } from "../../../model/decision.ts";
import type { Decision } from "../../../model/decision.ts";
import type { DecisionRecord } from "../../../store/state/decisions.ts";
import type { State } from "../../../store/state/state.ts";
import { Problem } from "../../problem.ts";
import { nothingSchema, statementSchema } from "../inputs.ts";
import { reads, writes } from "../route.ts";
import type { Route } from "../route.ts";

/** Who knows the reference may read and appeal: it can't be guessed. Whatever there is nothing to tell of is answered alike. */
const referenceSchema = z.strictObject({
  reference: z.string().describe("As it stands in the notice; case, dashes and look-alikes don't matter."),
});

/** Mail adds parameters of its own to links. */
const whateverSchema = z.object({});

/** Who looks at it, and what else it is about, is not for the customer. */
const appealAnswer = appealSchema.pick({
  id: true,
  state: true,
  opened: true,
  deadline: true,
  changed: true,
  answer: true,
});

const noticeAnswer = z.object({
  reference: z.string(),
  category: reasonCategorySchema,
  reason: z.string(),
  restriction: z.string(),
  since: z.iso.datetime(),
  until: z.iso.datetime(),
  state: z.enum(["in-force", "suspended", "ended"]),
  ended: z.iso.datetime().nullable(),
  appeal: z.object({ url: z.string(), until: z.iso.datetime(), answered_within_days: z.int() }),
  appeals: z.array(appealAnswer).describe("Those of the case, the latest first."),
});

const summaryAnswer = z.object({
  summary: z
    .object({ as_of: z.iso.datetime(), sentences: z.array(z.string()) })
    .nullable()
    .describe(
      "Null: the decision is not about the account's own traffic alone, or what was seen is not kept any more.",
    ),
});

interface Told extends DecisionRecord {
  readonly notice: CustomerNotice;
}

/** Whoever has read a notice here was told. */
const customersChannel = "api";

interface CustomerOptions {
  readonly state: State;
  readonly appeals: Appeals;
  /** Where a customer appeals; `{reference}` stands for the reference. */
  readonly appealUrl: string;
}

/** The way back, for customers. */
export function customerRoutes({ state, appeals, appealUrl }: CustomerOptions): Route[] {
  const find = async (typed: string): Promise<Told> => {
    const reference = readReference(typed);
    const found = reference === null ? null : await state.decisions.find(reference);
    const notice = found === null ? null : noticeOf(found.decision, appealUrl);
    if (found === null || notice === null)
      throw new Problem(404, "there is nothing under this reference: look at it in the notice again");
    return { ...found, notice };
  };
  return [
    reads({
      name: "readNotice",
      path: "/v1/appeals/{reference}",
      summary: "What is restricted, since when and until when, in broad terms why, and what became of appeals.",
      access: "customer",
      params: referenceSchema,
      query: whateverSchema,
      answer: noticeAnswer,
      async read({ path: { reference } }, { nowMs }) {
        const told = await find(reference);
        const { id, category } = told.decision;
        await state.notices.record([
          { decision: id, kind: "decided", channel: customersChannel, category, sent: new Date(nowMs).toISOString() },
        ]);
        return {
          ...writtenNotice(told.notice),
          ...stateOf(told, nowMs),
          appeals: await ownAppeals(state, told.decision),
        };
      },
    }),
    reads({
      name: "readOwnSummary",
      path: "/v1/appeals/{reference}/summary",
      summary: "What was seen in the account's own traffic, in orders of magnitude.",
      access: "customer",
      params: referenceSchema,
      query: whateverSchema,
      answer: summaryAnswer,
      async read({ path: { reference } }) {
        const { decision } = await find(reference);
        const { account, campaign } = decision;
        const history = campaign === null || isShared(decision) ? [] : await state.standings.history(account);
        const standing = history.find((one) => one.campaign.id === campaign && one.status === "member");
        if (standing === undefined) return { summary: null };
        const { asOf, sentences } = ownSummary(standing);
        return { summary: { as_of: asOf, sentences: [...sentences] } };
      },
    }),
    writes("post", {
      name: "fileAppeal",
      path: "/v1/appeals/{reference}",
      summary: "Appeal. It is about all that is done to the account in the case.",
      access: "customer",
      params: referenceSchema,
      body: z.strictObject({ statement: statementSchema }),
      status: 201,
      answer: appealAnswer,
      async write({ path: { reference }, body: { statement } }, { nowMs }) {
        const { id, account } = (await find(reference)).decision;
        return appeals.file({ account, reference: id, statement }, nowMs);
      },
    }),
    writes("post", {
      name: "withdrawAppeal",
      path: "/v1/appeals/{reference}/withdraw",
      summary: "Withdraw the appeal that waits for its answer.",
      access: "customer",
      params: referenceSchema,
      body: nothingSchema,
      answer: appealAnswer,
      async write({ path: { reference } }, { nowMs }) {
        const { decision } = await find(reference);
        const pending = pendingAmong(await ownAppeals(state, decision));
        if (pending === undefined) throw new Problem(409, "there is no appeal that waits for its answer");
        return appeals.withdraw(pending.id, decision.account, nowMs);
      },
    }),
  ];
}

/**
 * What is decided on an organisation, an address or a client stops others too, who are told the same reference: it shows
 * nothing of the account that it was decided on, but the appeals that were filed under it.
 */
function isShared({ scope }: Decision): boolean {
  return scope.kind !== "account" && scope.kind !== "key";
}

async function ownAppeals(state: State, decision: Decision): Promise<Appeal[]> {
  const all = await appealsInCase(state, decision);
  return isShared(decision) ? all.filter(({ decisions: [filedUnder] }) => filedUnder === decision.id) : all;
}

function stateOf(
  { decision, ended }: DecisionRecord,
  nowMs: number,
): Pick<z.input<typeof noticeAnswer>, "state" | "ended"> {
  if (ended !== null) return { state: "ended", ended: ended.at };
  // The next step of the desk will say so.
  if (Date.parse(decision.expires) <= nowMs) return { state: "ended", ended: decision.expires };
  return { state: decision.held === "suspended" ? "suspended" : "in-force", ended: null };
}
