import { describe, expect, it } from "vitest";
import { ndjson, withLog } from "../../ingest/world/scratch.case.ts";
import { pieceOf } from "../../ingest/world/sketch.ts";
import { sql, text } from "../../store/sql.ts";
import type { Store } from "../../store/engine.ts";
import { accountNames } from "../log.case.ts";
import { campaignSignals } from "./signals.ts";

const beginMs = Date.UTC(2026, 0, 5);
const week = { sinceMs: beginMs - 1, untilMs: beginMs + 7 * 86_400_000 };
const members = accountNames("member", 30);
const strangers = accountNames("stranger", 30);

const ownLine = "grade the answer below against each point of the rubric";
const publishedLine = "you are a helpful assistant who thinks step by step";
const nearlyOwnLine = "answer with a table of points and nothing else";

/** Members use all of it. Of the strangers all use one line, and one uses another. */
const asked = (account: string, lines: readonly string[], day = 0): object[] =>
  Array.from({ length: 4 }, (_, i) => ({
    time: new Date(beginMs + day * 86_400_000 + 60_000 * i).toISOString(),
    id: `${account}-${day}-${i}`,
    account,
    model: "aster-3-mini",
    status: 200,
    ja4: account.startsWith("member") ? "t13d1516h2_8daaf6152771_b186095e22b6" : "t13d1517h2_8daaf6152771_b6f405a00624",
    messages: [
      { role: "user", content: [`${account} asks for ${i}`, ...lines, `of ${account}: ${"so".repeat(i)}`].join("\n") },
    ],
  }));

const files = {
  "exchanges-0.ndjson": ndjson([
    ...members.flatMap((account) => asked(account, [ownLine, publishedLine, nearlyOwnLine])),
    ...strangers.flatMap((account, i) => asked(account, i === 0 ? [publishedLine, nearlyOwnLine] : [publishedLine])),
    ...members.flatMap((account) => asked(account, ["a line that came when the window was over"], 8)),
  ]),
  "accounts.ndjson": ndjson([
    ...members.map((account, i) => ({
      account,
      payment: i < 3 ? "card of three" : i < 5 ? "card of a member and a stranger" : `card of ${account}`,
      device: "device of all members",
    })),
    ...strangers.map((account, i) => ({
      account,
      payment: i === 0 ? "card of a member and a stranger" : `card of ${account}`,
      device: i < 2 ? "device of all members" : `device of ${account}`,
    })),
  ]),
};

/** The lines as sketches have them. */
async function pieceIn(store: Store, line: string): Promise<string> {
  const [row] = await store.rows<{ hash: string }>(sql`
    SELECT toString(cityHash64('prompt', ${text(line)})) AS hash`);
  return pieceOf(row?.hash ?? "");
}

describe("what is told of a campaign", () => {
  it("are lines that many members use and next to no stranger does", () =>
    withLog(files, async ({ store }) => {
      const { skeletonPieces } = await campaignSignals(store, members, week);
      expect(skeletonPieces).toContain(await pieceIn(store, ownLine));
      // One stranger among thirty members.
      expect(skeletonPieces).toContain(await pieceIn(store, nearlyOwnLine));
      expect(skeletonPieces).not.toContain(await pieceIn(store, publishedLine));
      expect(skeletonPieces).not.toContain(await pieceIn(store, "a line that came when the window was over"));

      const few = await campaignSignals(store, members.slice(0, 19), week);
      expect(few.skeletonPieces).not.toContain(await pieceIn(store, nearlyOwnLine));
      const two = await campaignSignals(store, members.slice(0, 2), week);
      expect(two.skeletonPieces).toEqual(new Set());
    }));

  it("are fingerprints that members share, and that no stranger is to be known by", () =>
    withLog(files, async ({ store }) => {
      const { fingerprints } = await campaignSignals(store, members, week);
      expect(fingerprints).toEqual([
        { kind: "tls", value: "t13d1516h2_8daaf6152771_b186095e22b6" },
        { kind: "payment", value: "card of three" },
      ]);
      expect(await campaignSignals(store, [], week)).toEqual({ fingerprints: [], skeletonPieces: new Set() });
    }));
});
