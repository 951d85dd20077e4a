import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isObjectWithTexts } from "./json-glance.ts";

const names = ["time", "id", "name-é"];
const glance = (text: string): boolean =>
  isObjectWithTexts(
    Buffer.from(text),
    names.map((name) => Buffer.from(name)),
  );

/** The same by the engine's own parser. */
function parsed(text: string): boolean {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return false;
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  const fields = new Map<string, unknown>(Object.entries(value));
  return names.every((name) => typeof fields.get(name) === "string" && fields.get(name) !== "");
}

const whole = { time: "t", id: "1", "name-é": "n" };
const anyName = fc.string({ unit: "grapheme" });
const objectsWith = (name: fc.Arbitrary<string>) =>
  fc
    .tuple(
      fc.dictionary(name, fc.jsonValue()),
      fc.dictionary(fc.constantFrom(...names), fc.jsonValue()),
      fc.constantFrom("", " ", "\t", "\n  "),
    )
    .map(([more, some, space]) => JSON.stringify({ ...more, ...whole, ...some }, null, space));

describe("a glance at JSON", () => {
  it("tells what the parser tells", () => {
    // Of names without an escape, which are for a closer look.
    const plainName = anyName.filter((name) => JSON.stringify(name) === `"${name}"`);
    fc.assert(
      fc.property(objectsWith(plainName), (text) => {
        expect(glance(text)).toBe(parsed(text));
      }),
      { numRuns: 500 },
    );
  });

  it("never takes what the parser does not, wherever a byte is changed, lost or added", () => {
    const bytes = fc.constantFrom(...Buffer.from(' "\\{}[],:0123456789.-+eEutrfalsn/\u0001\n\t'), 0x7f);
    const change = fc.record({ at: fc.nat(), byte: bytes, kind: fc.constantFrom("changed", "lost", "added") });
    fc.assert(
      fc.property(objectsWith(anyName), fc.array(change, { minLength: 1, maxLength: 3 }), (text, changes) => {
        let damaged = text;
        for (const { at, byte, kind } of changes) {
          const place = at % damaged.length;
          const inserted = kind === "lost" ? "" : String.fromCharCode(byte);
          damaged = damaged.slice(0, place) + inserted + damaged.slice(kind === "added" ? place : place + 1);
        }
        expect(!glance(damaged) || parsed(damaged), damaged).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });

  it("tells the text of one name more, if it is there and needs no unescaping", () => {
    const textOf = (text: string): string | null | undefined => {
      const wanted = { name: Buffer.from("key"), text: null };
      const isWell = isObjectWithTexts(Buffer.from(text), [Buffer.from("id")], wanted);
      return isWell ? wanted.text : undefined;
    };
    fc.assert(
      fc.property(anyName, (key) => {
        const isPlain = JSON.stringify(key) === `"${key}"`;
        expect(textOf(JSON.stringify({ id: "1", key }))).toBe(isPlain ? key : undefined);
      }),
    );
    expect(textOf('{"id":"1"}')).toBeNull();
    expect(textOf('{"id":"1","key":null}')).toBeNull();
    expect(textOf('{"key":"a","id":"1","key":"b"}')).toBeUndefined();
  });

  const rest = `"time":"t","id":"1","name-é":"n"}`;
  it.each([
    [`{${rest}`, true],
    [` { ${rest}\r\n`, true],
    [`{"a":[1,-0.5e+3,{"b":[]},{},true,false,null,"\\u00e9\\n"],${rest}`, true],
    [`{"a":01,${rest}`, false],
    [`{"a":1.,${rest}`, false],
    [`{"a":-,${rest}`, false],
    [`{"a":tru,${rest}`, false],
    [`{"a":"\\x",${rest}`, false],
    [`{"a":"\\u12g4",${rest}`, false],
    [`{"a":"\n",${rest}`, false],
    [`{"a":[1,],${rest}`, false],
    [`{"a" 1,${rest}`, false],
    [`{,${rest}`, false],
    [`{${rest} x`, false],
    [`{${rest.slice(0, -1)},}`, false],
    [`{${rest.slice(0, -1)}`, false],
    [`{"id":"",${rest}`, false],
    [`{"id":"2",${rest}`, false],
    [`{"a":${"[".repeat(65)}${"]".repeat(65)},${rest}`, false],
    [`{"a":${"[".repeat(100_000)}`, false],
    ["{}", false],
    ["[]", false],
    ["", false],
  ])("of %.60s is %s", (text, is) => {
    expect(glance(text)).toBe(is);
  });
});
