import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { UserError } from "../../kit/user-error.ts";
import { loadIntentPack, shownIntents } from "./pack.ts";

const shipped = fileURLToPath(new URL("../../../packs/intent/", import.meta.url));

/** Line 4 is the capability, 8 the term, 10 the pattern, 12 and 14 the cases. */
const good = `id: greeting
bit: 0
title: greets
capability: dialogue
description: Says hello.
sources: [here]
terms:
  hello: { en: "hello, good morning", es: hola }
shown-by:
  - [hello]
cases:
  match: [Good morning to you]
  pass:
    - Bye
`;

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "stillwatch-intent-"));
});
afterEach(() => rmSync(directory, { recursive: true }));

const write = (file: string, text: string): void => writeFileSync(join(directory, file), text);

function refusal(): UserError {
  try {
    loadIntentPack(directory);
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
  throw new Error("the pack was accepted");
}

describe("the pack that comes with Stillwatch", () => {
  test("loads, and a bit of the mask keeps its meaning", () => {
    expect(loadIntentPack().intents.map((intent) => intent.id)).toEqual([
      "reasoning-elicitation",
      "reasoning-reconstruction",
      "rubric-grading",
      "instruction-generation",
      "instruction-evolution",
      "problem-synthesis",
      "agent-trajectory",
      "tool-call-synthesis",
      "dialogue-synthesis",
      "translation-pairs",
      "distilled-answer",
      "safety-rewriting",
      "preference-data",
      "grounded-questions",
      "textbook-synthesis",
      "code-data",
      "labelled-data",
      "formal-proof",
      "answer-revision",
    ]);
  });

  test("is refused whichever of its files is cut short", () => {
    fc.assert(
      fc.property(
        fc.constantFrom("rubric-grading.yaml", "preference-data.yaml", "words.yaml"),
        fc.double({ min: 0, max: 0.9, noNaN: true }),
        (file, share) => {
          cpSync(shipped, directory, { recursive: true });
          const text = readFileSync(join(shipped, file), "utf8");
          write(file, text.slice(0, Math.floor(text.length * share)));
          expect(refusal().message).toContain(directory);
        },
      ),
      { numRuns: 30 },
    );
  });
});

test("a pack of one file", () => {
  write("greeting.yaml", good);
  const pack = loadIntentPack(directory);
  expect(pack.intents).toEqual([
    { id: "greeting", title: "greets", capability: "dialogue", ordinary: false, patterns: [[[0]]] },
  ]);
  expect(["**Hello**", "HOLA amigo", "othello"].map((text) => shownIntents(pack, text))).toEqual([1, 1, 0]);
});

test("joined terms stand in one sentence, the others anywhere", () => {
  const joined = good.replace("es: hola }", "es: hola }\n  name: { en: anna }");
  write("greeting.yaml", joined.replace("- [hello]", "- [hello + name]").replace("to you", "to Anna"));
  expect(
    ["Anna, hello!", "Hello!\nAnna", "Hello. Anna"].map((text) => shownIntents(loadIntentPack(directory), text)),
  ).toEqual([1, 0, 0]);
  write("greeting.yaml", joined.replace("- [hello]", "- [hello, name]").replace("to you", "to Anna"));
  expect(["Anna, hello!", "Hello!\nAnna", "Anna"].map((text) => shownIntents(loadIntentPack(directory), text))).toEqual(
    [1, 1, 0],
  );
});

test.each([
  ["an unknown capability", "capability: dialogue", "capability: cooking", 4, "capability"],
  ["a bad regular expression", "good morning", "good (morning", 8, "Invalid regular expression"],
  ["a construct that the engine lacks", "good morning", "(?=good)", 8, "look-around"],
  ["an unknown term", "- [hello]", "- [hallo]", 10, 'no term "hallo"'],
  ["a term that nothing uses", "hello: {", "unused: { en: x }\n  hello: {", 8, '"unused" is in none'],
  ["a case that misses", "Good morning to you", "Good evening", 12, "should show the intent"],
  ["a case that is shown", "- Bye", "- Hello", 14, "should pass"],
  ["an id that is not the file's name", "id: greeting", "id: goodbye", 1, "not the file's name"],
  ["a bit that leaves a gap", "bit: 0", "bit: 3", 2, "no file has bit 0"],
  ["a misspelt field", "sources:", "source:", 1, "source"],
  ["a field twice", "bit: 0", "bit: 0\nbit: 0", 3, "unique"],
  ["broken YAML", "sources: [here]", "sources: [here", 7, ""],
])("%s stops the start, with file and line", (_, from, to, line, reason) => {
  write("greeting.yaml", good.replace(from, to));
  const { message } = refusal();
  expect(message).toContain(`${join(directory, "greeting.yaml")}:${line}:`);
  expect(message).toContain(reason);
});

test("two files can't share an id, nor a bit", () => {
  write("greeting.yaml", good);
  write("hello.yaml", good.replace("bit: 0", "bit: 1"));
  expect(refusal().message).toMatch(/hello\.yaml:1:1: the id greeting is taken by greeting\.yaml/u);
  write("hello.yaml", good.replace("id: greeting", "id: hello"));
  expect(refusal().message).toMatch(/hello\.yaml:2:1: bit 0 is taken by greeting\.yaml/u);
});

test("an own term can't hide a shared one", () => {
  write("words.yaml", "hello: { en: hi }\n");
  write("greeting.yaml", good);
  expect(refusal().message).toMatch(/greeting\.yaml:8:3: "hello" is already in words\.yaml/u);
});

test("an empty folder, no folder, a file too large, bytes that are no text", () => {
  expect(refusal().message).toContain("holds no .yaml file");
  write("greeting.yaml", good + "#".repeat(300_000));
  expect(refusal().message).toContain("larger than");
  writeFileSync(join(directory, "greeting.yaml"), Uint8Array.of(0xff, 0xfe, 0x00));
  expect(refusal().message).toContain("greeting.yaml");
  rmSync(directory, { recursive: true });
  expect(refusal().message).toContain("can't be read");
  directory = mkdtempSync(join(tmpdir(), "stillwatch-intent-"));
});

test("whatever stands in a file, it is taken or refused with its name", () => {
  const value = fc.oneof(
    fc.string(),
    fc.integer(),
    fc.constant(null),
    fc.array(fc.string()),
    fc.dictionary(fc.string(), fc.string()),
  );
  const field = fc.constantFrom(
    "id",
    "bit",
    "title",
    "capability",
    "description",
    "sources",
    "terms",
    "shown-by",
    "cases",
  );
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.dictionary(field, value).map((fields) => JSON.stringify(fields)),
      ),
      (text) => {
        write("greeting.yaml", text);
        expect(refusal().message).toContain("greeting.yaml");
      },
    ),
    { numRuns: 300 },
  );
});
