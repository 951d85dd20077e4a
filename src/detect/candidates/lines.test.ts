import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { seededRandom } from "../../kit/random.ts";
import { readIntentPack } from "../../ingest/intent/pack.ts";
import { tellingIntents } from "../intent/intent.ts";
import { nothingShared, withDetectLog } from "../log.case.ts";
import { formCandidates } from "./candidates.ts";
import type { Candidate } from "./candidate.ts";
import { tellingTokens } from "./screen.ts";
import { rowsOf, transposed } from "./shared-tokens.ts";
import type { SharedTokens } from "./shared-tokens.ts";
import { shareTokens } from "./tokens.ts";

type Use = readonly [account: number, token: number, tasks: number];

function sharedTokens(accounts: number, tokens: number, uses: readonly Use[]): SharedTokens {
  const sorted = [...uses].sort(([a, s], [b, t]) => a - b || s - t);
  const accountsByToken = new Uint32Array(tokens);
  for (const [, token] of sorted) accountsByToken[token]! += 1;
  return {
    accounts,
    population: accounts,
    accountsByToken,
    account: Uint32Array.from(sorted, ([account]) => account),
    token: Uint32Array.from(sorted, ([, token]) => token),
    tasks: Uint32Array.from(sorted, ([, , tasks]) => tasks),
  };
}

/** Lines of one queue, two of which each of its accounts uses now and then. */
const queueLines = [0, 1, 2, 3, 4, 5];
const queue = Array.from({ length: 20 }, (_, account) => account);
const circles = 40;

/**
 * Twenty accounts work off a queue, and each is besides in a circle of its own: three customers that use the circle's lines all
 * day. So an account is far more like the others of its circle than like those who share in the queue.
 */
const diluted = sharedTokens(
  20 + 3 * circles,
  queueLines.length + 4 * circles,
  Array.from({ length: circles }, (_, circle): Use[] => {
    const lines = [0, 1, 2, 3].map((i) => queueLines.length + 4 * circle + i);
    const others = [0, 1, 2].map((i) => 20 + 3 * circle + i);
    const members = circle < queue.length ? [circle, ...others] : others;
    return members.flatMap((account) => lines.map((line): Use => [account, line, 30]));
  })
    .flat()
    .concat(
      queue.flatMap((account) =>
        [account, account + 1, account + 3].map((i): Use => [account, queueLines[i % queueLines.length]!, 2]),
      ),
    ),
);

const formed = async (templates: SharedTokens, telling: readonly number[]): Promise<Candidate[]> => {
  const none = nothingShared(templates);
  const shared = { templates, telling: new Set(telling), habits: none, resumptions: none };
  const candidates = await formCandidates(shared, seededRandom("lines"));
  return candidates.filter(({ source }) => source === "lines");
};

describe("users of the same lines", () => {
  it("are found by these, whatever they do besides", async () => {
    expect((await formed(diluted, queueLines)).map(({ accounts }) => accounts)).toEqual([queue]);
  });

  it("are found where few of the lines tell what they are for", async () => {
    expect((await formed(diluted, [2])).map(({ accounts }) => accounts)).toContainEqual(queue);
  });

  it("are of no interest where the lines don't ask for training material", async () => {
    expect(await formed(diluted, [])).toEqual([]);
  });

  it("are looked at once where they are alike in all else, too", async () => {
    const only = await rowsOf(diluted, new Set(queue));
    const uses = [...only.account.keys()].filter((at) => queueLines.includes(only.token[at]!));
    const alone = sharedTokens(
      diluted.accounts,
      queueLines.length,
      uses.flatMap((at) => queueLines.map((line): Use => [only.account[at]!, line, 5])),
    );
    expect(await formed(alone, queueLines)).toEqual([]);
  });

  it("are nobody in particular where most accounts use the lines", async () => {
    const everybody = sharedTokens(
      20,
      4,
      queue.flatMap((account) => [0, 1, 2, 3].map((line): Use => [account, line, 1 + ((account + line) % 2)])),
    );
    expect(await formed(everybody, [0, 1, 2, 3])).toEqual([]);
  });
});

describe("a table of what is shared", () => {
  const anyUses = fc.uniqueArray(
    fc.tuple(fc.integer({ min: 0, max: 9 }), fc.integer({ min: 0, max: 9 }), fc.integer({ min: 1, max: 99 })),
    { selector: ([account, token]) => `${account}/${token}`, maxLength: 60 },
  );

  it("is itself again when it is turned twice, and loses nothing", async () => {
    await fc.assert(
      fc.asyncProperty(anyUses, async (uses) => {
        const table = sharedTokens(10, 10, uses);
        expect(await transposed(await transposed(table))).toEqual(table);
      }),
    );
  });

  it("has of some accounts what these use, counted anew", async () => {
    await fc.assert(
      fc.asyncProperty(anyUses, fc.uniqueArray(fc.integer({ min: 0, max: 9 })), async (uses, some) => {
        const expected = sharedTokens(
          10,
          10,
          uses.filter(([account]) => some.includes(account)),
        );
        expect(await rowsOf(sharedTokens(10, 10, uses), new Set(some))).toEqual({
          ...expected,
          population: some.length,
        });
      }),
    );
  });
});

describe("lines that tell", () => {
  it("are those whose tasks ask for training material", async () => {
    const intents = readIntentPack().pack;
    const purposes = {
      judge: "You are an impartial judge. Decide which of the two assistants helped the user more.",
      friend: "Be as kind to me as to anybody else whom you talk with on such a day.",
    };
    const asked = Object.entries(purposes).flatMap(([name, purpose]) =>
      Array.from({ length: 4 }, (_, account) =>
        Array.from({ length: 12 }, (_task, i) => ({
          account: `${name}-${account}`,
          text: `${purpose}\nThe ${name} looks at number ${account} of day ${i}.`,
          model: "aster",
          minute: i,
        })),
      ).flat(),
    );
    await withDetectLog({ asked, intents }, async ({ store, indexOf }) => {
      const shared = await shareTokens(store);
      const telling = await tellingTokens(store, tellingIntents(intents.intents));
      const users = new Set(
        [...shared.token.keys()].flatMap((at) => (telling.has(shared.token[at]!) ? shared.account[at]! : [])),
      );
      expect([...users].sort((a, b) => a - b)).toEqual([0, 1, 2, 3].map((account) => indexOf(`judge-${account}`)));
      expect(await tellingTokens(store, 0)).toEqual(new Set());
    });
  });
});
