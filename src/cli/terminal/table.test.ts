import { describe, expect, test } from "vitest";
import { createPaint } from "./paint.ts";
import { type Column, renderTable } from "./table.ts";
import { columnsOf } from "./width.ts";

interface Row {
  readonly name: string;
  readonly size: number;
}

const COLUMNS: readonly Column<Row>[] = [
  { title: "name", align: "left", widthMin: 6, cell: ({ name }) => name },
  { title: "size", align: "right", widthMin: 4, cell: ({ size }) => String(size) },
];
const paint = createPaint(false);

describe("a table", () => {
  test("is aligned, wide characters too", () => {
    const rows = [
      { name: "漢字", size: 7 },
      { name: "plain", size: 1234 },
    ];
    expect(renderTable(COLUMNS, rows, { width: 80, paint })).toBe("name   size\n漢字      7\nplain  1234");
  });

  test("cuts its widest column to fit, then leaves out the last one", () => {
    const rows = [{ name: "a-very-long-name-indeed", size: 12 }];
    expect(renderTable(COLUMNS, rows, { width: 16, paint })).toBe("name        size\na-very-lo…    12");
    expect(renderTable(COLUMNS, rows, { width: 9, paint })).toBe("name\na-very-l…");
    for (const width of [4, 5, 10, 20, 40]) {
      for (const line of renderTable(COLUMNS, rows, { width, paint }).split("\n"))
        expect(columnsOf(line)).toBeLessThanOrEqual(width);
    }
  });

  test("never passes on a control character", () => {
    const text = renderTable(COLUMNS, [{ name: "\u001b]0;owned\u0007\n", size: 1 }], {
      width: 80,
      paint,
    });
    expect(text.split("\n")).toHaveLength(2);
    expect(text).not.toContain("\u001b");
  });
});
