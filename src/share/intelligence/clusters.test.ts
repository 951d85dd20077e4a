import { describe, expect, test } from "vitest";
import { hourMs, linesOf, memberOf, saidBy, startMs, tell } from "./circle.case.ts";
import type { Sighted } from "./circle.case.ts";
import { contributionsOf, joinStatements } from "./clusters.ts";
import type { Cluster } from "./clusters.ts";
import type { CircleKey } from "../stix/keyed.ts";
import { key } from "../stix/stix.case.ts";
import type { Said } from "./said.ts";
import { statementsOf } from "./statements.ts";

/** Who says what, in this order. */
type Telling = readonly [name: string, sighted: Sighted];

function clustersOf(...tellings: readonly Telling[]): Cluster[] {
  const said = tellings.flatMap(([name, sighted], index) => {
    const by = memberOf(name, startMs + index * hourMs);
    return saidBy(by, tell(by, sighted));
  });
  return joinStatements(statementsOf(said));
}

const nameOf = new Map(["a", "b", "c", "d"].map((name) => [memberOf(name).member.id as string, name]));
const namesIn = ({ statements }: Cluster): string => statements.map(({ member }) => nameOf.get(member)).join("");
const repeatsIn = ({ repeats }: Cluster): string => [...repeats].map(({ member }) => nameOf.get(member)).join("");

describe("what several members saw is one", () => {
  test.each<[string, Sighted, Sighted]>([
    ["a payment", { payment: ["card 1", "card 2"] }, { payment: ["card 2", "card 3"] }],
    ["a device", { device: ["d1", "d2"] }, { device: ["d1", "d3"], payment: ["card 1"] }],
    ["most of a skeleton", { lines: linesOf(0, 30) }, { lines: linesOf(10, 40) }],
  ])("by %s", (_, one, other) => {
    expect(clustersOf(["a", one], ["b", other]).map(namesIn)).toEqual(["ab"]);
  });

  test.each<[string, Sighted, Sighted]>([
    ["a TLS client, which many have", { tls: ["t13d"], payment: ["card 1"] }, { tls: ["t13d"], payment: ["card 2"] }],
    ["some lines that everybody writes", { lines: linesOf(0, 30) }, { lines: linesOf(25, 60) }],
    ["nothing but the hours", {}, {}],
  ])("but not by %s", (_, one, other) => {
    expect(clustersOf(["a", one], ["b", other]).map(namesIn)).toEqual(["a", "b"]);
  });

  test("and one member who tells of two in one breath does not join them, early or late", () => {
    const [one, two] = [{ payment: ["card 1", "card 3"] }, { payment: ["card 2", "card 4"] }];
    const both = { payment: ["card 1", "card 2", "card 5"] };
    expect(clustersOf(["a", one], ["b", two], ["c", both]).map(namesIn)).toEqual(["ac", "b"]);
    expect(clustersOf(["c", both], ["a", one], ["b", two]).map(namesIn)).toEqual(["ca", "b"]);
    const often: Telling[] = [1, 2, 3].map((n) => ["c", { payment: [...both.payment, `own ${n}`] }]);
    expect(clustersOf(...often, ["a", one], ["b", two]).map(namesIn)).toEqual(["ccca", "b"]);
  });
});

test("under the keys of two months, who tells of it under both is joined with those of either, and joins them only with others", () => {
  const december = { ...key, epoch: "2026-12" };
  const payment = (name: string): Sighted => ({ payment: ["card", `card of ${name}`] });
  const telling = (name: string, hour: number) => {
    const by = memberOf(name, startMs + hour * hourMs);
    return (inUse: CircleKey, last: CircleKey | null = null) => saidBy(by, tell(by, payment(name), inUse, last));
  };
  const [a, b, c] = [telling("a", 0), telling("b", 1), telling("c", 2)];
  const joined = (...tellings: readonly Said[][]) => joinStatements(statementsOf(tellings.flat())).map(namesIn);
  expect(joined(a(key), b(december))).toEqual(["a", "b"]);
  expect(joined(a(december, key), b(key))).toEqual(["ab"]);
  expect(joined(a(december, key), b(december))).toEqual(["ab"]);
  expect(joined(a(december, key), b(key), c(december))).toEqual(["ab", "c"]);
  expect(joined(a(december, key), b(december, key), c(december))).toEqual(["abc"]);
});

test("what is told under two keys is told once: as what is new of it, and as what repeats others", () => {
  const december = { ...key, epoch: "2026-12" };
  const sighted = { payment: ["card 1", "card 2"], tls: ["t13d"], lines: linesOf(0, 10) };
  const [a, b] = [memberOf("a"), memberOf("b", startMs + hourMs)];
  const both = saidBy(a, tell(a, sighted, december, key));
  const joined = (...said: readonly Said[][]): Cluster | undefined => joinStatements(statementsOf(said.flat()))[0];
  const [told] = contributionsOf(joined(both)!);
  expect(told).toMatchObject({ fingerprints: { payment: 2, device: 0, tls: 1 }, skeletonLines: 10 });
  const echo = saidBy(b, tell(b, sighted, december, key));
  for (const inUse of [key, december]) {
    const cluster = joined(saidBy(a, tell(a, sighted, inUse)), echo);
    expect(cluster && [namesIn(cluster), repeatsIn(cluster)]).toEqual(["ab", "b"]);
    expect(cluster && contributionsOf(cluster)[1]).toMatchObject({
      fingerprints: { payment: 0, tls: 0 },
      skeletonLines: 0,
    });
  }
  // Who passes a digest on as if it were made with another key agrees with nobody by it.
  const relabelled = saidBy(b, tell(b, { payment: ["card 1"] })).map((one) =>
    one.object.type === "stillwatch-fingerprint" ? { ...one, object: { ...one.object, key_epoch: "2026-12" } } : one,
  );
  expect(joinStatements(statementsOf([...saidBy(a, tell(a, sighted)), ...relabelled])).map(namesIn)).toEqual([
    "a",
    "b",
  ]);
});

test("one who agrees with the first to tell and not with the next keeps them apart, since nobody can know which of the two lies", () => {
  const [first, next] = [{ payment: ["card", "card of a"] }, { payment: ["card", "card of b"] }];
  const between = { payment: ["card of a", "card of c"] };
  expect(clustersOf(["a", first], ["b", next], ["c", between]).map(namesIn)).toEqual(["ab", "c"]);
  expect(clustersOf(["a", first], ["c", between], ["b", next]).map(namesIn)).toEqual(["ac", "b"]);
});

test("what each does about it is said of each, whoever was the first", () => {
  const payment = ["card 1", "card 2"];
  const [cluster] = clustersOf(["a", { payment }], ["b", { payment }]);
  const done = cluster === undefined ? [] : contributionsOf(cluster).map(({ courses }) => courses);
  expect(done).toEqual([
    ["Limit requests", "Refuse requests"],
    ["Limit requests", "Refuse requests"],
  ]);
});

describe("a member repeats others", () => {
  const first = { payment: ["card 1", "card 2"], lines: linesOf(0, 30) };

  test.each<[string, Sighted, string]>([
    ["where it says the same", first, "b"],
    ["where it says a part of it", { payment: ["card 1"] }, "b"],
    ["where next to nothing is its own", { ...first, device: ["d1"] }, "b"],
    ["not where it adds what it saw", { payment: ["card 1", "card 3"], lines: linesOf(10, 40) }, ""],
  ])("%s", (_, second, repeats) => {
    const [cluster] = clustersOf(["a", first], ["b", second]);
    expect(cluster === undefined ? "" : repeatsIn(cluster)).toBe(repeats);
  });

  test("also if it puts together what several had said", () => {
    const second = { payment: ["card 1", "card 3"] };
    const [cluster] = clustersOf(["a", first], ["b", second], ["c", { payment: ["card 2", "card 3"] }]);
    expect(cluster === undefined ? "" : repeatsIn(cluster)).toBe("c");
  });

  test("not where it is its own", () => {
    expect(clustersOf(["a", first], ["a", first]).map(repeatsIn)).toEqual([""]);
  });
});

test("each member added what nobody had said before it", () => {
  const one = { payment: ["card 1", "card 2"], lines: linesOf(0, 10), campaign: { capabilities: ["reasoning"] } };
  const evidence = [
    { signal: "twins", summary: "", strength: 3, accounts: 4, against: false },
    { signal: "partition", summary: "", strength: 3, accounts: 4, against: false },
  ] as const;
  const two = {
    payment: ["card 2", "card 3"],
    tls: ["t13d"],
    lines: linesOf(5, 18),
    campaign: { capabilities: ["reasoning", "coding"], evidence: [...evidence], accounts: ["x", "y"] },
  };
  const three = { ...two, lines: linesOf(8, 60) };
  const [cluster] = clustersOf(["a", one], ["b", two], ["c", three]);
  const [a, b, c] = cluster === undefined ? [] : contributionsOf(cluster);
  expect(a).toMatchObject({
    accounts: "10-99",
    fingerprints: { payment: 2, device: 0, tls: 0 },
    skeletonLines: 10,
    capabilities: ["reasoning"],
    evidence: ["twins", "infrastructure"],
  });
  expect(b).toMatchObject({
    sinceMs: startMs + hourMs,
    accounts: "1-9",
    repeats: false,
    fingerprints: { payment: 1, device: 0, tls: 1 },
    skeletonLines: 8,
    techniques: [],
    capabilities: ["coding"],
    evidence: ["partition"],
  });
  expect(a?.techniques.length).toBeGreaterThan(3);
  const nothing = { fingerprints: { payment: 0, device: 0, tls: 0 }, techniques: [], capabilities: [], evidence: [] };
  expect(c).toMatchObject({ ...nothing, skeletonLines: 42, repeats: false });
});
