import { expect, test } from "vitest";
import { counted, day, dayInYear, likelihood, listed, odds, percent, roughly, share } from "./words.ts";

test("a probability never claims a certainty that it has not", () => {
  expect([0, 0.001, 0.5, 0.97, 0.999, 1].map(percent)).toEqual(["0%", "<1%", "50%", "97%", ">99%", ">99%"]);
  expect([1, 0.85, 0.7, 0.5, 0.3, 0].map(likelihood)).toEqual([
    "almost certain",
    "very likely",
    "likely",
    "open",
    "unlikely",
    "very unlikely",
  ]);
});

test("shares, counts and odds are told as people would", () => {
  expect([share(0, 9), share(1, 0), share(1, 1e7), share(9, 14_871), share(1, 8), share(8, 8)]).toEqual([
    "0%",
    "0%",
    "<0.001%",
    "0.06%",
    "12.5%",
    "100%",
  ]);
  expect([roughly(999), roughly(61_240), roughly(1_234_567), roughly(2.5e9)]).toEqual([
    "999",
    "61,240",
    "1.2 million",
    "2.5 billion",
  ]);
  expect([counted(1, "account"), counted(2, "family", "families")]).toEqual(["1 account", "2 families"]);
  expect([0, 0.3, 2, 4.1, 6, 9].map(odds)).toEqual([
    "no weight",
    "2 to 1",
    "100 to 1",
    "13,000 to 1",
    "a million to 1 or more",
    "a million to 1 or more",
  ]);
});

test("days are those of UTC", () => {
  expect(day("2026-08-03T23:59:59Z")).toBe("3 August 2026");
  expect(dayInYear("2026-09-03T01:00:00+02:00")).toBe("2 Sep");
});

test("lists end in and", () => {
  expect([[], ["a"], ["a", "b"], ["a", "b", "c"]].map(listed)).toEqual(["", "a", "a and b", "a, b and c"]);
});
