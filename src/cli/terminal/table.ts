import type { Paint } from "./paint.ts";
import { printable } from "./printable.ts";
import { columnsOf, fit } from "./width.ts";

export interface Column<Row> {
  readonly title: string;
  readonly align: "left" | "right";
  /** Columns below which it is not cut, unless every cell is shorter. */
  readonly widthMin: number;
  readonly cell: (row: Row) => string;
}

const GAP = "  ";

/**
 * Aligned columns within `width` terminal columns. Where they don't fit, the widest column is cut first; where even the
 * least widths don't fit, the last columns go. Cells are made printable here, so a row may hold anything.
 */
export function renderTable<Row>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  { width, paint }: { readonly width: number; readonly paint: Paint },
): string {
  const cells = rows.map((row) => columns.map((column) => printable(column.cell(row))));
  const natural = columns.map((column, i) =>
    Math.max(columnsOf(column.title), ...cells.map((row) => columnsOf(row[i]!))),
  );
  const least = columns.map((column, i) => Math.min(column.widthMin, natural[i]!));
  const widths = shrink(natural, least, width);
  const line = (row: readonly string[]): string =>
    widths
      .map((size, i) => fit(row[i]!, size, columns[i]!.align))
      .join(GAP)
      .trimEnd();
  return [paint("dim", line(columns.map(({ title }) => title))), ...cells.map(line)].join("\n");
}

/** How wide each column may be; shorter than `natural` where the last ones are left out. */
function shrink(natural: readonly number[], least: readonly number[], width: number): number[] {
  let shown = natural.length;
  const total = (list: readonly number[]): number =>
    list.slice(0, shown).reduce((sum, size) => sum + size, GAP.length * (shown - 1));
  while (shown > 1 && total(least) > width) shown--;
  const widths = natural.slice(0, shown);
  for (let over = total(widths) - width; over > 0; over--) {
    let widest = -1;
    for (let i = 0; i < shown; i++) {
      if (widths[i]! > least[i]! && (widest < 0 || widths[i]! > widths[widest]!)) widest = i;
    }
    if (widest < 0) return widths.map((size) => Math.min(size, width));
    widths[widest]!--;
  }
  return widths;
}
