import { lineHeight } from "./sheet.ts";
import type { Color, Part, Sheet } from "./sheet.ts";
import type { Line } from "./typeset.ts";

declare global {
  namespace PDFKit {
    namespace Mixins {
      interface StructureElementOptions {
        /** Of a header cell; the library knows it, its types don't yet. */
        scope?: "Column" | "Row";
        /** Of a figure: left, top, right, bottom. */
        bbox?: [number, number, number, number];
      }
    }
  }
}

export interface Column {
  readonly title: string;
  /** Its part of the width; all together are taken as the whole. */
  readonly share: number;
  readonly align?: "right";
}

export type Cell = string | Meter;

/** A number with a bar. */
export interface Meter {
  readonly text: string;
  /** 0 to 1. */
  readonly part: number;
  readonly color: Color;
}

export interface TableOptions {
  readonly columns: readonly Column[];
  /** The first cell of each row is its header. */
  readonly rows: readonly (readonly Cell[])[];
}

// Points.
const size = 8.8;
const gutter = 10;
const padding = 4;
const meterHeight = 3.5;
const meterGap = 3;

interface Place {
  readonly x: number;
  readonly width: number;
  readonly align: "right" | undefined;
}

/** A table that goes on over pages, with its titles again on each. A row is never broken. */
export function drawTable(sheet: Sheet, { columns, rows }: TableOptions): void {
  const places = placesOf(sheet, columns);
  const table = sheet.part("Table");
  const head = titles(sheet, columns, places);
  head(sheet.part("TR", {}, table));
  for (const row of rows) {
    const cells = row.map((cell, i) => linesIn(sheet, cell, places[i]?.width ?? 0));
    const height = Math.max(...row.map((cell, i) => heightOf(cell, cells[i] ?? []))) + 2 * padding;
    if (sheet.room(height)) head(null);
    drawRow(sheet, row, cells, places, sheet.part("TR", {}, table));
    sheet.moveTo(sheet.y() + height);
  }
  table.end();
  sheet.gap(10);
}

function placesOf(sheet: Sheet, columns: readonly Column[]): Place[] {
  const whole = columns.reduce((sum, { share }) => sum + share, 0);
  const free = sheet.width - gutter * (columns.length - 1);
  let x = sheet.left;
  return columns.map(({ share, align }) => {
    const width = (free * share) / whole;
    const place = { x, width, align };
    x += width + gutter;
    return place;
  });
}

/** Draws the titles; without a part they are only for the eye, since they were said before. */
function titles(sheet: Sheet, columns: readonly Column[], places: readonly Place[]): (part: Part | null) => void {
  const style = { size: 7.8, weight: "semibold", color: "soft" } as const;
  const lines = columns.map(({ title }, i) => sheet.typesetter.lines(title, style, places[i]?.width ?? 0));
  const height = Math.max(...lines.map((of) => of.length)) * lineHeight(style.size) + padding;
  return (part) => {
    if (part !== null) sheet.room(height + 40);
    const top = sheet.y();
    lines.forEach((of, i) => {
      const place = places[i];
      if (place === undefined) return;
      const draw = (): void => sheet.write(of, { ...style, x: place.x, y: top, ...rightOf(place) });
      if (part === null) sheet.decoration(draw);
      else sheet.content(sheet.part("TH", { scope: "Column" }, part), draw);
    });
    sheet.decoration(() => sheet.rect(sheet.left, top + height, sheet.width, 0.9, "ink"));
    sheet.moveTo(top + height + 1);
  };
}

function drawRow(
  sheet: Sheet,
  row: readonly Cell[],
  cells: readonly (readonly Line[])[],
  places: readonly Place[],
  part: Part,
): void {
  const top = sheet.y() + padding;
  if (sheet.y() > 0) sheet.decoration(() => sheet.rect(sheet.left, top - padding - 0.25, sheet.width, 0.5, "line"));
  row.forEach((cell, i) => {
    const place = places[i];
    if (place === undefined) return;
    const of = sheet.part(i === 0 ? "TH" : "TD", i === 0 ? { scope: "Row" } : {}, part);
    sheet.content(of, () => sheet.write(cells[i] ?? [], { size, x: place.x, y: top, ...rightOf(place) }));
    if (typeof cell === "string") return;
    const y = top + (cells[i]?.length ?? 0) * lineHeight(size) + meterGap - 1;
    sheet.decoration(() => {
      sheet.rect(place.x, y, place.width, meterHeight, "track");
      sheet.rect(place.x, y, place.width * Math.max(0, Math.min(1, cell.part)), meterHeight, cell.color);
    });
  });
}

const rightOf = ({ x, width, align }: Place): { right?: number } => (align === "right" ? { right: x + width } : {});

function linesIn({ typesetter }: Sheet, cell: Cell, width: number): Line[] {
  return typesetter.lines(typeof cell === "string" ? cell : cell.text, { size }, width);
}

function heightOf(cell: Cell, lines: readonly Line[]): number {
  return lines.length * lineHeight(size) + (typeof cell === "string" ? 0 : meterGap + meterHeight);
}
