import { describe, expect, it } from "vitest";
import { decision } from "../table/decision.case.ts";
import { createDecisionTable } from "../table/decision-table.ts";
import { createDecisionFeed } from "./decision-feed.ts";
import type { DecisionFeed } from "./decision-feed.ts";

function feedOf(deltas: number): DecisionFeed {
  const feed = createDecisionFeed(createDecisionTable());
  const one = decision({ id: "d-1" });
  for (let sequence = 1; sequence <= deltas; sequence++) feed.apply({ sequence, kind: "new", decision: one });
  return feed;
}

const sequences = (feed: DecisionFeed, after: number, max: number): number[] | undefined =>
  feed.after(after, max)?.map(({ sequence }) => sequence);

describe("the feed", () => {
  it("gives the changes after a sequence, and no more than asked", () => {
    const feed = feedOf(5);
    expect(sequences(feed, 2, 10)).toEqual([3, 4, 5]);
    expect(sequences(feed, 2, 2)).toEqual([3, 4]);
    expect(sequences(feed, 5, 10)).toEqual([]);
  });

  it("says where it can't: before what it knows, and after what there is", () => {
    const feed = feedOf(5);
    expect(feed.after(6, 10)).toBeNull();
    feed.load(40).finish();
    expect([feed.after(5, 10), sequences(feed, 40, 10)]).toEqual([null, []]);
  });

  it("goes on from a snapshot with what led there", () => {
    const feed = feedOf(2);
    const one = decision({ id: "d-1" });
    feed
      .load(
        40,
        [39, 40].map((sequence) => ({ sequence, kind: "deleted", decision: one })),
      )
      .finish();
    expect(feed.known().map(({ sequence }) => sequence)).toEqual([39, 40]);
    expect([feed.after(37, 10), sequences(feed, 38, 10), sequences(feed, 39, 10)]).toEqual([null, [39, 40], [40]]);
    feed.apply({ sequence: 41, kind: "new", decision: one });
    expect(sequences(feed, 38, 10)).toEqual([39, 40, 41]);
  });

  it("keeps no change that the table did not take", () => {
    const feed = feedOf(2);
    expect(feed.apply({ sequence: 4, kind: "new", decision: decision({ id: "d" }) })).toBe("gap");
    expect(feed.apply({ sequence: 1, kind: "new", decision: decision({ id: "d" }) })).toBe("repeated");
    expect(sequences(feed, 0, 10)).toEqual([1, 2]);
  });

  it("forgets the oldest, whether somebody waits for them or not", () => {
    const feed = feedOf(100_002);
    expect(feed.known()).toHaveLength(100_000);
    expect([feed.after(1, 1), sequences(feed, 2, 1)]).toEqual([null, [3]]);
  });
});
