import { describe, expect, it } from "vitest";
import { ageOfModel } from "./releases.ts";

const hourMs = 3_600_000;

describe("the age of a model", () => {
  it.each([
    ["at its release", 0, 0],
    ["on the first evening", 7, 1],
    ["on the second day", 30, 3],
    ["at the end of the week", 167.9, 8],
    ["after a week", 168, null],
    ["before its release", -1, null],
  ])("is told %s", (_when, hours, age) => {
    expect(ageOfModel(1000 * hourMs, (1000 + hours) * hourMs)).toBe(age);
  });

  it("is unknown of a model that nobody told the release of", () => {
    expect(ageOfModel(undefined, 0)).toBeNull();
  });
});
