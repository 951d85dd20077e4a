import { expect, it } from "vitest";
import type { Truth } from "../../src/model/truth.ts";
import type { AccountLog } from "./account-log.ts";
import type { Rival, Suspect } from "./rival.ts";
import { tuningOf } from "./tune.ts";

const truth: readonly Truth[] = [
  ...Array.from({ length: 10 }, (_, i): Truth => ({
    account: `bad-${i}`,
    label: "distiller",
    campaign: "c",
    class: "campaign",
  })),
  ...Array.from({ length: 100 }, (_, i): Truth => ({ account: `good-${i}`, label: "honest", class: "casual" })),
];

/** Flags as many distillers and honest accounts as it is told to. */
const scripted = (grid: readonly { found: number; wrong: number }[]): Rival<{ found: number; wrong: number }> => ({
  name: "scripted",
  source: "this test",
  grid,
  open:
    () =>
    async ({ found, wrong }) =>
      new Map<string, Suspect>(
        [
          ...Array.from({ length: found }, (_, i) => `bad-${i}`),
          ...Array.from({ length: wrong }, (_, i) => `good-${i}`),
        ].map((account) => [account, { score: 1, cluster: null }]),
      ),
});

const refuse = (): never => {
  throw new Error("a scripted rival reads no log");
};
const log: AccountLog = {
  store: {
    embedded: true,
    memoryBytesMax: 0,
    rows: refuse,
    stream: refuse,
    run: refuse,
    insert: refuse,
    runWatched: refuse,
    close: refuse,
  },
  accounts: [],
};

async function chosen(grid: readonly { found: number; wrong: number }[]): Promise<unknown[]> {
  const tuning = tuningOf(scripted(grid));
  await tuning.tryAll(log, truth);
  return tuning.choose().map(({ tunedFor, parameters }) => ({ tunedFor, parameters }));
}

it("takes the best F1, and the best recall of those that spare honest accounts", async () => {
  const loud = { found: 9, wrong: 1 };
  const quiet = { found: 6, wrong: 0 };
  expect(await chosen([{ found: 10, wrong: 90 }, loud, { found: 5, wrong: 0 }, quiet])).toEqual([
    { tunedFor: ["F1"], parameters: loud },
    { tunedFor: ["1 in 1,000"], parameters: quiet },
  ]);
});

it("gives one contestant where both choices agree", async () => {
  const parameters = { found: 10, wrong: 0 };
  expect(await chosen([{ found: 10, wrong: 3 }, parameters])).toEqual([{ tunedFor: ["F1", "1 in 1,000"], parameters }]);
});

it("takes what flags fewest where every setting flags too many", async () => {
  const few = { found: 1, wrong: 2 };
  expect((await chosen([{ found: 10, wrong: 5 }, few])).at(-1)).toEqual({ tunedFor: ["1 in 1,000"], parameters: few });
});
