import { describe, expect, it } from "vitest";
import { readIntentPack } from "../../ingest/intent/pack.ts";
import { tellingIntents } from "../intent/intent.ts";
import { accountNames, withDetectLog } from "../log.case.ts";
import type { Candidate, Source } from "./candidate.ts";
import { screen } from "./screen.ts";
import { tradeLog } from "./trades.case.ts";

/** Taken from the patterns' own cases. */
const grading = "You are an impartial judge. Decide which of the two assistants helped the user more.";
const translating = "Translate each dataset record into French and leave the keys alone.";

const trades = [
  { name: "plain", accounts: 4, tasks: 40 },
  { name: "grading", accounts: 4, tasks: 40, purpose: grading },
  { name: "sampling", accounts: 4, tasks: 40, samples: 3 },
  { name: "translating", accounts: 4, tasks: 40, purpose: translating },
];

describe("the screen", () => {
  it("drops groups of words that neither ask for training material nor sample, and no other group", async () => {
    const intents = readIntentPack().pack;
    await withDetectLog({ asked: trades.flatMap(tradeLog), intents }, async ({ store, indexOf }) => {
      const groups = (source: Source): Candidate[] =>
        trades.map(({ name }, id) => ({ id, source, accounts: accountNames(name, 4).map(indexOf) }));
      const telling = tellingIntents(intents.intents);
      const kept = async (source: Source, mask = telling): Promise<string[]> =>
        (await screen(store, groups(source), mask)).map(({ id }) => trades[id]!.name);
      expect(await kept("habits")).toEqual(["grading", "sampling"]);
      expect(await kept("templates")).toEqual(trades.map(({ name }) => name));
      expect(await kept("resumptions")).toEqual(trades.map(({ name }) => name));
      // Where no intent tells, what is left is sampling.
      expect(await kept("habits", 0)).toEqual(["sampling"]);
      expect(await screen(store, [], telling)).toEqual([]);
    });
  });

  it("goes by a group's average member", async () => {
    const mixed = [
      { name: "sampler", accounts: 3, tasks: 40, samples: 2 },
      { name: "other", accounts: 40, tasks: 10 },
    ];
    await withDetectLog({ asked: mixed.flatMap(tradeLog) }, async ({ store, indexOf }) => {
      const [samplers, others] = mixed.map(({ name, accounts }) => accountNames(name, accounts).map(indexOf));
      const group = (ids: readonly number[] = []): Candidate => ({ id: 0, source: "habits", accounts: ids });
      const few = group([...(samplers ?? []), ...(others ?? []).slice(0, 12)]);
      const fewer = group([...(samplers ?? []), ...(others ?? [])]);
      expect(await screen(store, [few, fewer], 1)).toEqual([few]);
    });
  });
});
