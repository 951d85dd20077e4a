import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { dayMs } from "../../kit/time-units.ts";
import { noteOn, opinionOn } from "../stix/build.ts";
import { stixObjectSchema } from "../stix/objects.ts";
import type { Opinion, Remark } from "../stix/words.ts";
import { hourMs, idOf, inNameOf, memberOf, saidBy, startMs, tell } from "./circle.case.ts";
import { joinStatements } from "./clusters.ts";
import { consensusOf, detectorsOf } from "./consensus.ts";
import type { Consensus } from "./consensus.ts";
import { reactionsOf } from "./reactions.ts";
import type { Said } from "./said.ts";
import { statementsOf } from "./statements.ts";

const SAW = "Seen here too, by own evidence.";
const ABSENT = "Looked for and not found here.";
const HONEST = "The accounts behind this were found to be honest.";
const APPEAL = "An appeal against action on this was upheld.";
const REPEATS = "This repeats what another object says.";

const nameOf = new Map<string, string>(
  ["us", "a", "b", "c", "d", "e", "h"].map((name) => [memberOf(name).member.id, name]),
);

const bundles = new Map<string, Said[]>();
/** A campaign that each of these says it has seen, with a part of its own. */
const seen = (name: string, hour = 0): Said[] => {
  const known = bundles.get(`${name}${hour}`);
  if (known !== undefined) return known;
  const by = memberOf(name, startMs + hour * hourMs);
  const said = saidBy(by, tell(by, { payment: ["card", `card of ${name}`], campaign: { confidence: 0.5 } }));
  bundles.set(`${name}${hour}`, said);
  return said;
};
const told = seen("a");
const target = idOf(
  told.map(({ object }) => object),
  "campaign",
);
const remark = (name: string, content: Remark, hour = 1, on = target): Said[] => {
  const by = memberOf(name, startMs + hour * hourMs);
  return saidBy(by, [noteOn([on], content, by)]);
};

function consensus(said: readonly Said[], nowMs = startMs + hourMs): Consensus {
  const ordered = said.toSorted((one, other) => one.firstMs - other.firstMs);
  const statements = statementsOf(ordered);
  const [cluster] = joinStatements(statements);
  if (cluster === undefined) throw new Error("nothing was said");
  return consensusOf(cluster, reactionsOf(ordered), detectorsOf(statements), memberOf("us").member.id, nowMs);
}
const names = (ids: readonly string[]): string => ids.map((id) => nameOf.get(id)).join("");

/** As found by another detector. */
const byOther = (said: readonly Said[], version: string): Said[] =>
  said.map((one) => {
    const text = JSON.stringify(one.object).replace(
      /"name":"stillwatch","version":"[\d.]+"/,
      `"name":"other","version":"${version}"`,
    );
    return { ...one, object: stixObjectSchema.parse(JSON.parse(text)) };
  });

describe("independent ones", () => {
  test("are worth one each; with the same detector less, and never four", () => {
    const worth = (count: number): number =>
      consensus(["a", "b", "c", "d", "e", "f"].slice(0, count).flatMap((name) => seen(name))).independent;
    expect(worth(1)).toBeCloseTo(1);
    expect(worth(2)).toBeCloseTo(1.6);
    expect(worth(3)).toBeCloseTo(2);
    expect(worth(6)).toBeLessThan(4);
    const others = consensus([...told, ...byOther(seen("b"), "1.0.0"), ...byOther(seen("c"), "2.0.0")]);
    expect(others.independent).toBeCloseTo(3);
    expect(others.confidence).toBeCloseTo(1 - 0.5 ** 3, 1);
  });

  test("are members, whatever the number of their statements and remarks", () => {
    const once = consensus([...told, ...seen("b")]);
    const often = consensus([...told, ...seen("b"), ...seen("b", 1), ...remark("b", SAW), ...remark("b", SAW, 1)]);
    expect(often.independent).toBe(once.independent);
    expect(often.confidence).toBeCloseTo(once.confidence, 2);
  });

  test("are not those who repeat; a member says so of itself and of nobody else", () => {
    const by = memberOf("b", startMs + hourMs);
    const copy = saidBy(by, tell(by, { payment: ["card", "card of a"] }));
    expect(consensus([...told, ...copy])).toMatchObject({ independent: 1, repeats: [by.member.id] });
    expect(consensus([...told, ...remark("b", REPEATS)])).toMatchObject({ independent: 1, repeats: [] });
    expect(names(consensus([...told, ...seen("b"), ...remark("a", REPEATS)]).repeats)).toBe("a");
  });

  test("are also those who only say that they have seen it; but nobody bears himself out", () => {
    const { saw, independent, confidence } = consensus([...told, ...remark("b", SAW), ...remark("a", SAW)]);
    expect(names(saw)).toBe("ab");
    expect(independent).toBeCloseTo(1.6);
    expect(confidence).toBeLessThan(consensus([...told, ...seen("b")]).confidence);
  });

  test("an opinion without a reason is no evidence; it is shown, a member's last one", () => {
    const bare = (name: string, hour: number, opinion: Opinion): Said[] => {
      const by = memberOf(name, startMs + hour * hourMs);
      return saidBy(by, [opinionOn([target], opinion, null, by)]);
    };
    const before = consensus([...told, ...seen("e")], startMs + 3 * hourMs);
    const opinions = [
      bare("b", 1, "strongly-agree"),
      bare("b", 2, "disagree"),
      bare("c", 1, "agree"),
      bare("d", 1, "disagree"),
      bare("d", 2, "neutral"),
      bare("e", 1, "strongly-disagree"),
    ];
    const after = consensus([...told, ...seen("e"), ...opinions.flat()], startMs + 3 * hourMs);
    expect({ ...after, agree: [], disagree: [] }).toEqual(before);
    expect([names(after.agree), names(after.disagree)]).toEqual(["c", "be"]);
  });
});

describe("confidence", () => {
  test("alone is one half at most, and half of that after fifteen days of silence", () => {
    const by = memberOf("a");
    const sure = saidBy(by, tell(by, { payment: ["card"], campaign: { confidence: 1 } }));
    expect(consensus(sure, startMs).confidence).toBe(0.5);
    expect(consensus(sure, startMs + 15 * dayMs).confidence).toBeCloseTo(0.25);
  });
});

describe("members who disagree", () => {
  const withheld = (...said: Said[][]): number => consensus([...told, ...said.flat()]).withheld.length;

  test("that it was not found elsewhere says nothing against it", () => {
    const all = consensus([...told, ...["b", "c", "d"].flatMap((name) => remark(name, ABSENT))]);
    expect(all).toMatchObject({ withheld: [], independent: 1 });
    expect(names(all.absent)).toBe("bcd");
  });

  test("one alone stops nothing, two stop what one says, and nothing that more have seen", () => {
    expect(withheld(remark("b", HONEST), remark("b", APPEAL))).toBe(0);
    expect(withheld(remark("b", HONEST), remark("c", APPEAL))).toBe(1);
    expect(withheld(seen("d"), seen("e"), remark("b", HONEST), remark("c", HONEST))).toBe(0);
    expect(names(consensus([...told, ...remark("b", HONEST)]).honest)).toBe("b");
  });

  test("what we found honest ourselves stops at once, and only what it is about", () => {
    const { withheld: stopped } = consensus([...told, ...seen("b"), ...remark("us", HONEST)]);
    expect(stopped.map(({ member }) => nameOf.get(member))).toEqual(["a"]);
  });

  test("the last word counts, of its member", () => {
    expect(withheld(remark("b", HONEST), remark("c", HONEST), remark("c", ABSENT, 2))).toBe(0);
    expect(names(consensus([...told, ...seen("b"), ...remark("b", HONEST, 2)]).honest)).toBe("b");
  });

  test("who takes another's id for his own does not get its reactions", () => {
    const thief = memberOf("b", startMs + 1);
    // Without its sighting: that would be a word of its own on the campaign.
    const stolen = inNameOf(
      thief,
      told.map(({ object }) => object).filter(({ type }) => type !== "sighting"),
    );
    const { saw, withheld: stopped } = consensus([
      ...told,
      ...saidBy(thief, stolen),
      ...remark("c", HONEST),
      ...remark("d", HONEST),
    ]);
    expect(names(saw)).toBe("a");
    expect(stopped.map(({ member }) => nameOf.get(member))).toEqual(["a"]);
  });
});

test("one member, whatever it says, takes nothing from what others agree on, adds at most one of them, and stops nothing", () => {
  const word = fc.record({
    content: fc.constantFrom<Remark>(SAW, ABSENT, HONEST, APPEAL, REPEATS),
    hour: fc.integer({ min: 0, max: 5 }),
  });
  const some = fc.uniqueArray(fc.constantFrom("b", "c", "d", "e"), { maxLength: 4 });
  fc.assert(
    fc.property(some, fc.array(word, { maxLength: 6 }), fc.boolean(), (others, words, states) => {
      const honest = [...told, ...others.flatMap((name) => seen(name))];
      const lies = [
        ...(states ? seen("h", 3) : []),
        ...words.flatMap(({ content, hour }) => remark("h", content, hour)),
      ];
      const nowMs = startMs + 6 * hourMs;
      const [before, after] = [consensus(honest, nowMs), consensus([...honest, ...lies], nowMs)];
      expect(after.independent).toBeGreaterThanOrEqual(before.independent - 1e-9);
      expect(after.independent).toBeLessThanOrEqual(before.independent + 1);
      expect(after.confidence).toBeGreaterThanOrEqual(before.confidence - 1e-9);
      expect(1 - after.confidence).toBeGreaterThanOrEqual((1 - before.confidence) / 2);
      expect(after.withheld).toEqual([]);
    }),
    { numRuns: 60 },
  );
});
