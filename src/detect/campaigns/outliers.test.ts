import { describe, expect, it } from "vitest";
import { seededRandom } from "../../kit/random.ts";
import { learnNulls } from "../calibration/nulls.ts";
import { groupCase, honestGroups, queueGroup } from "../observation/observation.case.ts";
import type { Member, MemberFacts, Observation } from "../observation/observation.ts";
import { outliersOf } from "./outliers.case.ts";
import { shownMembers } from "./outliers.ts";

/** Puts all tasks of one member into one template. */
function withLoner(group: Observation, position: number): Observation {
  const alone = (rows: readonly (readonly number[])[]) =>
    rows.map((row, i) => (i === position ? row.map((_, column) => (column === 0 ? 40 : 0)) : row));
  const { stream } = group.features;
  return {
    ...group,
    features: { ...group.features, stream: { ...stream, halves: [alone(stream.halves[0]), alone(stream.halves[1])] } },
  };
}

const nulls = await learnNulls(honestGroups(31));
const group = groupCase(queueGroup, seededRandom(1));

describe("outliers", () => {
  it("are customers who use one of the campaign's templates only", () => {
    expect(outliersOf(withLoner(group, 7), nulls)).toEqual([7]);
  });

  it("are none where all draw from one queue", () => {
    expect(outliersOf(group, nulls)).toEqual([]);
  });

  it("are not those whom a rare payment or a resumed request ties to the others", () => {
    const token = { kind: "payment" as const, token: "pm_1", members: [3, 7], accounts: 2 };
    expect(outliersOf({ ...withLoner(group, 7), tokens: [token] }, nulls)).toEqual([]);
    const resumed = withLoner(group, 7).members.map((member, i) => (i === 7 ? { ...member, ties: [3] } : member));
    expect(outliersOf({ ...withLoner(group, 7), members: resumed }, nulls)).toEqual([]);
  });
});

describe("where the others have each prompt answered several times", () => {
  const sampling = (sampledOf: (i: number) => number) => ({
    ...group,
    members: group.members.map((member, i) => ({ ...member, singleTasks: 8, sampledTasks: sampledOf(i) })),
  });

  it("leaves who asks once", () => {
    expect(
      outliersOf(
        sampling((i) => (i === 5 ? 0 : 8)),
        nulls,
      ),
    ).toEqual([5]);
  });

  it("stays who does so now and then, and everybody where few sample", () => {
    expect(
      outliersOf(
        sampling((i) => (i === 5 ? 4 : 8)),
        nulls,
      ),
    ).toEqual([]);
    expect(
      outliersOf(
        sampling((i) => (i < 6 ? 8 : 0)),
        nulls,
      ),
    ).toEqual([]);
  });

  it("keeps nobody whose mix of templates is another's", () => {
    expect(
      outliersOf(
        withLoner(
          sampling(() => 8),
          7,
        ),
        nulls,
      ),
    ).toEqual([7]);
  });
});

describe("who may belong", () => {
  const indexOf = (position: number): number => group.members[position]!.index;

  it("does where its mix of work is the others' queue's, and doesn't where it is one template's", () => {
    const possible = new Set([2, 4].map(indexOf));
    expect(shownMembers(group, nulls, possible)).toEqual([indexOf(2), indexOf(4)]);
    expect(shownMembers(withLoner(group, 4), nulls, possible)).toEqual([indexOf(2)]);
  });

  it("is measured by those of whom it is known", () => {
    const loners = [6, 7, 8, 9, 10, 11].reduce(withLoner, group);
    expect(shownMembers(loners, nulls, new Set([2, 6, 7, 8, 9, 10, 11].map(indexOf)))).toEqual([indexOf(2)]);
  });

  it("does not where nothing tells the queue from other work", () => {
    const blank = { ...group.features.stream, halves: [[], []] as const };
    const untold = { ...group, features: { ...group.features, stream: blank } };
    expect(shownMembers(untold, nulls, new Set([indexOf(2)]))).toEqual([]);
  });

  it("does not who does much else", () => {
    const busy = changed(group, [2], ({ harvestTasks: [forming, judging] }) => ({ tasks: 3 * (forming + judging) }));
    expect(shownMembers(busy, nulls, new Set([indexOf(2)]))).toEqual([]);
  });

  it("does not who came three times, or works in the open", () => {
    const thrice = changed(group, [2], () => ({ harvestTasks: [2, 1] as const, tasks: 3 }));
    expect(shownMembers(thrice, nulls, new Set([indexOf(2)]))).toEqual([]);
    expect(shownMembers(inTheOpen([2]), nulls, new Set([indexOf(2)]))).toEqual([]);
  });
});

/** The group with some members changed. */
const changed = (base: Observation, positions: readonly number[], change: (member: Member) => Partial<Member>) => ({
  ...base,
  members: base.members.map((member, i) => (positions.includes(i) ? { ...member, ...change(member) } : member)),
});

const inTheOpen = (positions: readonly number[], facts: Partial<MemberFacts> = {}) =>
  changed(group, positions, ({ facts: own }) => ({
    facts: own && { ...own, organization: "Harbour Ltd", verified: true, ...facts },
  }));

const payment = (members: readonly number[], accounts = members.length) =>
  ({ kind: "payment", token: "pm_1", members, accounts }) as const;

const range = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, i) => from + i);

describe("members who work in the open", () => {
  it("leave where they are few: their name was checked", () => {
    expect(outliersOf(inTheOpen([2, 11]), nulls)).toEqual([2, 11]);
  });

  it("stay where they are many: then the names are the disguise", () => {
    expect(outliersOf(inTheOpen(range(0, 11)), nulls)).toEqual([]);
  });

  it("leave where they are many, too, if requests go between the others and never to them", () => {
    const open = inTheOpen([1, 2, 4, 7, 9, 11]);
    const tiedWhere = (isIt: (i: number) => boolean): Observation => ({
      ...open,
      members: open.members.map((member, i) => (isIt(i) ? { ...member, ties: [i === 3 ? 5 : 3] } : member)),
    });
    const others = ({ facts }: Member): boolean => facts?.organization === "";
    expect(
      outliersOf(
        tiedWhere((i) => others(open.members[i]!)),
        nulls,
      ),
    ).toEqual([1, 2, 4, 7, 9, 11]);
    expect(
      outliersOf(
        tiedWhere(() => true),
        nulls,
      ),
    ).toEqual([]);
  });

  it("leave where they are few without the customers with several accounts, whose names they are not", () => {
    const many = changed(inTheOpen(range(4, 9)), [2, 11], ({ facts }) => ({
      facts: facts && { ...facts, organization: "Quay Press", verified: true },
    }));
    const harbour = { kind: "organization", token: "Harbour Ltd", members: range(4, 9), accounts: 6 } as const;
    expect(outliersOf({ ...many, tokens: [harbour] }, nulls)).toEqual([2, 4, 5, 6, 7, 8, 9, 11]);
    expect(outliersOf(many, nulls)).toEqual([]);
  });

  it("leave though they share a payment with each other: one customer pays for his accounts", () => {
    const open = inTheOpen([2, 5, 11]);
    expect(outliersOf({ ...open, tokens: [payment([2, 5])] }, nulls)).toEqual([2, 5, 11]);
    expect(outliersOf({ ...open, tokens: [payment([2, 6])] }, nulls)).toEqual([5, 11]);
  });

  it("stay where a name was not checked, or where there is none", () => {
    expect(outliersOf(inTheOpen([2, 11], { verified: false }), nulls)).toEqual([]);
    expect(outliersOf(inTheOpen([2, 11], { organization: "" }), nulls)).toEqual([]);
  });

  it("stay where a refused request or a rare trace ties them to somebody who stays", () => {
    const open = inTheOpen([2, 11]);
    expect(
      outliersOf(
        changed(open, [2], () => ({ ties: [5] })),
        nulls,
      ),
    ).toEqual([11]);
    expect(outliersOf({ ...open, tokens: [payment([5, 11])] }, nulls)).toEqual([2]);
  });

  it("leave together where they are tied to each other only", () => {
    const open = inTheOpen([2, 11]);
    const tied = changed(
      changed(open, [2], () => ({ ties: [11] })),
      [11],
      () => ({ ties: [2] }),
    );
    expect(outliersOf(tied, nulls)).toEqual([2, 11]);
    expect(outliersOf({ ...open, tokens: [payment([2, 11])] }, nulls)).toEqual([2, 11]);
  });

  it("leave though they share a name, or a trace that many have", () => {
    const open = inTheOpen([2, 11]);
    const name = { kind: "organization", token: "Harbour Ltd", members: [2, 5, 11], accounts: 3 } as const;
    expect(outliersOf({ ...open, tokens: [name] }, nulls)).toEqual([2, 11]);
    expect(outliersOf({ ...open, tokens: [payment([2, 5, 11], 400)] }, nulls)).toEqual([2, 11]);
  });
});

describe("members who did next to nothing of the work", () => {
  it("leave if they had other things to do", () => {
    expect(
      outliersOf(
        changed(group, [4], () => ({ harvestTasks: [1, 1], tasks: 60 })),
        nulls,
      ),
    ).toEqual([4]);
  });

  it("leave if they came once, and did nothing else", () => {
    const came = (tasks: number): Observation => changed(group, [4], () => ({ harvestTasks: [0, tasks], tasks }));
    expect(outliersOf(came(1), nulls)).toEqual([4]);
    expect(outliersOf(came(2), nulls)).toEqual([]);
  });

  it("stay if it is most of what they did, or if a request was handed over to them", () => {
    expect(
      outliersOf(
        changed(group, [4], () => ({ harvestTasks: [1, 1], tasks: 3 })),
        nulls,
      ),
    ).toEqual([]);
    const tied = changed(group, [4], () => ({ harvestTasks: [1, 1], tasks: 60, ties: [9] }));
    expect(outliersOf(tied, nulls)).toEqual([]);
  });
});
