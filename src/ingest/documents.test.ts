import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { memoryFile } from "./contract.case.ts";
import { readDocuments } from "./documents.ts";
import type { Document } from "./documents.ts";
import type { SourceFile } from "./reader.ts";

async function documentsOf(file: SourceFile): Promise<readonly Document[]> {
  const documents: Document[] = [];
  for await (const document of readDocuments(file)) documents.push(document);
  return documents;
}

const value = (line: number, content: unknown): Document => ({ kind: "value", line, value: content });
const torn = (line: number): Document => ({ kind: "reject", line, reason: "not valid JSON (cut off?)" });
const cut = (line: number): Document => ({
  kind: "reject",
  line,
  reason: "the JSON that starts here is cut: the file ends inside of it",
});

describe("readDocuments", () => {
  it.each<[string, string, readonly Document[]]>([
    ["one value a line", '{"a":1}\n{"a":2}\n', [value(1, { a: 1 }), value(2, { a: 2 })]],
    ["an array on a line", '[{"a":1},{"a":2}]\n', [value(1, { a: 1 }), value(1, { a: 2 })]],
    ["a pretty document", '{\n  "a": "}"\n}\n', [value(1, { a: "}" })]],
    ["pretty documents in a row", '{\n"a": 1\n}\n{\n"a": 2\n}', [value(1, { a: 1 }), value(4, { a: 2 })]],
    ["a pretty array", '[\n  {\n  "a": 1\n  },\n  {"a": "\\"]"}\n]\n', [value(2, { a: 1 }), value(5, { a: '"]' })]],
    ["elements one a line", '[\n{"a":1},\n{"a":2}\n]', [value(2, { a: 1 }), value(3, { a: 2 })]],
    ["a comma before each line", '[{"a":1}\n,{"a":2}\n]', [value(1, { a: 1 }), value(2, { a: 2 })]],
    ["an API's answer", '{\n"data": [{"a":1},\n{"a":2}],\n"error": null\n}', [value(1, { a: 1 }), value(1, { a: 2 })]],
    ["answers of other APIs", '{"result":[{"a":1}]}\n{"records":[{"a":2}]}', [value(1, { a: 1 }), value(2, { a: 2 })]],
    ["data that is no list of records", '{"data":[1]}\n{"data":[]}', [value(1, { data: [1] }), value(2, { data: [] })]],
    ["a line in brackets before others", '[12:00][info] a "b\n{"a":1}\n', [torn(1), value(2, { a: 1 })]],
    [
      "values one behind another",
      '{"a":"}{"}{"a":2} [{"a":3}]\n{"a":4}',
      [1, 1, 1, 2].map((at, i) => value(at, { a: i === 0 ? "}{" : i + 1 })),
    ],
    ["such a line that is cut", '{"a":1}{"a":2}{"a":', [value(1, { a: 1 }), value(1, { a: 2 }), cut(1)]],
    ["a torn first line", '{"a": 1, "b\n{"a":2}\n', [torn(1), value(2, { a: 2 })]],
    ["a torn line in the middle", '{"a":1}\n{"a"\n{"a":2}', [value(1, { a: 1 }), torn(2), value(3, { a: 2 })]],
    ["a torn element", '[\n{"a":1},\n{"a":},\n{"a":2}\n]', [value(2, { a: 1 }), torn(3), value(4, { a: 2 })]],
    ["a cut document", '{\n  "a": [1,\n', [cut(1)]],
    ["a cut array", '[\n{"a":1},\n{"a":', [value(2, { a: 1 }), cut(3)]],
    ["an array without its end", '[\n{"a":1}\n', [value(2, { a: 1 }), cut(3)]],
    ["no JSON at all", "hello\nworld\n", [torn(1), torn(2)]],
    ["an empty file", "", []],
    ["an empty array", "[]", []],
  ])("reads %s", async (_what, text, expected) => {
    expect(await documentsOf(memoryFile("log", text))).toEqual(expected);
    expect(await documentsOf(memoryFile("log", text, 3))).toEqual(expected);
  });

  it("passes an array far longer than any line, element by element", async () => {
    const element = Buffer.from(`{"text":"${"x".repeat(100_000)}"}`);
    const file: SourceFile = {
      path: "log",
      async *open() {
        yield Buffer.from("[");
        for (let elements = 0; elements < 300; elements++) {
          if (elements > 0) yield Buffer.from(",");
          yield element;
        }
        yield Buffer.from("]");
      },
    };
    let values = 0;
    for await (const document of readDocuments(file)) values += document.kind === "value" ? 1 : 0;
    expect(values).toBe(300);
  });

  it("passes values one behind another without a newline, far longer than any line", async () => {
    const record = Buffer.from(`{"text":"${"x".repeat(100_000)}"}`);
    const file: SourceFile = {
      path: "log",
      async *open() {
        for (let records = 0; records < 300; records++) yield record;
      },
    };
    const documents = await documentsOf(file);
    expect(documents.filter(({ kind }) => kind === "value")).toHaveLength(300);
  });

  it("rejects an element over the limit with its length, and goes on", async () => {
    const piece = Buffer.alloc(1_000_000, 0x61);
    const file: SourceFile = {
      path: "log",
      async *open() {
        yield Buffer.from('[\n{"a":1},\n"');
        for (let megabytes = 0; megabytes < 20; megabytes++) yield piece;
        yield Buffer.from('",\n{"a":2}\n]');
      },
    };
    expect(await documentsOf(file)).toEqual([
      value(2, { a: 1 }),
      { kind: "reject", line: 3, reason: "element of 20000002 bytes is longer than 16 MiB" },
      value(4, { a: 2 }),
    ]);
  });

  it("reads any records back, in each of the layouts", async () => {
    const records = fc.array(fc.dictionary(fc.string(), fc.jsonValue()), { minLength: 1, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(records, fc.integer({ min: 1, max: 50 }), async (list, pieceBytes) => {
        const layouts = [
          list.map((record) => JSON.stringify(record)).join("\n"),
          list.map((record) => JSON.stringify(record)).join(""),
          JSON.stringify(list),
          JSON.stringify(list, null, 2),
        ];
        const plain: unknown = JSON.parse(JSON.stringify(list));
        for (const layout of layouts) {
          const documents = await documentsOf(memoryFile("log", layout, pieceBytes));
          expect(documents.map((document) => (document.kind === "value" ? document.value : null))).toEqual(plain);
        }
      }),
      { numRuns: 200 },
    );
  });
});
