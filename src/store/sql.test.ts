import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openEngine } from "./engine.ts";
import type { Store } from "./engine.ts";
import {
  decimal,
  identifier,
  integer,
  integers,
  join,
  renderForClickHouse,
  renderForPostgres,
  sql,
  text,
  texts,
} from "./sql.ts";

describe("render", () => {
  test("writes placeholders instead of values", () => {
    expect(renderForClickHouse(sql`SELECT ${text("a'b")}, ${integer(7)}`)).toEqual({
      query: "SELECT {p0:String}, {p1:Int64}",
      params: { p0: "a'b", p1: 7 },
    });
  });

  test("numbers the values of nested fragments through, and a repeated one once", () => {
    const condition = sql`x = ${integer(1)}`;
    expect(renderForClickHouse(sql`${condition} OR ${join([condition, condition], sql` AND `)}`)).toEqual({
      query: "x = {p0:Int64} OR x = {p0:Int64} AND x = {p0:Int64}",
      params: { p0: 1 },
    });
  });

  test("keeps backslashes of the template", () => {
    expect(renderForClickHouse(sql`'\\d\n'`).query).toBe(String.raw`'\\d\n'`);
  });

  test("writes numbered placeholders and quoted identifiers for PostgreSQL", () => {
    const account = text("a'b");
    expect(
      renderForPostgres(
        sql`SELECT ${account}, ${integer(7)}, ${texts([])} FROM ${identifier('a"b')} WHERE x = ${account}`,
      ),
    ).toEqual({
      text: 'SELECT $1::text, $2::bigint, $3::text[] FROM "a""b" WHERE x = $1::text',
      values: ["a'b", 7, []],
    });
  });

  test("refuses numbers that would not arrive as they are", () => {
    expect(() => integer(2 ** 53)).toThrow(RangeError);
    expect(() => integer(0.5)).toThrow(RangeError);
    expect(() => integers([1, Number.NaN])).toThrow(RangeError);
    expect(() => decimal(Number.POSITIVE_INFINITY)).toThrow(RangeError);
  });

  test("takes no plain value: the compiler refuses it", () => {
    // @ts-expect-error a string has to say that it is one
    expect(() => renderForClickHouse(sql`SELECT ${"1; DROP TABLE exchange"}`)).toThrow(TypeError);
    // @ts-expect-error so has a number
    expect(() => renderForClickHouse(sql`SELECT ${1}`)).toThrow(TypeError);
  });
});

describe("in the engine", () => {
  let store: Store;
  beforeAll(async () => {
    store = await openEngine();
  });
  afterAll(() => store.close());

  const hostile = [
    "'; DROP TABLE exchange; --",
    "\\",
    "\\'",
    "{p0:String}",
    "a\nb\tc\0d",
    '"`$(x)',
    "%s",
    "日本\u{1f600}",
    "",
  ];

  test.each(hostile)("%j stays a value", async (value) => {
    expect(await store.rows(sql`SELECT ${text(value)} AS value, ${texts([value, value])} AS list`)).toEqual([
      { value, list: [value, value] },
    ]);
    expect(await store.rows(sql`SELECT count() AS n FROM exchange WHERE account = ${text(value)}`)).toEqual([{ n: 0 }]);
  });

  test("any text stays a value", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.string({ unit: "grapheme" }), { minLength: 1, maxLength: 20 }), async (values) => {
        const [row] = await store.rows<{ list: string[] }>(sql`SELECT ${texts(values)} AS list`);
        expect(row?.list).toEqual(values);
      }),
      { numRuns: 50 },
    );
  });

  test("numbers arrive as they are", async () => {
    const row = sql`SELECT ${integer(-(2 ** 53) + 1)} AS i, ${decimal(0.1)} AS d, ${integers([1, -2])} AS list`;
    expect(await store.rows(row)).toEqual([{ i: -(2 ** 53) + 1, d: 0.1, list: [1, -2] }]);
  });

  test("an identifier names one thing, whatever is in it", async () => {
    const name = "x` ENGINE = Null; DROP TABLE exchange; --";
    await store.run(sql`CREATE TABLE ${identifier(name)} (a UInt8) ENGINE = Memory`);
    expect(await store.rows(sql`SELECT count() AS n FROM ${identifier(name)}`)).toEqual([{ n: 0 }]);
    expect(await store.rows(sql`SELECT count() AS n FROM exchange`)).toEqual([{ n: 0 }]);
  });
});
