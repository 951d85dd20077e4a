import { expect, test } from "vitest";
import { templatesOfLines } from "./templates.ts";

const numbersOf = (templates: ReadonlyMap<string, number>, lines: readonly string[]): (number | undefined)[] =>
  lines.map((line) => templates.get(line));

test("lines that stand in one prompt are one template, and another prompt's are another", () => {
  const templates = templatesOfLines([
    { lines: ["a", "b"], tasks: 10 },
    { lines: ["c", "d"], tasks: 10 },
  ]);
  const [a, b, c, d] = numbersOf(templates, ["a", "b", "c", "d"]);
  expect(a).toBe(b);
  expect(c).toBe(d);
  expect(a).not.toBe(c);
});

test("wordings of one line that exclude each other are one template by way of the line they share", () => {
  const templates = templatesOfLines([
    { lines: ["common", "wording 1"], tasks: 8 },
    { lines: ["common", "wording 2"], tasks: 8 },
  ]);
  expect(new Set(templates.values()).size).toBe(1);
});

test("a prompt that once quotes another does not make them one", () => {
  const templates = templatesOfLines([
    { lines: ["a"], tasks: 30 },
    { lines: ["b"], tasks: 30 },
    { lines: ["a", "b"], tasks: 1 },
  ]);
  expect(templates.get("a")).not.toBe(templates.get("b"));
});

test("no combinations are no templates", () => {
  expect(templatesOfLines([]).size).toBe(0);
});
