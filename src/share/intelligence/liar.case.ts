import { z } from "zod";
import type { Random } from "../../kit/random.ts";
import { dayMs } from "../../kit/time-units.ts";
import { noteOn, opinionOn, revoke } from "../stix/build.ts";
import type { Authorship } from "../stix/build.ts";
import type { StixObject } from "../stix/objects.ts";
import { REMARKS } from "../stix/words.ts";
import { hourMs, inNameOf, madeAt, tell } from "./circle.case.ts";

/** What a liar knows when it is its turn: all that honest members have told, and its own. */
export interface Overheard {
  readonly by: Authorship;
  readonly random: Random;
  readonly others: readonly StixObject[];
  /** What marks the honest members' campaigns, where the liar has heard of it before we did. */
  readonly marks: readonly string[];
  readonly own: readonly StixObject[];
}

export type Lie = (heard: Overheard) => readonly StixObject[];

/** Each is what a member with a valid key can sign and send. */
export const LIES: Readonly<Record<string, Lie>> = {
  /** More leads than anybody can look for, each as sure as can be. */
  flood: ({ by, random }) =>
    Array.from({ length: 8 }, () =>
      tell(by, { lines: [`made up ${random.next()}`], campaign: { confidence: 1 } }),
    ).flat(),
  /** Lines that honest accounts write, and payments that they use. */
  pointAtTheHonest: ({ by }) =>
    tell(by, { lines: ["Dear Sir or Madam", "Translate to French"], payment: ["a school's card"] }),
  /** What others said, under its own name and new ids. */
  copy: ({ by, others }) => {
    const ids = new Map<string, string>(
      others.flatMap(({ id, type }) => (type === "attack-pattern" ? [] : [[id, by.newIdentifier(type)]])),
    );
    const text = JSON.stringify(others).replace(/[a-z-]+--[\da-f-]{36}/g, (id) => ids.get(id) ?? id);
    return inNameOf(by, z.array(z.looseObject({})).parse(JSON.parse(text)));
  },
  /** Another's objects under their very ids. */
  squat: ({ by, others, random }) => inNameOf(by, pickSome(random, others, 60)),
  /** In another's name. */
  impersonate: ({ others, random, by }) => madeAt(by.nowMs, pickSome(random, others, 20)),
  takeBackOthers: ({ others, by, random }) =>
    pickSome(random, others, 20).flatMap((object) =>
      "created_by_ref" in object && object.type !== "extension-definition" ? [revoke(object, by.nowMs)] : [],
    ),
  /** Of two campaigns in one breath, so that they look like one. */
  bridge: ({ by, marks, random }) =>
    tell(by, { payment: [...pickSome(random, marks, 4), `own ${random.next()}`], campaign: { confidence: 1 } }),
  /** Yes and no to everything. */
  contradict: ({ by, others, random }) =>
    pickSome(random, others, 12)
      .filter(({ type }) => type === "campaign" || type === "indicator")
      .flatMap(({ id }) => [
        noteOn([id], random.pick(REMARKS), by),
        opinionOn([id], "strongly-disagree", random.pick(REMARKS), by),
      ]),
  denounce: ({ by, others }) =>
    others
      .filter(({ type }) => type === "campaign")
      .map(({ id }) => noteOn([id], "The accounts behind this were found to be honest.", by)),
  /** The same again after it was taken back, and new versions of what was taken back. */
  takeBackAndSayAgain: ({ own, by, random }) => {
    const said = pickSome(random, own, 30).filter(
      (object) => "created_by_ref" in object && object.type !== "extension-definition",
    );
    return [...said.map((object) => revoke(object, by.nowMs)), ...madeAt(by.nowMs + 1, said)];
  },
  /** As if it had been first, or were always the last. */
  turnTheClock: ({ by, random, marks }) => {
    const shiftMs = random.pick([-500 * dayMs, -30 * dayMs, hourMs, 300 * dayMs]);
    return tell({ ...by, nowMs: by.nowMs + shiftMs }, { payment: pickSome(random, marks, 2) });
  },
  /** Names that it has made up, as if there were many of it. */
  multiply: ({ by, others, random }) => {
    const sybil = { ...by, member: { ...by.member, id: by.newIdentifier("identity"), name: "member-sybil" } };
    const targets = others.filter(({ type }) => type === "campaign").map(({ id }) => id);
    const notes = targets.map((id) => noteOn([id], random.pick(REMARKS), sybil));
    return [sybil.member, ...notes, ...tell(sybil, { lines: ["made up"] })];
  },
};

function pickSome<Item>(random: Random, items: readonly Item[], count: number): Item[] {
  return items.length === 0 ? [] : Array.from({ length: count }, () => random.pick(items));
}
