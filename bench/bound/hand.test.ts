import { expect, it } from "vitest";
import type { Truth } from "../../src/model/truth.ts";
import { classesOf, handsOf, kindOf, operatorsOf } from "./hand.ts";

const honest = (account: string, name: string): Truth => ({ account, label: "honest", class: name });
const truth = [
  honest("r1", "relay"),
  honest("r2", "relay"),
  honest("g1", "gateway"),
  honest("g2", "gateway"),
  honest("o1", "office"),
  honest("o2", "office"),
  honest("p1", "production"),
  honest("w1", "writing-shop"),
  honest("w2", "writing-shop"),
];
const organizations = new Map([
  ["g1", "Harbour"],
  ["g2", "Mill"],
  ["o1", "Quay"],
  ["o2", "Quay"],
]);
const operators = operatorsOf(truth, organizations);

const kind = (...accounts: string[]) => kindOf(handsOf(accounts, operators));

it("takes a relay for one hand, and so the accounts of one firm's machines, but neither two firms nor colleagues", () => {
  expect(kind("r1", "r2")).toBe("hand");
  expect(kind("g1", "g2")).toBe("strangers");
  expect(kind("o1", "o2")).toBe("strangers");
  const oneFirm = operatorsOf(truth, new Map([...organizations, ["g2", "Harbour"]]));
  expect(kindOf(handsOf(["g1", "g2"], oneFirm))).toBe("hand");
});

it("takes a writing shop for one hand where its founder names a firm, and for strangers where he does not", () => {
  expect(kind("w1", "w2")).toBe("strangers");
  const named = operatorsOf(truth, new Map([...organizations, ["w1", "Inkwell"], ["w2", "Inkwell"]]));
  expect(kindOf(handsOf(["w1", "w2"], named))).toBe("hand");
});

it("tells a hand among strangers, or two hands, from strangers", () => {
  expect(handsOf(["p1", "o1", "r1", "r2"], operators)).toEqual({ largest: 0.5, several: 0.5 });
  expect(kind("p1", "o1", "r1", "r2")).toBe("mixed");
  expect(kind("p1", "o1", "g1", "r1", "r2")).toBe("strangers");
});

it("finds no hand where there is nobody", () => {
  expect(kind()).toBe("strangers");
});

it("names the classes, the most frequent first", () => {
  const classes = new Map(truth.map((row) => [row.account, row.class]));
  expect(classesOf(["p1", "o1", "o2", "gone"], classes)).toBe("office 2, production 1, unknown 1");
});
