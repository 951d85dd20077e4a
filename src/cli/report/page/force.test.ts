import { expect, test } from "vitest";
import { forceLayout, type Point } from "./force.ts";

const FRAME = { width: 640, height: 470, margin: 16 };

function distance(a: Point, b: Point): number {
  return Math.hypot(a.x - b.x, a.y - b.y);
}

test("tied nodes stand nearer to each other than to the rest, within the frame", () => {
  const clique = (from: number) =>
    [0, 1, 2, 3].flatMap((i) =>
      [0, 1, 2, 3].filter((j) => j > i).map((j) => ({ from: from + i, to: from + j, weight: 1 })),
    );
  const points = forceLayout(8, [...clique(0), ...clique(4)], FRAME);
  const inside = distance(points[0]!, points[1]!);
  expect(inside).toBeLessThan(distance(points[0]!, points[5]!));
  for (const { x, y } of points) {
    expect(x).toBeGreaterThanOrEqual(FRAME.margin);
    expect(x).toBeLessThanOrEqual(FRAME.width - FRAME.margin);
    expect(y).toBeGreaterThanOrEqual(FRAME.margin);
    expect(y).toBeLessThanOrEqual(FRAME.height - FRAME.margin);
  }
});

test("no node, one node and no tie are laid out too", () => {
  expect(forceLayout(0, [], FRAME)).toEqual([]);
  expect(forceLayout(1, [], FRAME)).toEqual([{ x: 320, y: 235 }]);
  expect(new Set(forceLayout(5, [], FRAME).map(({ x, y }) => `${x} ${y}`)).size).toBe(5);
});
