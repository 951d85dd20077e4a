import { join } from "node:path";
import { count } from "../report/words.ts";
import { shellPath } from "../terminal/summary.ts";
import { renderTable } from "../terminal/table.ts";
import type { Terminal } from "../terminal/terminal.ts";
import { percentage, spread } from "./markdown.ts";
import type { PointSummary, Summary } from "./summary.ts";

interface Row {
  readonly curve: string;
  readonly scale: number;
  readonly point: PointSummary;
}

/** The figures in short, for a terminal. */
export function renderEvaluationSummary(
  { curves, everybody, honestWorlds, falseCampaigns }: Summary,
  {
    outDir,
    terminal: { width, paint },
  }: { readonly outDir: string; readonly terminal: Pick<Terminal, "width" | "paint"> },
): string {
  const rows = curves.flatMap(({ name, series }) =>
    series.flatMap(({ scale, points }): Row[] => points.map((point) => ({ curve: name, scale, point }))),
  );
  const table = renderTable<Row>(
    [
      { title: "what", align: "left", widthMin: 10, cell: ({ curve }) => curve },
      { title: "honest", align: "right", widthMin: 4, cell: ({ scale }) => `${scale}x` },
      { title: "point", align: "left", widthMin: 8, cell: ({ point }) => point.label },
      { title: "recall", align: "right", widthMin: 7, cell: ({ point }) => spread(point.recall) },
      { title: "leaked", align: "right", widthMin: 7, cell: ({ point }) => spread(point.leaked) },
      { title: "B-cubed", align: "right", widthMin: 7, cell: ({ point }) => percentage(point.bcubedRecall.mean) },
    ],
    rows,
    { width, paint },
  );
  return [
    `${paint("bold", "Honest")}  ${count(everybody.flaggedEver)} of ${count(everybody.accounts)} accounts flagged in any trial; ${falseCampaigns} false campaigns in ${honestWorlds} logs without one`,
    "",
    ...(rows.length === 0 ? [] : [table, ""]),
    `${paint("bold", "Next")}  open ${shellPath(join(outDir, "evaluation.html"))}`,
  ].join("\n");
}
