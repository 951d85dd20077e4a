import { describe, expect, it } from "vitest";
import { seededRandom } from "../../kit/random.ts";
import { groupCase, honestGroup } from "../observation/observation.case.ts";
import type { GroupCase } from "../observation/observation.case.ts";
import type { Observation } from "../observation/observation.ts";
import { calibrate, nullsFor } from "./cohorts.ts";
import { learnNulls } from "./nulls.ts";

const groupsOf = (count: number, changed: Partial<GroupCase>, seed: number): Observation[] =>
  Array.from({ length: count }, (_, i) => groupCase({ ...honestGroup, ...changed }, seededRandom(100 * seed + i)));

const people = groupsOf(12, { likeness: 40, unattended: 0.3 }, 1);
const programs = groupsOf(12, { likeness: 2, unattended: 1 }, 2);
const newcomers = groupsOf(3, { likeness: 40, ageDays: [2, 20] }, 3);
const groups = [...people, ...programs, ...newcomers];

describe("cohorts", () => {
  it("have what is ordinary for them, and not for others", async () => {
    const calibration = await calibrate(groups);
    const ofPeople = nullsFor(people[0]!, calibration);
    const ofPrograms = nullsFor(programs[0]!, calibration);
    for (const kind of ["stream", "output", "hour"] as const)
      expect(ofPeople.concentration[kind]).toBeGreaterThan(ofPrograms.concentration[kind]);
  });

  it("have the log's while they are small", async () => {
    const calibration = await calibrate(groups);
    expect(nullsFor(newcomers[0]!, calibration)).toEqual(await learnNulls(groups));
  });

  it("are told by tenure, volume, network and client", async () => {
    const calibration = await calibrate(people);
    const group = people[0]!;
    const isOfPeople = (changed: Partial<Observation>): boolean =>
      nullsFor({ ...group, ...changed }, calibration) === nullsFor(group, calibration);
    const members = (change: object): Partial<Observation> => ({
      members: group.members.map((member) => ({ ...member, ...change })),
    });
    expect(isOfPeople({})).toBe(true);
    expect(isOfPeople(members({ facts: null }))).toBe(false);
    expect(isOfPeople(members({ activeDays: 1 }))).toBe(false);
    expect(isOfPeople(members({ harvestTasks: [2, 2], unattendedTasks: 4, activeDays: 20 }))).toBe(false);
    const everybody = group.members.map((_, i) => i);
    expect(isOfPeople({ tokens: [{ kind: "ip", token: "192.0.2.7", members: everybody, accounts: 900 }] })).toBe(false);
  });
});
