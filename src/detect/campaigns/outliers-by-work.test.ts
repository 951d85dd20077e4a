import { describe, expect, it } from "vitest";
import { seededRandom } from "../../kit/random.ts";
import { learnNulls } from "../calibration/nulls.ts";
import { groupCase, honestGroups, queueGroup } from "../observation/observation.case.ts";
import type { FeatureKind } from "../observation/count-table.ts";
import type { Observation } from "../observation/observation.ts";
import { outliersOf } from "./outliers.case.ts";
import { formingOutliersOf, outliersOf as outliersOfGrown } from "./outliers.ts";

const nulls = await learnNulls(honestGroups(31));

describe("strangers by what they work on", () => {
  /** One member's counts of a kind stand in other columns than everybody else's, on one half of the tasks or on both. */
  const elsewhere = (
    base: Observation,
    position: number,
    kind: FeatureKind,
    halves: readonly number[],
  ): Observation => {
    const table = base.features[kind];
    const turned = (half: 0 | 1) =>
      table.halves[half].map((row, i) => {
        if (i !== position || !halves.includes(half)) return row;
        // The most frequent counts go where the others have fewest.
        const order = row.map((_, column) => column).sort((a, b) => row[b]! - row[a]! || a - b);
        const moved = row.map(() => 0);
        order.forEach((column, rank) => (moved[column] = row[order[order.length - 1 - rank]!]!));
        return moved;
      });
    return { ...base, features: { ...base.features, [kind]: { ...table, halves: [turned(0), turned(1)] } } };
  };
  const busy = groupCase({ ...queueGroup, tasks: 200 }, seededRandom(2));
  const found = (source: Observation["candidate"]["source"]): Observation => ({
    ...busy,
    candidate: { ...busy.candidate, source },
  });

  it("leave a group that was found by habits", () => {
    expect(outliersOf(found("habits"), nulls)).toEqual([]);
    expect(outliersOf(elsewhere(found("habits"), 6, "topic", [0, 1]), nulls)).toEqual([6]);
  });

  it("stay in a group that was found by its lines, which tell more", () => {
    expect(outliersOf(elsewhere(found("templates"), 6, "topic", [0, 1]), nulls)).toEqual([]);
    expect(outliersOf(elsewhere(found("templates"), 6, "stream", [0, 1]), nulls)).toEqual([6]);
  });

  it("leave users of the same lines if nothing shows that they belong, where it shows of others", () => {
    const seldom = (base: Observation): Observation => {
      const { stream } = base.features;
      const rows = (half: 0 | 1) => stream.halves[half].map((row, i) => (i === 6 ? row.map(() => 0) : row));
      return { ...base, features: { ...base.features, stream: { ...stream, halves: [rows(0), rows(1)] } } };
    };
    expect(outliersOf(found("lines"), nulls)).toEqual([]);
    expect(outliersOf(seldom(found("templates")), nulls)).toEqual([]);
    expect(outliersOf(seldom(found("lines")), nulls)).toEqual([6]);
    const one = { columns: 1, halves: [busy.members.map(() => [9]), busy.members.map(() => [9])] } as const;
    const untold = { ...found("lines"), features: { ...busy.features, stream: one } };
    expect(outliersOf(untold, nulls)).toEqual([]);
  });

  it("stay with users of the same lines of whom hardly one does enough to be shown to belong", () => {
    const random = seededRandom(5);
    const many = groupCase({ ...queueGroup, accounts: 60, tasks: 200 }, random);
    const { stream } = many.features;
    // Of so many accounts as there are new ones every day, each has done a few tasks.
    const fewOf = (row: readonly number[]): number[] => {
      const tasks = row.flatMap((count, column) => Array.from({ length: count }, () => column));
      const own = [random.pick(tasks)];
      return row.map((_, column) => own.filter((task) => task === column).length);
    };
    const withBusy = (busyMembers: number): Observation => {
      const rows = (half: 0 | 1) => stream.halves[half].map((row, i) => (i < busyMembers ? row : fewOf(row)));
      return {
        ...many,
        candidate: { ...many.candidate, source: "lines" },
        features: { ...many.features, stream: { ...stream, halves: [rows(0), rows(1)] } },
      };
    };
    expect(outliersOf(withBusy(1), nulls).length).toBeLessThan(6);
    expect(outliersOf(withBusy(20), nulls).length).toBeGreaterThan(20);
  });

  it("leave for parameters of their own if they were found by words and nothing else speaks for them", () => {
    const core = { source: "habits", accounts: busy.members.map(({ index }) => index) } as const;
    const own = elsewhere(found("habits"), 6, "params", [0, 1]);
    const silent = { columns: 1, halves: [own.members.map(() => [9]), own.members.map(() => [9])] } as const;
    const mute = {
      ...own,
      features: { ...own.features, stream: silent, topic: silent, output: silent, intent: silent },
    };
    expect(outliersOfGrown(own, nulls, core)).toEqual([]);
    expect(outliersOfGrown(mute, nulls, core)).toEqual([6]);
    expect(outliersOfGrown(mute, nulls, { ...core, source: "templates" })).toEqual([]);
  });

  it("are let go later where they were convicted with a group of words: they have passed once", () => {
    /** Some of the member's topics are as everybody's, the rest are not. */
    const partly = (source: "habits" | "templates", share: number): Observation => {
      const kind = source === "habits" ? "topic" : "stream";
      const [own, foreign] = [found(source), elsewhere(found(source), 6, kind, [0, 1])].map(
        (one) => one.features[kind],
      );
      const mix = (half: 0 | 1) =>
        own!.halves[half].map((row, i) =>
          row.map((count, column) => Math.round((1 - share) * count + share * foreign!.halves[half][i]![column]!)),
        );
      return {
        ...found(source),
        features: { ...found(source).features, [kind]: { ...own!, halves: [mix(0), mix(1)] } },
      };
    };
    const shares = Array.from({ length: 101 }, (_, i) => i / 100);
    const leavesFrom = (source: "habits" | "templates", core: readonly number[]) =>
      shares.find((share) => outliersOfGrown(partly(source, share), nulls, { source, accounts: core }).join() === "6")!;
    const everybody = busy.members.map(({ index }) => index);
    expect(leavesFrom("habits", everybody)).toBeGreaterThan(leavesFrom("habits", []));
    expect(leavesFrom("habits", everybody)).toBeLessThan(1);
    expect(leavesFrom("templates", everybody)).toBe(leavesFrom("templates", []));
  });

  it("are told from the core of a candidate by the forming half alone", () => {
    expect(formingOutliersOf(elsewhere(found("habits"), 6, "topic", [0]), nulls)).toEqual([6]);
    expect(formingOutliersOf(elsewhere(found("habits"), 6, "topic", [1]), nulls)).toEqual([]);
  });

  it("can't be told in a group of three", () => {
    const three = groupCase({ ...queueGroup, accounts: 3, tasks: 200 }, seededRandom(2));
    expect(outliersOf(elsewhere(three, 1, "stream", [0, 1]), nulls)).toEqual([]);
  });

  it("are few in ordinary groups, whose members all differ", () => {
    const ordinary = honestGroups(77, 20).map((honest): Observation => ({
      ...honest,
      candidate: { ...honest.candidate, source: "habits" },
    }));
    const strangers = ordinary.reduce((sum, honest) => sum + formingOutliersOf(honest, nulls).length, 0);
    const members = ordinary.reduce((sum, honest) => sum + honest.members.length, 0);
    expect(strangers / members).toBeLessThan(0.05);
  });
});
