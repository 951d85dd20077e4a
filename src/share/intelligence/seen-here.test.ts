import { describe, expect, test } from "vitest";
import { key } from "../stix/stix.case.ts";
import { idOf, linesOf, memberOf, saidBy, tell } from "./circle.case.ts";
import type { Sighted } from "./circle.case.ts";
import { joinStatements } from "./clusters.ts";
import { compareWithOurs } from "./seen-here.ts";
import type { Said } from "./said.ts";
import type { LiveHere, SeenHere } from "./seen-here.ts";
import { statementsOf } from "./statements.ts";

const [us, a, b] = [memberOf("us"), memberOf("a"), memberOf("b")];
const nothing = { fingerprints: [], skeletonPieces: new Set<string>() };
const live = (signals: Partial<LiveHere["signals"]>, leads: LiveHere["leads"] = []): LiveHere => ({
  id: "c-1",
  leads,
  signals: { ...nothing, ...signals },
  hours: [],
});
const card = { kind: "payment", value: "card 1" } as const;

/** What a campaign of ours agrees with, of a campaign that a member has told. */
function agreement(ours: LiveHere, sighted: Sighted, by = a, keys = [key]): unknown {
  return compared([ours], saidBy(by, tell(by, sighted)), keys)[0];
}

/** Of each campaign as the circle sees it. */
function compared(ours: readonly LiveHere[], said: readonly Said[], keys = [key]): SeenHere[][] {
  const statements = statementsOf(said);
  const { bridges, seenIn } = compareWithOurs(ours, keys, us.member.id, statements);
  return joinStatements(statements, bridges).map(seenIn);
}

const agreeing = (...members: readonly string[]) => [
  { campaign: "c-1", agreesWith: members.map((member) => ({ member, hoursInCommon: null })) },
];
const withA = agreeing(a.member.id);

describe("a live campaign of ours is what another tells of", () => {
  test.each<[string, LiveHere, Sighted]>([
    ["a payment", live({ fingerprints: [card] }), { payment: ["card 1", "card 2"] }],
    ["most of a skeleton", live({ skeletonPieces: new Set(linesOf(0, 30)) }), { lines: linesOf(10, 40) }],
  ])("by %s", (_, ours, sighted) => {
    expect(agreement(ours, sighted)).toEqual(withA);
  });

  test("by a lead of it, and of nobody else, from which ours was formed", () => {
    const objects = tell(a, { lines: linesOf(0, 30) });
    const from = (source: string) => live({}, [{ id: idOf(objects, "indicator"), source }]);
    expect(compared([from(a.member.id)], saidBy(a, objects))).toEqual([withA]);
    expect(compared([from(b.member.id)], saidBy(a, objects))).toEqual([[]]);
  });

  test.each<[string, LiveHere, Sighted]>([
    ["a TLS client", live({ fingerprints: [{ kind: "tls", value: "t13d" }] }), { tls: ["t13d"] }],
    ["some lines", live({ skeletonPieces: new Set(linesOf(0, 30)) }), { lines: linesOf(25, 60) }],
    ["a value of another kind", live({ fingerprints: [{ ...card, kind: "device" }] }), { payment: ["card 1"] }],
  ])("but not by %s", (_, ours, sighted) => {
    expect(agreement(ours, sighted)).toEqual([]);
  });

  test("only under a key that is given", () => {
    const ours = live({ fingerprints: [card] });
    const other = { ...key, epoch: "2026-12" };
    expect(agreement(ours, { payment: ["card 1"] }, a, [other])).toEqual([]);
    expect(agreement(ours, { payment: ["card 1"] }, a, [other, key])).toEqual(withA);
  });

  test("and not because we have told of it ourselves", () => {
    expect(agreement(live({ fingerprints: [card] }), { payment: ["card 1"] }, us)).toEqual([]);
  });
});

test("names whoever it agrees with once, and nobody else of those that told of the same", () => {
  const said = [
    ...saidBy(a, tell(a, { payment: ["card 1"] })),
    ...saidBy(a, tell({ ...a, newIdentifier: memberOf("later").newIdentifier }, { payment: ["card 1", "card 3"] })),
    ...saidBy(b, tell(b, { payment: ["card 3"] })),
  ];
  const ours = [live({ fingerprints: [card] }), { ...live({}), id: "c-2" }];
  expect(compared(ours, said)).toEqual([withA]);
});

describe("what two members saw is joined by what we see of it", () => {
  const two = { kind: "payment", value: "card 2" } as const;
  const said = [...saidBy(a, tell(a, { payment: ["card 1"] })), ...saidBy(b, tell(b, { payment: ["card 2"] }))];
  const [byA, byB] = [a.member.id, b.member.id];
  const both = [agreeing(byA, byB)];
  const ours = (...sources: readonly string[]): LiveHere =>
    live(
      { fingerprints: [card, two] },
      sources.map((source) => ({ id: "indicator--1", source })),
    );

  test("where neither has what the other has", () => {
    expect(compared([], said)).toHaveLength(2);
    expect(compared([live({ fingerprints: [card] })], said)).toHaveLength(2);
    expect(compared([ours()], said)).toEqual(both);
  });

  test("where they told of it under the keys of two months", () => {
    const december = { ...key, epoch: "2026-12" };
    const same = { payment: ["card 1"], lines: linesOf(0, 30) };
    const told = [...saidBy(a, tell(a, same)), ...saidBy(b, tell(b, same, december))];
    const same1 = live({ fingerprints: [card] });
    expect(compared([], told, [december, key])).toHaveLength(2);
    expect(compared([same1], told, [december, key])).toEqual(both);
    expect(compared([same1], told, [december])).toHaveLength(2);
  });

  test("also where we have found it by what one of them told, and not by what a third did", () => {
    const third = memberOf("c").member.id;
    expect(compared([ours(a.member.id)], said)).toEqual(both);
    expect(compared([ours(a.member.id, b.member.id)], said)).toEqual(both);
    expect(compared([ours(third)], said)).toHaveLength(2);
    expect(compared([ours(a.member.id, third)], said)).toHaveLength(2);
  });

  test("and a third who tells of both joins no more by it than without us", () => {
    const liar = memberOf("c");
    const mixed = saidBy(liar, tell(liar, { payment: ["card 1", "card 2", "card 3"] }));
    const clusters = compared([live({ fingerprints: [{ kind: "payment", value: "card 3" }] })], [...said, ...mixed]);
    expect(clusters).toHaveLength(2);
  });
});
