import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatLongTimestamp, formatTimestamp, parseTimestampUs } from "./timestamp.ts";

describe("timestamps", () => {
  it("come back as they were, to the microsecond", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: Date.UTC(2200, 0) * 1_000 }), (us) => {
        expect(parseTimestampUs(formatTimestamp(us))).toBe(us);
        expect(parseTimestampUs(formatLongTimestamp(us))).toBe(us);
      }),
    );
  });

  it("are written as short as they can be exact", () => {
    const us = Date.parse("2026-02-03T04:05:06.007Z") * 1_000;
    expect(formatTimestamp(us)).toBe("2026-02-03T04:05:06.007Z");
    expect(formatTimestamp(us + 8)).toBe("2026-02-03T04:05:06.007008Z");
    expect(formatLongTimestamp(us)).toBe("2026-02-03T04:05:06.007000Z");
    expect(parseTimestampUs("2026-02-03T04:05:06Z")).toBe(us - 7_000);
    expect(parseTimestampUs("2026-02-03T04:05:06.1Z")).toBe(us + 93_000);
  });

  it.each([
    "2026-02-30T00:00:00Z",
    "2026-02-03T24:00:00Z",
    "2026-02-03T00:00:60Z",
    "2026-02-03T00:00:00+00:00",
    "2026-02-03t00:00:00z",
    "2026-02-03T00:00:00.1234567Z",
    "2026-02-03T00:00:00.Z",
    "2026-02-03",
    "",
  ])("%j is none", (text) => {
    expect(parseTimestampUs(text)).toBeNull();
  });
});
