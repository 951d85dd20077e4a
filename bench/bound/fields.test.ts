import { expect, it } from "vitest";
import { withoutFields } from "./fields.ts";

it("drops the named fields of every line and keeps the rest as it was", () => {
  const lines = `{"id":"a","ip":"192.0.2.1","usage":{"input":1}}\n{"ip":null,"id":"b"}\n`;
  expect(withoutFields(lines, ["ip", "asn"])).toBe(`{"id":"a","usage":{"input":1}}\n{"id":"b"}\n`);
  expect(withoutFields("", ["ip"])).toBe("");
});
