import { z } from "zod";
import { readTransparencyReport } from "../../../decide/appeals/transparency.ts";
import type { CohortCounts, TransparencyReport } from "../../../decide/appeals/transparency.ts";
import { transparencyCsv } from "../../../decide/appeals/transparency-csv.ts";
import { dayMs } from "../../../kit/time-units.ts";
import { appealStateSchema } from "../../../model/appeal.ts";
import { decisionActionSchema, reasonCategorySchema } from "../../../model/decision.ts";
import type { State } from "../../../store/state/state.ts";
import { nothingSchema } from "../inputs.ts";
import { reads, readsText } from "../route.ts";
import type { Route } from "../route.ts";

// Limits.
const stretchDaysMax = 400;
/** PostgreSQL knows no year 0, and nothing was decided before this. */
const earliest = "2000-01-01T00:00:00.000Z";

const stretchSchema = z
  .strictObject({
    from: z.iso.datetime(),
    to: z.iso.datetime().describe(`Not included; at most ${stretchDaysMax} days after \`from\`.`),
  })
  .transform(({ from, to }) => ({ fromMs: Date.parse(from), toMs: Date.parse(to) }))
  .refine(({ fromMs }) => fromMs >= Date.parse(earliest), { error: `from is before ${earliest}` })
  .refine(({ fromMs, toMs }) => toMs > fromMs && toMs - fromMs <= stretchDaysMax * dayMs, {
    error: `to is not after from, or more than ${stretchDaysMax} days after it`,
  });

const count = z.int().nonnegative().nullable().describe("A multiple of ten; null: fewer than ten, but some.");
const cohorts = z.record(z.string(), z.object({ decisions: count, appeals: count, upheld: count }));

const reportAnswer = z.object({
  from: z.iso.datetime(),
  to: z.iso.datetime(),
  decisions: count,
  by_action: z.partialRecord(decisionActionSchema, count),
  by_category: z.partialRecord(reasonCategorySchema, count),
  appeals: z.partialRecord(appealStateSchema, count),
  days_to_answer: z
    .object({ median: z.int(), ninetieth_percentile: z.int() })
    .nullable()
    .describe("Null: fewer than ten were answered."),
  cohorts: z.object({ plan: cohorts, verified: cohorts, tenure: cohorts }),
});

/** What can be published: no number tells of a person. */
export function transparencyRoutes({ state }: { readonly state: State }): Route[] {
  const about = { access: "analyst", params: nothingSchema, query: stretchSchema } as const;
  return [
    reads({
      ...about,
      name: "readTransparencyReport",
      path: "/v1/desk/transparency",
      summary: "What was enforced and appealed in a stretch of time, counted for publication.",
      answer: reportAnswer,
      read: async ({ query: { fromMs, toMs } }) => told(await readTransparencyReport(state, fromMs, toMs)),
    }),
    readsText({
      ...about,
      name: "readTransparencyTable",
      path: "/v1/desk/transparency.csv",
      summary: "The same as a table: section, name, measure, count (`<10`: some, but fewer than ten).",
      contentType: "text/csv; charset=utf-8; header=present",
      read: async ({ query: { fromMs, toMs } }) => transparencyCsv(await readTransparencyReport(state, fromMs, toMs)),
    }),
  ];
}

function told(report: TransparencyReport): z.input<typeof reportAnswer> {
  const { from, to, decisions, byAction, byCategory, appeals, daysToAnswer, cohorts: by } = report;
  const days =
    daysToAnswer === null
      ? null
      : { median: daysToAnswer.median, ninetieth_percentile: daysToAnswer.ninetiethPercentile };
  return {
    from,
    to,
    decisions,
    appeals,
    by_action: byAction,
    by_category: byCategory,
    days_to_answer: days,
    cohorts: { plan: copied(by.plan), verified: copied(by.verified), tenure: copied(by.tenure) },
  };
}

function copied(counts: Readonly<Record<string, CohortCounts>>): Record<string, CohortCounts> {
  return { ...counts };
}
