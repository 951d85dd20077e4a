import fc from "fast-check";
import { expect, test } from "vitest";
import { readReference, referenceTo } from "./decision-id.ts";

test("a reference is read as it was meant", () => {
  expect(readReference(" 7q2m 0001-ABCD-efgh")).toBe("7Q2M-0001-ABCD-EFGH");
  expect(readReference("7Q2M-OiLl-ABCD-EFGH")).toBe("7Q2M-0111-ABCD-EFGH");
});

test.each(["", "7Q2M", "7Q2M-0001-ABCD-EFGU", "7Q2M-0001-ABCD-EFGH-1", "-".repeat(100)])("%j is none", (text) => {
  expect(readReference(text)).toBeNull();
});

test("whatever a reference is to, it is read as itself, also in small letters and without dashes", () => {
  fc.assert(
    fc.property(fc.jsonValue(), (content) => {
      const reference = referenceTo(content);
      expect(readReference(reference)).toBe(reference);
      expect(readReference(reference.toLowerCase().replaceAll("-", ""))).toBe(reference);
    }),
  );
});

test("whatever is typed is none, or reads as itself from then on", () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      const read = readReference(text);
      expect(read === null ? null : readReference(read)).toBe(read);
    }),
  );
});
