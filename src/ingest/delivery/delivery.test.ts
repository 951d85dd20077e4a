import fc from "fast-check";
import { expect, it } from "vitest";
import { decodeDelivery, encodeDelivery } from "./delivery.ts";

const line = fc.string({ unit: "grapheme" }).map((text) => JSON.stringify({ text }));
const delivery = fc.record({
  kind: fc.constantFrom("exchange" as const, "facts" as const),
  origin: fc.string(),
  lines: fc.array(line),
  rejects: fc.array(fc.string()),
});

it("comes out of its records as it went in", () => {
  fc.assert(
    fc.property(delivery, (sent) => {
      const read = encodeDelivery(sent).map(decodeDelivery);
      const lines = read.flatMap((record) => Buffer.from(record.lines).toString("utf8").split("\n").slice(0, -1));
      expect(lines).toEqual(sent.lines);
      expect(read.reduce((sum, { count }) => sum + count, 0)).toBe(sent.lines.length);
      expect(read.flatMap(({ rejects }) => rejects)).toEqual(sent.rejects);
      for (const record of read) expect(record).toMatchObject({ kind: sent.kind, origin: sent.origin });
    }),
  );
});

it("is spread over records, so that none grows without limit", () => {
  const lines = Array.from({ length: 50_000 }, (_, index) => `{"n":${index}}`);
  const rejects = lines.map((_, index) => `line ${index}: bad`);
  const records = encodeDelivery({ kind: "exchange", origin: "test", lines, rejects }).map(decodeDelivery);
  expect(Math.max(...records.map(({ count }) => count))).toBe(20_000);
  expect(Math.max(...records.map((record) => record.rejects.length))).toBe(20_000);
  const large = encodeDelivery({
    kind: "facts",
    origin: "test",
    lines: Array(12).fill("x".repeat(2 ** 20)),
    rejects: [],
  });
  expect(Math.max(...large.map(({ length }) => length))).toBeLessThan(6 * 2 ** 20);
  expect(large.map(decodeDelivery).reduce((sum, { count }) => sum + count, 0)).toBe(12);
});

it("is none where nothing was sent, and refuses what is none", () => {
  expect(encodeDelivery({ kind: "exchange", origin: "test", lines: [], rejects: [] })).toEqual([]);
  for (const other of ["", "{", "{}\n", '{"kind":"exchange"}\n'])
    expect(() => decodeDelivery(Buffer.from(other))).toThrow(/JSON|Invalid|expected/i);
});
