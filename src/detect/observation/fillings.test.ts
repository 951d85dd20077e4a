import { describe, expect, it } from "vitest";
import { Codes } from "./codes.ts";
import { FillingCounter } from "./fillings.ts";

interface Ask {
  readonly account: number;
  readonly item: number;
  readonly minute?: number;
  readonly model?: number;
  readonly begun?: boolean;
  readonly refused?: boolean;
}

/** Counts what a group of so many accounts asks; whoever is not named asks something of its own. */
async function count(asks: readonly Ask[], accounts: number) {
  const own = Array.from({ length: accounts }, (_, account) => ({ account, item: 1_000 + account })).filter(
    ({ account }) => !asks.some((ask) => ask.account === account),
  );
  const all: Ask[] = [...asks, ...own].sort((a, b) => a.account - b.account);
  const [items, model] = [new Codes(all.length), new Codes(all.length)];
  for (const [task, ask] of all.entries()) {
    items.set(task, ask.item);
    model.set(task, ask.model ?? 1);
  }
  const counter = new FillingCounter({
    half: new Uint8Array(all.length).fill(1),
    begun: Uint8Array.from(all, ({ begun = true }) => Number(begun)),
    startedMs: Float64Array.from(all, ({ minute = 0 }) => minute * 60_000),
    refusedMs: Float64Array.from(all, ({ refused = false }) => (refused ? 1 : -1)),
    items,
    features: { model },
  });
  const shares = Array.from({ length: accounts }, (_, account) => ({
    portion: { account, tasks: Uint32Array.from(all.flatMap((ask, task) => (ask.account === account ? task : []))) },
  }));
  const first = await counter.count(shares, false);
  // What one count leaves behind would change the next.
  expect(await counter.count(shares, false)).toEqual(first);
  return first;
}

describe("items at several members", () => {
  it("are shared where each asks them from the beginning, and a refused one is dealt to another", async () => {
    const both = [
      { account: 0, item: 1 },
      { account: 1, item: 1, minute: 90 },
    ];
    expect(await count(both, 2)).toEqual({ items: 2, shared: 2, dealt: 0 });
    expect(await count([{ ...both[0]!, refused: true }, both[1]!], 2)).toEqual({ items: 1, shared: 0, dealt: 0 });
  });

  it("are not shared where one carries on what another began", async () => {
    const carriedOn = { account: 1, item: 1, minute: 1, begun: false };
    expect((await count([{ account: 0, item: 1 }, carriedOn], 2)).shared).toBe(0);
    expect((await count([{ account: 0, item: 1, begun: false }, carriedOn], 2)).shared).toBe(2);
  });

  const asked = (by: number, more: (i: number) => Partial<Ask>): Ask[] =>
    Array.from({ length: by }, (_, i) => ({ account: i, item: 1, ...more(i) }));

  it("are dealt out where a few of many ask them at one time", async () => {
    expect(
      await count(
        asked(2, (i) => ({ minute: 59 * i })),
        12,
      ),
    ).toMatchObject({ shared: 2, dealt: 2 });
    expect(
      await count(
        asked(3, (i) => ({ minute: 20 * i })),
        12,
      ),
    ).toMatchObject({ shared: 3, dealt: 3 });
    expect(
      await count(
        asked(2, (i) => ({ minute: 61 * i })),
        12,
      ),
    ).toMatchObject({ shared: 2, dealt: 0 });
  });

  it("are a list in common where more ask them at one time, or of other models", async () => {
    expect(
      await count(
        asked(4, () => ({})),
        12,
      ),
    ).toMatchObject({ shared: 4, dealt: 0 });
    expect(
      await count(
        asked(2, (i) => ({ model: i })),
        12,
      ),
    ).toMatchObject({ shared: 2, dealt: 0 });
  });
});
