import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { z } from "zod";
import { listYamlFiles, openYamlFile } from "./yaml-file.ts";

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "stillwatch-yaml-"));
});
afterEach(() => rmSync(directory, { recursive: true }));

const schema = z.strictObject({ name: z.string(), parts: z.array(z.strictObject({ size: z.int() })) });

function read(text: string): z.infer<typeof schema> {
  const path = join(directory, "a.yaml");
  writeFileSync(path, text);
  return openYamlFile(path).parse(schema);
}

test("a file that keeps the schema is read", () => {
  expect(read("name: a\nparts: [{ size: 1 }]")).toEqual({ name: "a", parts: [{ size: 1 }] });
});

test.each([
  [
    "a wrong kind",
    "name: a\nparts:\n  - size: big",
    "3:5: parts.0.size: Invalid input: expected number, received string",
  ],
  [
    "an unknown field",
    "name: a\nparts: [{ size: 1, seize: 2 }]",
    "2:20: parts.0.seize: there is no such field; there is size",
  ],
  ["a missing field", "parts: []", "1:1: name: is missing: give string"],
  ["a field twice", "name: a\nname: b\nparts: []", "2:1: Map keys must be unique"],
  ["an alias", "name: &a x\nparts: [*a]", "1:1: "],
  ["nothing", "", "1:1: Invalid input: expected object"],
])("%s is told with line, column and what would be right", (_, text, message) => {
  expect(() => read(text)).toThrow(message);
});

test("all faults are told at once, up to a limit", () => {
  const path = join(directory, "a.yaml");
  expect(() => read("name: 1\nparts: [{ size: x, seize: 2, sice: 3 }]\nother: 1")).toThrow(
    [
      `${path}:1:1: name: Invalid input: expected string, received number`,
      `${path}:2:11: parts.0.size: Invalid input: expected number, received string`,
      `${path}:2:20: parts.0.seize: there is no such field; there is size`,
      `${path}:2:30: parts.0.sice: there is no such field; there is size`,
      `${path}:3:1: other: there is no such field; there are name, parts`,
    ].join("\n"),
  );
  expect(() => read("name: a\nname: b\nparts: []\nparts: []")).toThrow(/a\.yaml:2:1: .*\n.*a\.yaml:4:1: /u);
  const many = read.bind(null, `name: a\nparts: [${"{ size: x }, ".repeat(30)}]`);
  expect(many).toThrow(/parts\.19\.size.*\n.*a\.yaml: and 10 more$/u);
  expect(many).not.toThrow(/parts\.20\.size/u);
  writeFileSync(path, "name: a\nparts: []\n");
  const file = openYamlFile(path);
  file.refuse([]);
  const faults = [
    { path: ["parts"], reason: "too few" },
    { path: ["name"], reason: "too short" },
  ];
  expect(() => file.refuse(faults)).toThrow(`${path}:2:1: too few\n${path}:1:1: too short`);
});

test("a fault that the schema can't see is told at its place, or at the nearest one above", () => {
  const path = join(directory, "a.yaml");
  writeFileSync(path, "name: a\nparts:\n  - size: 1\n");
  const file = openYamlFile(path);
  expect(file.error(["parts", 0, "size"], "too small").message).toBe(`${path}:3:5: too small`);
  expect(file.error(["parts", 0, "colour"], "missing").message).toBe(`${path}:3:5: missing`);
  expect(file.place(["parts"])).toBe(`${path}:2:1`);
});

test("a folder's YAML files are listed in order", () => {
  for (const name of ["b.yaml", "a.yaml", "c.txt"]) writeFileSync(join(directory, name), "");
  expect(listYamlFiles(directory, "pack")).toEqual([join(directory, "a.yaml"), join(directory, "b.yaml")]);
  expect(() => listYamlFiles(join(directory, "none"), "pack")).toThrow(/the pack .*none can't be read/u);
});
