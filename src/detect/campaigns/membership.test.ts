import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { grouped } from "../../kit/grouped.ts";
import type { Candidate, Source } from "../candidates/candidate.ts";
import { profile, space } from "../candidates/profile.case.ts";
import type { Profile } from "../candidates/profile.ts";
import { gatherMembers, leftBy } from "./membership.ts";
import type { Ways } from "./joining.ts";

const range = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, i) => from + i);

/** Accounts that use the same features in nearly the same proportions. */
const alike = (accounts: readonly number[], first: number): Profile[] =>
  accounts.map((account, i) => profile(account, { [first]: 1, [first + 1]: 1 + 0.05 * (i % 3) }));

const candidate = (id: number, accounts: readonly number[], source: Source = "templates"): Candidate => ({
  id,
  source,
  accounts,
});

const drawn = (id: number, accounts: readonly number[], ...leads: readonly string[]): Candidate => ({
  ...candidate(id, accounts, "lead-lines"),
  leads: leads.map((lead) => ({ id: lead, source: "a" })),
  whole: true,
});

const noWays: Ways = { templates: new Map(), habits: new Map(), ties: new Map() };

async function grownOf(convicted: readonly Candidate[], spaces: Partial<Ways>): Promise<(readonly number[])[]> {
  const gathered = await gatherMembers(convicted, { ...noWays, ...spaces });
  return gathered.map(({ grown }) => grown.accounts);
}

describe("convicted groups", () => {
  it("are one campaign where they overlap and use the same templates", async () => {
    const templates = space(...alike(range(0, 8), 1));
    const convicted = [candidate(4, range(0, 5)), candidate(7, range(3, 8))];
    expect(await grownOf(convicted, { templates })).toEqual([range(0, 8)]);
  });

  it("are one campaign where they use the same templates, even without a common account", async () => {
    const templates = space(...alike(range(0, 8), 1));
    expect(await grownOf([candidate(0, range(0, 4)), candidate(1, range(5, 8))], { templates })).toEqual([range(0, 8)]);
  });

  it("stay apart where their templates differ, and the stronger one keeps who stands in both", async () => {
    const templates = space(...alike(range(0, 5), 1), ...alike(range(6, 11), 11));
    expect(await grownOf([candidate(0, range(0, 5)), candidate(1, range(4, 11))], { templates })).toEqual([
      range(0, 5),
      range(6, 11),
    ]);
  });

  it("are nothing of their own where the stronger ones leave them too few accounts", async () => {
    const templates = space(...alike(range(0, 5), 1), ...alike([6, 7], 11));
    expect(await grownOf([candidate(0, range(0, 5)), candidate(1, [4, 5, 6, 7])], { templates })).toEqual([
      range(0, 5),
    ]);
  });
});

describe("a few profiles", () => {
  const habits = space(...alike(range(10, 17), 101));

  it("don't let a group of words be swallowed by a campaign that one of its accounts resembles", async () => {
    const templates = space(...alike([...range(0, 5), 10], 1));
    const convicted = [candidate(0, range(0, 5)), candidate(1, range(10, 17), "habits")];
    expect((await grownOf(convicted, { templates, habits })).flat()).toEqual(expect.arrayContaining(range(10, 17)));
  });

  it("don't let strangers join who resemble the only member that has any templates", async () => {
    const templates = space(...alike([10, ...range(30, 33)], 55));
    expect(await grownOf([candidate(0, range(10, 17), "habits")], { templates, habits })).toEqual([range(10, 17)]);
  });
});

describe("a group of words", () => {
  const templates = space(...alike(range(0, 5), 1));
  const habits = space(...alike(range(0, 8), 101), ...alike([20, 21], 201));

  it("does not bring its strangers along when it is merged into a group of lines", async () => {
    const convicted = [candidate(0, range(0, 5)), candidate(1, [...range(0, 5), 20, 21], "habits")];
    expect(await grownOf(convicted, { templates, habits })).toEqual([range(0, 8)]);
  });

  it("lets those join who share the habits, and a group of lines alone does not", async () => {
    expect(await grownOf([candidate(0, range(0, 5), "habits")], { templates, habits })).toEqual([range(0, 8)]);
    expect(await grownOf([candidate(0, range(0, 5))], { templates, habits })).toEqual([range(0, 5)]);
  });
});

describe("users of the same lines", () => {
  const templates = space(...alike(range(0, 8), 1));

  it("are a group of their own where hardly any is in another", async () => {
    expect(
      await grownOf([candidate(0, range(0, 5)), candidate(1, range(5, 14), "lines")], { templates: space() }),
    ).toEqual([range(0, 5), range(6, 14)]);
  });

  it("are none where most of them are in others, and bring nobody along", async () => {
    const users = candidate(1, [...range(0, 5), ...range(20, 24)], "lines");
    expect(await grownOf([candidate(0, range(0, 8)), users], { templates })).toEqual([range(0, 8)]);
    const between = candidate(2, [...range(0, 2), ...range(10, 12), 30, 31], "lines");
    expect(await grownOf([candidate(0, range(0, 8)), candidate(1, range(10, 18)), between], { templates })).toEqual([
      range(0, 8),
      range(10, 18),
    ]);
  });
});

describe("a piece that words found of those who use the same lines", () => {
  const users = candidate(1, range(2, 20), "lines");
  const gathered = (first: Candidate, second = users) => gatherMembers([first, second], noWays);

  it("is taken up in them, and they are judged with it", async () => {
    const [group, ...others] = await gathered(candidate(0, range(0, 8), "habits"));
    expect(others).toEqual([]);
    expect(group?.grown).toMatchObject({ source: "lines", accounts: range(0, 20) });
    expect(group?.core).toMatchObject({ source: "lines", accounts: range(2, 20) });
  });

  it("is not where it is most of them, where lines had found it, or where most of it does not use them", async () => {
    const none = async (first: Candidate, second?: Candidate) =>
      (await gathered(first, second)).map(({ grown }) => [grown.source, grown.accounts]);
    expect((await none(candidate(0, range(2, 11), "habits")))[0]).toEqual(["habits", range(2, 11)]);
    expect((await none(candidate(0, range(0, 8))))[0]).toEqual(["templates", range(0, 8)]);
    expect((await none(candidate(0, [...range(2, 5), ...range(30, 34)], "habits")))[0]?.[0]).toBe("habits");
    const found = [candidate(0, range(2, 8)), candidate(2, range(2, 8), "habits"), users];
    expect(await grownOf(found, {})).toEqual([range(2, 8), range(9, 20)]);
  });
});

describe("single accounts", () => {
  const templates = space(...alike(range(0, 5), 1), ...alike(range(10, 15), 3));
  const convicted = [candidate(0, range(0, 5)), candidate(1, range(10, 15))];
  const withOne = async (features: Readonly<Record<number, number>>): Promise<boolean[]> => {
    const grown = await grownOf(convicted, { templates: new Map([...templates, [99, profile(99, features)]]) });
    return grown.map((accounts) => accounts.includes(99));
  };

  it("join the group that they are most like", async () => {
    expect(await withOne({ 1: 1, 2: 1 })).toEqual([true, false]);
    expect(await withOne({ 1: 3, 2: 3, 3: 4, 4: 4 })).toEqual([false, true]);
    expect(await withOne({ 1: 4, 2: 4, 3: 3, 4: 3 })).toEqual([true, false]);
  });

  it("stay out where they use one of the templates beside much else", async () => {
    expect(await withOne({ 1: 1, 7: 1, 8: 1, 9: 1 })).toEqual([false, false]);
    expect(await withOne({ 7: 1 })).toEqual([false, false]);
  });

  it("stay out where they are hardly like a group whose members are hardly alike", async () => {
    const loose = space(...range(0, 7).map((account) => profile(account, { 1: 1, [100 + account]: 1.5 })));
    const joins = async (features: Readonly<Record<number, number>>): Promise<boolean | undefined> => {
      const withIt = new Map([...loose, [99, profile(99, features)]]);
      return (await grownOf([candidate(0, range(0, 7))], { templates: withIt }))[0]?.includes(99);
    };
    expect(await joins({ 1: 1, 200: 1 })).toBe(true);
    expect(await joins({ 1: 1, 200: 2.5 })).toBe(false);
  });
});

describe("accounts beside a campaign", () => {
  const tie = (to_index: number, request_number: number) => ({ to_index, request_number });

  it("are kept from it by no looser group around it, and join by what they are like", async () => {
    const habits = space(
      ...alike(range(0, 9), 1),
      ...range(20, 29).map((account) => profile(account, { [account]: 1 })),
    );
    const looser = candidate(1, [...range(0, 9), ...range(20, 29)], "habits");
    expect(await grownOf([candidate(0, range(0, 5), "habits"), looser], { habits })).toEqual([range(0, 9)]);
  });

  it("join it if two of their refused requests came again at members, or two of the members' at them", async () => {
    const convicted = [candidate(0, range(0, 5), "habits"), candidate(1, range(10, 15), "habits")];
    const ties = new Map([
      [20, [tie(1, 1), tie(2, 2), tie(11, 3)]],
      [12, [tie(21, 4)]],
      [13, [tie(21, 5)]],
    ]);
    expect(await grownOf(convicted, { ties })).toEqual([
      [...range(0, 5), 20],
      [...range(10, 15), 21],
    ]);
  });

  it("stay out for one request, though it came again and again, and where they are another campaign's", async () => {
    const convicted = [candidate(0, range(0, 5), "habits"), candidate(1, range(10, 15), "habits")];
    const ties = new Map([
      [20, [tie(1, 1), tie(2, 1), tie(3, 1)]],
      [10, [tie(1, 2), tie(2, 3)]],
    ]);
    expect(await grownOf(convicted, { ties })).toEqual([range(0, 5), range(10, 15)]);
  });
});

describe("whatever the groups", () => {
  const account = fc.integer({ min: 0, max: 19 });
  const anySource = fc.constantFrom<Source>("templates", "lines", "habits", "resumptions");
  const anyCandidate = fc.record({
    id: fc.nat(50),
    source: anySource,
    accounts: fc.uniqueArray(account, { minLength: 3, maxLength: 12 }).map((list) => list.sort((a, b) => a - b)),
  });
  const anySpace = fc
    .uniqueArray(fc.tuple(account, fc.uniqueArray(fc.integer({ min: 0, max: 5 }), { minLength: 1, maxLength: 3 })), {
      selector: ([index]) => index,
    })
    .map((entries) =>
      space(
        ...entries.map(([index, features]) =>
          profile(index, Object.fromEntries(features.sort((a, b) => a - b).map((feature) => [feature, 1]))),
        ),
      ),
    );

  const anyTies = fc
    .array(fc.tuple(account, fc.record({ to_index: account, request_number: fc.nat(9) })), { maxLength: 40 })
    .map((handed) => grouped(handed, ([from]) => from))
    .map((groups) => new Map([...groups].map(([from, handed]) => [from, handed.map(([, handover]) => handover)])));

  it("nobody is in two of them, and nobody is lost from the strongest", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(anyCandidate, { maxLength: 6 }),
        anySpace,
        anySpace,
        anyTies,
        async (convicted, templates, habits, ties) => {
          const gathered = await grownOf(convicted, { templates, habits, ties });
          const all = gathered.flat();
          expect(new Set(all).size).toBe(all.length);
          const strongest = convicted[0]?.accounts ?? [];
          expect(gathered[0] ?? []).toEqual(expect.arrayContaining([...strongest]));
          for (const accounts of gathered) {
            expect(accounts).toEqual(accounts.toSorted((a, b) => a - b));
            expect(accounts.length).toBeGreaterThanOrEqual(3);
          }
        },
      ),
    );
  });
});

describe("groups that leads drew attention to", () => {
  const gathered = (convicted: readonly Candidate[], templates: Ways["templates"] = new Map()) =>
    gatherMembers(convicted, { ...noWays, templates });

  it("are the campaign that was found without them, which says so and is judged as it was", async () => {
    const groups = await gathered([
      candidate(0, range(0, 5), "habits"),
      drawn(1, range(1, 4), "one"),
      drawn(2, range(0, 5), "two"),
    ]);
    expect(groups.map(({ grown }) => grown)).toEqual([
      {
        ...candidate(0, range(0, 5), "habits"),
        leads: [
          { id: "one", source: "a" },
          { id: "two", source: "a" },
        ],
      },
    ]);
  });

  it("bring accounts into it that are like its members, and no others", async () => {
    const templates = space(...alike(range(0, 8), 1), ...alike(range(20, 23), 11));
    const [one, two] = await gathered(
      [candidate(0, range(0, 5)), drawn(1, range(5, 8), "one"), drawn(2, range(20, 23), "two")],
      templates,
    );
    expect(one?.grown.accounts).toEqual(range(0, 8));
    expect(two?.grown).toEqual({ ...drawn(2, range(20, 23), "two"), id: 1 });
    expect(two?.core).toEqual(two?.grown);
  });

  it("are one where they overlap, and stand on their own leads where that does not hold", async () => {
    const [group] = await gathered([drawn(0, range(0, 5), "one"), drawn(1, range(0, 3), "two", "one")]);
    expect(group?.grown.leads?.map(({ id }) => id)).toEqual(["one", "two"]);
    expect(group?.core).toEqual(drawn(0, range(0, 5), "one"));
  });
});

describe("groups that other campaigns have let go", () => {
  it("stand by themselves, the strongest first, if most of their accounts are free", () => {
    const left = leftBy(range(0, 9), [
      candidate(7, range(0, 12), "habits"),
      candidate(8, range(8, 14), "habits"),
      candidate(9, range(10, 13)),
      candidate(4, range(20, 22)),
      candidate(5, range(30, 31)),
    ]);
    expect(left).toEqual([candidate(0, range(10, 14), "habits"), candidate(1, range(20, 22))]);
  });

  it("are none where all were taken up", () => {
    expect(leftBy(range(0, 9), [candidate(0, range(0, 5)), candidate(1, range(3, 9), "habits")])).toEqual([]);
  });
});
