import { z } from "zod";
import type { Appeals } from "../../../decide/appeals/appeals.ts";
import { APPEAL_STATES, appealSchema } from "../../../model/appeal.ts";
import type { Appeal } from "../../../model/appeal.ts";
import type { State } from "../../../store/state/state.ts";
import { Problem } from "../../problem.ts";
import {
  answerSchema,
  idSchema,
  nothingSchema,
  pageAnswer,
  pageOf,
  pageRequest,
  pageSchema,
  reasonSchema,
} from "../inputs.ts";
import { reads, writes } from "../route.ts";
import type { Route } from "../route.ts";
import { auditEntryAnswer } from "./audit.ts";
import { decisionRecordAnswer } from "./decisions.ts";

// Limits.
/** Entries of the audit log that are shown with an appeal, the latest. */
const auditEntriesMax = 100;

const judgementBody = z.strictObject({
  answer: answerSchema.describe("For the customer."),
  reason: reasonSchema.describe("For us, in the audit log."),
});

const caseAnswer = z.object({
  appeal: appealSchema,
  statement: z.string().nullable().describe("What the customer wrote; null: it was forgotten."),
  decisions: z.array(decisionRecordAnswer).describe("What it is about, as far as it is still kept."),
  audit: z.array(auditEntryAnswer),
});

interface AppealOptions {
  readonly state: State;
  readonly appeals: Appeals;
}

/** Appeals as the staff sees them. */
export function appealRoutes(options: AppealOptions): Route[] {
  return [...readingRoutes(options), ...judgingRoutes(options)];
}

function readingRoutes({ state }: Pick<AppealOptions, "state">): Route[] {
  return [
    reads({
      name: "listAppeals",
      path: "/v1/desk/appeals",
      summary: "Appeals in one state, the nearest deadline first.",
      access: "analyst",
      params: nothingSchema,
      query: pageSchema.extend({
        state: z
          .enum([...APPEAL_STATES, "overdue"])
          .default("open")
          .describe("overdue: unanswered after the deadline."),
      }),
      answer: pageOf(appealSchema),
      async read({ query }, { nowMs }) {
        const page = pageRequest(query);
        if (query.state === "overdue") return pageAnswer(await state.appeals.overdue(nowMs, page));
        return pageAnswer(await state.appeals.inState(query.state, page));
      },
    }),
    reads({
      name: "readAppeal",
      path: "/v1/desk/appeals/{id}",
      summary: "An appeal with what the customer wrote and the decisions that it is about.",
      access: "analyst",
      params: idSchema,
      query: nothingSchema,
      answer: caseAnswer,
      async read({ path: { id } }) {
        const appeal = await findAppeal(state, id);
        const found = await Promise.all(appeal.decisions.map((one) => state.decisions.find(one)));
        return {
          appeal,
          statement: await state.appeals.statement(id),
          decisions: found.filter((one) => one !== null),
          audit: await state.audit.about({ kind: "appeal", id }, auditEntriesMax),
        };
      },
    }),
  ];
}

function judgingRoutes({ state, appeals }: AppealOptions): Route[] {
  const moves = (name: string, verb: string, summary: string, move: Appeals["takeUp"]): Route =>
    writes("post", {
      name,
      path: `/v1/desk/appeals/{id}/${verb}`,
      summary,
      access: "appeals",
      params: idSchema,
      body: nothingSchema,
      answer: appealSchema,
      async write({ path: { id } }, { person, nowMs }) {
        await findAppeal(state, id);
        return move(id, person, nowMs);
      },
    });
  const judges = (name: string, verb: string, summary: string, judge: Appeals["uphold"]): Route =>
    writes("post", {
      name,
      path: `/v1/desk/appeals/{id}/${verb}`,
      summary,
      access: "appeals",
      params: idSchema,
      body: judgementBody,
      answer: appealSchema,
      async write({ path: { id }, body: { answer, reason } }, { person, nowMs }) {
        await findAppeal(state, id);
        return judge(id, answer, { name: person, reason }, nowMs);
      },
    });
  const end = "Uphold it: all that was decided on the account in the case ends, and the case does not come back.";
  return [
    moves("takeUpAppeal", "take-up", "Take it up. Whoever ordered one of its decisions can't.", appeals.takeUp),
    moves("giveBackAppeal", "give-back", "Give it back, for somebody else to take it up.", appeals.giveBack),
    judges("rejectAppeal", "reject", "Reject it: nothing changes.", appeals.reject),
    judges("upholdAppeal", "uphold", end, appeals.uphold),
  ];
}

async function findAppeal(state: State, id: string): Promise<Appeal> {
  const appeal = await state.appeals.find(id);
  if (appeal === null) throw new Problem(404, "there is no such appeal");
  return appeal;
}
