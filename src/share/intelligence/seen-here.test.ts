import { describe, expect, test } from "vitest";
import { key } from "../stix/stix.case.ts";
import { idOf, linesOf, memberOf, saidBy, tell } from "./circle.case.ts";
import type { Sighted } from "./circle.case.ts";
import { joinStatements } from "./clusters.ts";
import { compareWithOurs } from "./seen-here.ts";
import type { LiveHere } from "./seen-here.ts";
import { statementsOf } from "./statements.ts";

const [us, a, b] = [memberOf("us"), memberOf("a"), memberOf("b")];
const nothing = { fingerprints: [], skeletonPieces: new Set<string>() };
const live = (signals: Partial<LiveHere["signals"]>, leads: LiveHere["leads"] = []): LiveHere => ({
  id: "c-1",
  leads,
  signals: { ...nothing, ...signals },
});
const card = { kind: "payment", value: "card 1" } as const;

/** What a campaign of ours agrees with, of a campaign that a member has told. */
function agreement(ours: LiveHere, sighted: Sighted, by = a, keys = [key]): unknown {
  const [cluster] = joinStatements(statementsOf(saidBy(by, tell(by, sighted))));
  return cluster === undefined ? null : compareWithOurs([ours], keys, us.member.id)(cluster);
}
const withA = [{ campaign: "c-1", agreesWith: [a.member.id] }];

describe("a live campaign of ours is what another tells of", () => {
  test.each<[string, LiveHere, Sighted]>([
    ["a payment", live({ fingerprints: [card] }), { payment: ["card 1", "card 2"] }],
    ["most of a skeleton", live({ skeletonPieces: new Set(linesOf(0, 30)) }), { lines: linesOf(10, 40) }],
  ])("by %s", (_, ours, sighted) => {
    expect(agreement(ours, sighted)).toEqual(withA);
  });

  test("by a lead of it, and of nobody else, from which ours was formed", () => {
    const objects = tell(a, { lines: linesOf(0, 30) });
    const [cluster] = joinStatements(statementsOf(saidBy(a, objects)));
    const from = (source: string) => live({}, [{ id: idOf(objects, "indicator"), source }]);
    const compared = (ours: LiveHere) => cluster && compareWithOurs([ours], [key], us.member.id)(cluster);
    expect(compared(from(a.member.id))).toEqual(withA);
    expect(compared(from(b.member.id))).toEqual([]);
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
  const [cluster] = joinStatements(statementsOf(said));
  expect(cluster?.statements).toHaveLength(3);
  const ours = [live({ fingerprints: [card] }), { ...live({}), id: "c-2" }];
  expect(cluster && compareWithOurs(ours, [key], us.member.id)(cluster)).toEqual(withA);
});
