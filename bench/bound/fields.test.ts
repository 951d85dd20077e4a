import { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { expect, it } from "vitest";
import { withoutFields } from "./fields.ts";

it("drops the named fields of every line and keeps the rest as it was", async () => {
  const without = (lines: readonly string[], fields: readonly string[]): Promise<string> =>
    text(Readable.from(withoutFields(Readable.from(lines), fields)));
  const lines = [`{"id":"a","ip":"192.0.2.1","usage":{"input":1}}`, `{"ip":null,"id":"b"}`, ""];
  expect(await without(lines, ["ip", "asn"])).toBe(`{"id":"a","usage":{"input":1}}\n{"id":"b"}\n`);
  expect(await without([], ["ip"])).toBe("");
});
