import fc from "fast-check";
import { expect, it } from "vitest";
import { createByteBudget } from "../byte-budget.ts";
import { createLineFilter } from "./line-filter.ts";
import { without } from "./json-change.ts";

const MiB = 2 ** 20;

/** What is left of a body in pieces. */
function filtered(pieces: readonly Buffer[], isMeant?: (text: string) => boolean): Buffer {
  const filter = createLineFilter((record) => without(record, "n"), createByteBudget(MiB), isMeant);
  return Buffer.concat([...pieces.map(filter.push), filter.finish()]);
}

it("changes what is a record, and nothing else, wherever the body was cut", () => {
  const form = [
    '--x\r\ncontent-disposition: form-data; name="file"; filename="a.jsonl"\r\n\r\n',
    '\u{FEFF}{"n":2,"a":"🥖"}\r\n \t{ "b": 1,  "c": 12345678901234567890 }\n\n[{"n":2}]\n{"n":2\n\t{"n":3}\n{"n":4}\r\n--x--\r\n{"n":5}',
  ].join("");
  const expected = [
    '--x\r\ncontent-disposition: form-data; name="file"; filename="a.jsonl"\r\n\r\n',
    '{"a":"🥖"}\r\n \t{ "b": 1,  "c": 12345678901234567890 }\n\n[{"n":2}]\n{"n":2\n{}\n{}\r\n--x--\r\n{}',
  ].join("");
  const bytes = Buffer.from(form);
  fc.assert(
    fc.property(fc.array(fc.nat(bytes.length), { maxLength: 20 }), (cuts) => {
      const at = [0, ...cuts.toSorted((a, b) => a - b), bytes.length];
      expect(filtered(at.slice(1).map((end, i) => bytes.subarray(at[i], end))).toString()).toBe(expected);
    }),
  );
});

it.each([
  ['{"n":2}\r{"n":3,"a":1}\r\n[]\r{"n":4}\r', '{}\r{"a":1}\r\n[]\r{}\r'],
  ['{"a":1,\r"n":2}\r\n', '{"a":1}\r\n'],
  ['\f{"n":2}\n\u{2003}{"n":3}\n\v{"n":4}', "{}\n{}\n{}"],
])("reads lines as lenient servers do: %j", (text, expected) => {
  const bytes = Buffer.from(text);
  expect(filtered([bytes]).toString()).toBe(expected);
  expect(filtered([...bytes].map((byte) => Buffer.from([byte]))).toString()).toBe(expected);
});

it.each(['{"n":NaN}\n', '{"n":2}\r{"n":NaN}\r', '\x1c{"n":2}', '{"n":2'])(
  "refuses what is meant and unreadable: %j",
  (text) => {
    const isMeant = (line: string): boolean => line.includes('"n"');
    expect(() => filtered([Buffer.from(text)], isMeant)).toThrow("no JSON");
    expect(filtered([Buffer.from('x"n"\n{\n{"n":2}')], isMeant).toString()).toBe('x"n"\n{\n{}');
  },
);

it("passes every byte of what is not its own", () => {
  const piece = fc.oneof(
    fc.uint8Array(),
    fc.constantFrom("{", "\n", '{"a":1}\n', "\r", " ").map((text) => Buffer.from(text)),
  );
  fc.assert(
    fc.property(fc.array(piece), (arrays) => {
      const pieces = arrays.map((array) => Buffer.from(array));
      expect(filtered(pieces)).toEqual(Buffer.concat(pieces));
    }),
  );
});

it("holds one record, and nothing of what is none", () => {
  const budget = createByteBudget(MiB);
  const filter = createLineFilter((record) => record, budget);
  for (let times = 0; times < 40; times++) {
    expect(filter.push(Buffer.alloc(MiB / 16, "x"))).toHaveLength(MiB / 16);
    expect(budget.taken).toBe(0);
  }
  filter.push(Buffer.from("\n"));
  for (let times = 0; times < 40; times++) filter.push(Buffer.from(`{"a":"${"x".repeat(MiB / 16)}"}\n`));
  expect(budget.taken).toBe(0);
  filter.push(Buffer.from("{"));
  expect(() => filter.push(Buffer.alloc(MiB))).toThrow("too long to be held");
  filter.release();
  expect(budget.taken).toBe(0);
});
