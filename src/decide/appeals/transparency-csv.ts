import type { PublicCount, TransparencyReport } from "./transparency.ts";

/**
 * A transparency report as a table (RFC 4180), one count a line, for spreadsheets and statistics. A count of fewer than ten is
 * `<10`; days are whole days.
 */
export function transparencyCsv(report: TransparencyReport): string {
  const { from, to, decisions, byAction, byCategory, appeals, daysToAnswer, cohorts } = report;
  const counted = (section: string, counts: Readonly<Partial<Record<string, PublicCount>>>): Row[] =>
    Object.entries(counts).flatMap(([name, count]) =>
      count === undefined ? [] : [[section, name, "count", cellOf(count)]],
    );
  const rows: Row[] = [
    ["section", "name", "measure", "value"],
    ["period", "", "from", from],
    ["period", "", "to", to],
    ["decisions", "all", "count", cellOf(decisions)],
    ...counted("action", byAction),
    ...counted("category", byCategory),
    ...counted("appeal", appeals),
    ["days to answer", "", "median", String(daysToAnswer?.median ?? "")],
    ["days to answer", "", "90th percentile", String(daysToAnswer?.ninetiethPercentile ?? "")],
    ...Object.entries(cohorts).flatMap(([cohort, groups]) =>
      Object.entries(groups).flatMap(([group, counts]) =>
        Object.entries(counts).map(([measure, count]: [string, PublicCount]): Row => [
          cohort,
          group,
          measure,
          cellOf(count),
        ]),
      ),
    ),
  ];
  return rows.map((row) => `${row.map(quoted).join(",")}\r\n`).join("");
}

type Row = readonly [section: string, name: string, measure: string, value: string];

function cellOf(count: PublicCount): string {
  return count === null ? "<10" : String(count);
}

/** Names of plans come from outside: a spreadsheet must not take one for a formula. */
function quoted(cell: string): string {
  const harmless = /^[=+\-@\t\r]/u.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/u.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
