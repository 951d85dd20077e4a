import { describe, expect, it } from "vitest";
import { seededRandom } from "../../kit/random.ts";
import { learnNulls } from "../calibration/nulls.ts";
import { groupCase, honestGroup, honestGroups, queueGroup } from "../observation/observation.case.ts";
import type { Nulls } from "../calibration/nulls.ts";
import type { Finding } from "../family.ts";
import { judgeTwins, likenessLogE } from "./twins.ts";

const nulls = await learnNulls(honestGroups(4));

describe("twins", () => {
  it("speak for accounts that are samples of one source", () => {
    const finding = judgeTwins(groupCase(queueGroup, seededRandom(1)), nulls);
    expect(finding.logE).toBeGreaterThan(2);
    expect(finding.evidence[0]).toMatchObject({ signal: "twins", accounts: 20, against: false });
  });

  it("say nothing where there is little data", () => {
    expect(judgeTwins(groupCase({ ...queueGroup, tasks: 2, loadSpread: 0 }, seededRandom(5)), nulls).logE).toBeLessThan(
      1.5,
    );
  });

  it("speak against customers who differ", () => {
    const finding = judgeTwins(groupCase({ ...honestGroup, likeness: 1, tasks: 80 }, seededRandom(6)), nulls);
    expect(finding.logE).toBeLessThan(0);
    expect(finding.evidence.some((item) => item.against)).toBe(true);
  });

  it("are known by their work, though each has parameters and a model of its own", () => {
    const [queue, own] = [queueGroup, { ...queueGroup, likeness: 0.3 }].map((group) =>
      groupCase(group, seededRandom(8)),
    );
    const { params, model, output } = own!.features;
    const disguised = judgeTwins({ ...queue!, features: { ...queue!.features, params, model } }, nulls);
    expect(disguised.logE).toBeGreaterThan(3);
    expect(disguised.evidence.find(({ against }) => against)?.summary).toMatch(/differ in their (models|parameters)/);
    // Answers of lengths of its own are work of its own.
    expect(judgeTwins({ ...queue!, features: { ...queue!.features, params, model, output } }, nulls).logE).toBeLessThan(
      2,
    );
  });

  it("can tell nothing of a feature that the log does not carry", () => {
    const group = groupCase(queueGroup, seededRandom(7));
    const blank = { columns: 1, halves: [group.members.map(() => [0]), group.members.map(() => [0])] } as const;
    const features = {
      stream: blank,
      topic: blank,
      params: blank,
      model: blank,
      output: blank,
      hour: blank,
      intent: blank,
      release: blank,
    };
    expect(judgeTwins({ ...group, features }, nulls)).toEqual({ family: "twins", logE: 0, evidence: [] });
  });
});

/** The nulls as they would be if the members of ordinary groups had this concentration in everything. */
const nullsAt = (value: number): Nulls => ({
  concentration: {
    stream: value,
    model: value,
    params: value,
    output: value,
    hour: value,
    topic: value,
    intent: value,
    release: value,
  },
  loadSpread: 1,
});

describe("likeness", () => {
  const judged = (likeness: number, ordinary: number, seeds = 40, whole?: true): Finding[] =>
    Array.from({ length: seeds }, (_, i) => {
      const group = groupCase({ ...honestGroup, likeness }, seededRandom(`likeness/${i}`));
      const candidate = whole ? { ...group.candidate, whole } : group.candidate;
      return judgeTwins({ ...group, candidate }, nullsAt(ordinary));
    });

  it.each([4, 7.5, 20])("that is ordinary says nothing, at a concentration of %s", (ordinary) => {
    const findings = judged(ordinary, ordinary);
    for (const { logE } of findings) expect(Math.abs(logE)).toBeLessThan(0.5);
    const told = findings.filter(({ evidence }) => evidence.some((item) => !item.against));
    expect(told.length).toBeLessThanOrEqual(1);
  });

  it("keeps its word as an e-value: in ordinary groups its mean is about one at most", () => {
    for (const ordinary of [2, 20]) {
      const values = judged(ordinary, ordinary, 80).map(({ logE }) => 10 ** logE);
      expect(values.reduce((sum, value) => sum + value, 0) / values.length).toBeLessThan(1.1);
    }
  });

  it("keeps it where both halves judge, and sees what the second half alone does not show", () => {
    for (const ordinary of [2, 20]) {
      const values = judged(ordinary, ordinary, 80, true).map(({ logE }) => 10 ** logE);
      expect(values.reduce((sum, value) => sum + value, 0) / values.length).toBeLessThan(1.1);
    }
    const group = groupCase({ ...queueGroup, tasks: 40 }, seededRandom("forming half"));
    const { columns, halves } = group.features.stream;
    const silent = halves[1].map((row) => row.map(() => 0));
    const early = {
      ...group,
      features: { ...group.features, stream: { columns, halves: [halves[0], silent] as const } },
    };
    expect(likenessLogE(early, nullsAt(4), "stream")).toBeNull();
    expect(
      likenessLogE({ ...early, candidate: { ...early.candidate, whole: true } }, nullsAt(4), "stream"),
    ).toBeGreaterThan(0);
  });

  it("below the ordinary speaks against a queue, and is told", () => {
    for (const { logE, evidence } of judged(0.7, 7.5)) {
      expect(logE).toBeLessThan(0);
      expect(evidence.map((item) => item.against)).toEqual([true]);
    }
    for (let i = 0; i < 20; i++) {
      const group = groupCase({ ...honestGroup, likeness: 0.7 }, seededRandom(`likeness/${i}`));
      expect(likenessLogE(group, nullsAt(7.5), "stream")).toBeLessThan(-1);
    }
  });

  it("above the ordinary speaks for one, the more the further above", () => {
    const median = (likeness: number): number => {
      const logs = judged(likeness, 7.5, 30).map(({ logE }) => logE);
      return logs.sort((a, b) => a - b)[15]!;
    };
    const [little, much] = [median(25), median(2000)];
    expect(little).toBeGreaterThan(1);
    expect(much).toBeGreaterThan(little);
  });

  it("can be told of nobody but three accounts and more", () => {
    const few = groupCase({ ...queueGroup, accounts: 2 }, seededRandom(1));
    expect(judgeTwins(few, nullsAt(4))).toEqual({ family: "twins", logE: 0, evidence: [] });
  });
});
