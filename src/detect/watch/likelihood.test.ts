import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { seededRandom } from "../../kit/random.ts";
import { isMember, marksLogE, sumOf } from "./likelihood.ts";
import type { CampaignMarks, Shown } from "./likelihood.ts";

/** A campaign of 50 whose templates some strangers use one of, among 9,950 others. */
const marks: CampaignMarks = {
  members: 50,
  others: 9_950,
  membersByTemplates: [50, 50, 48, 40],
  othersByTemplates: [9_950, 12, 0, 0],
  membersResumed: 30,
  othersResumed: 0,
  membersTraced: 35,
  othersTraced: 1,
};
const nothing: Shown = { templates: 0, resumed: false, traced: null };
const joins = (shown: Partial<Shown>, of = marks): boolean => isMember(of, marksLogE(of, { ...nothing, ...shown }));

describe("a newcomer", () => {
  it("joins by two families of what marks the campaign", () => {
    expect(joins({ templates: 1, traced: "identity" })).toBe(true);
    expect(joins({ templates: 2, resumed: true })).toBe(true);
  });

  it("does not join by its templates alone, nor by what it shares with a member alone", () => {
    expect(joins({ templates: 1 })).toBe(false);
    expect(joins({ templates: 3 })).toBe(false);
    expect(joins({ traced: "identity" })).toBe(false);
  });

  it("does not join by one template and the address of a place where it may have been passed around", () => {
    expect(joins({ templates: 1, traced: "address" })).toBe(false);
    expect(joins({ templates: 2, traced: "address" })).toBe(true);
  });

  it("does not join by marks that strangers have as well", () => {
    const common = { ...marks, othersByTemplates: [9_950, 900, 300, 0], othersTraced: 400 };
    expect(joins({ templates: 1, traced: "identity" }, common)).toBe(false);
  });

  it("does not join by marks that members do not have", () => {
    expect(joins({ templates: 1, resumed: true }, { ...marks, membersResumed: 0, membersByTemplates: [50, 0] })).toBe(
      false,
    );
  });

  it("loses half at most by what it has not shown yet", () => {
    const { partition, ...bets } = marksLogE(marks, nothing);
    expect(partition).toBe(0);
    for (const logE of Object.values(bets)) {
      expect(logE).toBeLessThan(0);
      expect(logE).toBeGreaterThanOrEqual(Math.log10(1 / 2));
    }
  });

  it("weighs more templates more, and never less than the strangers there are allow", () => {
    const logE = (templates: number): number => marksLogE(marks, { ...nothing, templates }).partition;
    expect(logE(2)).toBeGreaterThan(logE(1));
    expect(logE(3)).toBeGreaterThan(logE(2));
    expect(logE(1)).toBeLessThan(Math.log10(9_951 / 13));
  });
});

/** Marks as a campaign may have them: each level is reached by some of those who reached the one before. */
const anyMarks: fc.Arbitrary<CampaignMarks> = fc
  .record({
    members: fc.integer({ min: 5, max: 200 }),
    others: fc.integer({ min: 50, max: 100_000 }),
    membersSteps: fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 12 }),
    othersSteps: fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 6 }),
    shares: fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 4, maxLength: 4 }),
  })
  .map(({ members, others, membersSteps, othersSteps, shares: [resumed = 0, traced = 0, again = 0, held = 0] }) => ({
    members,
    others,
    membersByTemplates: falling(members, membersSteps),
    othersByTemplates: falling(others, othersSteps),
    membersResumed: Math.floor(members * resumed),
    othersResumed: Math.floor(others * again ** 4),
    membersTraced: Math.floor(members * traced),
    othersTraced: Math.floor(others * held ** 4),
  }));

function falling(all: number, steps: readonly number[]): number[] {
  const counts = [all];
  for (const step of steps) counts.push(Math.floor(counts.at(-1)! * step));
  return counts;
}

/** How likely a stranger is to come so far and no farther, by the shares that the evidence goes by. */
function strangersWho({ others, othersByTemplates, othersResumed, othersTraced }: CampaignMarks) {
  const seen = (at: number): number => othersByTemplates[at] ?? 0;
  const atLeast = [1, (seen(1) + 1) / (others + 1)];
  for (let at = 2; at <= 16; at++) atLeast.push((atLeast[at - 1]! * (seen(at) + 1)) / (seen(at - 1) + 2));
  const once = (some: number) => (shown: boolean) =>
    shown ? (some + 1) / (others + 1) : (others - some) / (others + 1);
  return {
    templates: atLeast.map((share, at) => share - (atLeast[at + 1] ?? 0)),
    resumed: once(othersResumed),
    traced: once(othersTraced),
  };
}

/** The marks of a campaign whose members all show all of its templates, as they are learnt of these strangers. */
function learntOf(strangers: readonly Shown[]): CampaignMarks {
  const count = (holds: (shown: Shown) => boolean): number => strangers.filter(holds).length;
  return {
    ...marks,
    others: strangers.length,
    membersByTemplates: Array.from({ length: 12 }, () => 50),
    othersByTemplates: Array.from({ length: 12 }, (_, at) => count(({ templates }) => templates >= at)),
    othersResumed: count(({ resumed }) => resumed),
    othersTraced: count(({ traced }) => traced !== null),
  };
}

describe("the evidence on a stranger", () => {
  it("comes to c for one in c at most at any time, where what it shows is independent", () => {
    fc.assert(
      fc.property(anyMarks, (given) => {
        const reached = strangersWho(given);
        const all = reached.templates.flatMap((chance, templates) =>
          [true, false].flatMap((resumed) =>
            [true, false].map((traced) => ({
              chance: chance * reached.resumed(resumed) * reached.traced(traced),
              value: 10 ** sumOf(marksLogE(given, { templates, resumed, traced: traced ? "identity" : null })),
            })),
          ),
        );
        expect(all.reduce((sum, { chance }) => sum + chance, 0)).toBeCloseTo(1);
        for (const { value: c } of all) {
          const chanceOfC = all.reduce((sum, { chance, value }) => (value >= c ? sum + chance : sum), 0);
          expect(chanceOfC * c).toBeLessThanOrEqual(1 + 1e-9);
        }
      }),
    );
  });

  it("only grows as it goes on", () => {
    const step = fc.record({ templates: fc.nat(3), resumed: fc.boolean(), traced: fc.boolean() });
    fc.assert(
      fc.property(anyMarks, fc.array(step, { maxLength: 20 }), (given, steps) => {
        let shown = nothing;
        let last = sumOf(marksLogE(given, shown));
        for (const { templates, resumed, traced } of steps) {
          shown = {
            templates: shown.templates + templates,
            resumed: shown.resumed || resumed,
            traced: shown.traced ?? (traced ? "identity" : null),
          };
          const sum = sumOf(marksLogE(given, shown));
          expect(sum).toBeGreaterThanOrEqual(last - 1e-9);
          last = sum;
        }
      }),
    );
  });

  it("draws in fewer than the strangers that a campaign may have, who are looked at after every exchange", () => {
    // Strangers whose use of the templates has a long tail; marks are learnt from other strangers than those who come.
    const random = seededRandom("strangers");
    const draw = (): Shown => {
      let templates = 0;
      if (random.next() < 0.02) for (templates = 1; random.next() < 0.6;) templates++;
      return {
        templates,
        resumed: random.next() < 0.01,
        traced: random.next() < 0.01 ? "identity" : null,
      };
    };
    const campaigns = 200;
    const others = 1_000;
    const newcomers = 1_000;
    let joined = 0;
    let withoutFamilies = 0;
    for (let campaign = 0; campaign < campaigns; campaign++) {
      const learnt = learntOf(Array.from({ length: others }, draw));
      for (let newcomer = 0; newcomer < newcomers; newcomer++) {
        const shown = draw();
        const logE = marksLogE(learnt, shown);
        if (isMember(learnt, logE)) joined++;
        if (sumOf(logE) >= 2) withoutFamilies++;
      }
    }
    // One in ten a campaign at most; and that there is something to hold back is seen at a lower bar, one in a hundred.
    expect(joined).toBeLessThanOrEqual(0.1 * campaigns);
    expect(withoutFamilies).toBeGreaterThan(0);
    expect(withoutFamilies).toBeLessThanOrEqual(0.01 * campaigns * newcomers);
  });

  it("draws in no more of them where the marks are learnt anew at each look, from what was seen by the look before", () => {
    const random = seededRandom("looks");
    const looks = 24;
    const others = 1_000;
    const campaigns = 60;
    /** When a stranger shows what, in looks: as they come, over the window. */
    const draw = () => {
      const uses = random.next() < 0.04 ? Math.ceil(Math.log(random.next()) / Math.log(0.6)) : 0;
      const at = (chance: number): number =>
        random.next() < chance ? looks * random.next() : Number.POSITIVE_INFINITY;
      return { templatesAt: Array.from({ length: uses }, () => at(1)), resumedAt: at(0.02), tracedAt: at(0.02) };
    };
    type Stranger = ReturnType<typeof draw>;
    const shownBy = ({ templatesAt, resumedAt, tracedAt }: Stranger, look: number): Shown => ({
      templates: templatesAt.filter((at) => at <= look).length,
      resumed: resumedAt <= look,
      traced: tracedAt <= look ? "identity" : null,
    });
    let joined = 0;
    let withoutFamilies = 0;
    for (let campaign = 0; campaign < campaigns; campaign++) {
      const strangers = Array.from({ length: others }, draw);
      const drawnIn = new Set<number>();
      const told = new Set<number>();
      // From the middle of the window on: what was seen by the look before is most of what there is, as where a campaign was found.
      for (let look = looks / 2; look <= looks; look++) {
        const learnt = learntOf(strangers.map((stranger) => shownBy(stranger, look - 1)));
        for (const [i, stranger] of strangers.entries()) {
          const logE = marksLogE(learnt, shownBy(stranger, look));
          if (isMember(learnt, logE)) drawnIn.add(i);
          if (sumOf(logE) >= 2) told.add(i);
        }
      }
      joined += drawnIn.size;
      withoutFamilies += told.size;
    }
    expect(joined).toBeLessThanOrEqual(0.1 * campaigns);
    expect(withoutFamilies).toBeGreaterThan(0);
    expect(withoutFamilies).toBeLessThanOrEqual(0.01 * campaigns * others);
  });
});
