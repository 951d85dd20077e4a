import { expect, test } from "vitest";
import { migrations } from "./migrations.ts";

test("migrations are numbered from 1 without a gap", () => {
  expect(migrations.map(({ number }) => number)).toEqual(migrations.map((_, index) => index + 1));
});
