import { describe, expect, test } from "vitest";
import { sql } from "../../store/sql.ts";
import { goodLine, ndjson, withLog } from "./scratch.case.ts";

const { time: _time, ...withoutTime } = goodLine;
const { id: _id, ...withoutId } = goodLine;

/** A line, and the reason it is rejected for, or null where it is good. */
const cases: readonly (readonly [name: string, line: unknown, reason: RegExp | null])[] = [
  ["the good line", goodLine, null],
  ["unknown fields", { ...goodLine, extra: { id: 5, deep: [{ content: 1 }] } }, null],
  [
    "null for missing",
    { ...goodLine, ip: null, tools: null, params: null, usage: { input: null }, messages: null },
    null,
  ],
  ["epoch milliseconds", { ...goodLine, time: 1_767_600_000_000 }, null],
  ["an offset", { ...goodLine, time: "2026-01-05T12:00:00+05:30" }, null],
  ["a name inside of a text", { ...goodLine, response: '{"id": 5, "messages": "x"}' }, null],
  ["no content", { ...goodLine, messages: [{ role: "assistant", content: null }] }, null],
  ["no JSON", "hello", /^not valid JSON$/],
  ["cut JSON", '{"time":"2026-01-05T12:00:00Z","id":"x', /^not valid JSON$/],
  ["an integer of more than 64 bits", { ...goodLine, extra: 2 ** 66 }, /^not valid JSON \(integers have 64 bits\)$/],
  ["two values", '{"a":1}{"b":2}', /^not valid JSON$/],
  ["an array", "[1,2]", /^not a JSON object$/],
  ["an array of the right texts", '["2026-01-05T12:00:00Z","i","a","k"]', /^not a JSON object$/],
  ["a string", '"x"', /^not a JSON object$/],
  ["no time", withoutTime, /^time is missing$/],
  ["no id", withoutId, /^id is missing or empty$/],
  ["an empty id", { ...goodLine, id: "" }, /^id is missing or empty$/],
  ["an empty account", { ...goodLine, account: "" }, /^account is missing or empty$/],
  ["account null", { ...goodLine, account: null }, /^account is missing or empty$/],
  ["an empty model", { ...goodLine, model: "" }, /^model is missing or empty$/],
  ["account a number", { ...goodLine, account: 12 }, /^account is not a string$/],
  ["account an object", { ...goodLine, account: { id: "a" } }, /^account is not a string$/],
  ["ip a list", { ...goodLine, ip: ["1.2.3.4"] }, /^ip is not a string$/],
  ["system a boolean", { ...goodLine, system: true }, /^system is not a string$/],
  ["effort a number", { ...goodLine, params: { reasoning_effort: 3 } }, /^params\.reasoning_effort is not a string$/],
  ["time a word", { ...goodLine, time: "yesterday" }, /^time is neither RFC 3339/],
  ["time without a zone", { ...goodLine, time: "2026-01-05 12:00:00" }, /^time is neither RFC 3339/],
  ["a month too many", { ...goodLine, time: "2026-13-05T12:00:00Z" }, /^time is neither RFC 3339/],
  ["an hour too many", { ...goodLine, time: "2026-01-05T25:00:00Z" }, /^time is neither RFC 3339/],
  ["time an object", { ...goodLine, time: { s: 1 } }, /^time is neither RFC 3339/],
  [
    "a clock a century off",
    { ...goodLine, time: "1926-01-05T12:00:00Z" },
    /^the clock is off: time lies outside of 2015-2100$/,
  ],
  ["a clock far ahead", { ...goodLine, time: "2126-01-05T12:00:00Z" }, /^the clock is off/],
  ["epoch seconds", { ...goodLine, time: 1_767_600_000 }, /^the clock is off.*milliseconds/],
  ["epoch microseconds", { ...goodLine, time: 1_767_600_000_000_000 }, /^the clock is off.*milliseconds/],
  ["messages a text", { ...goodLine, messages: "hello" }, /^messages is not an array$/],
  ["messages of texts", { ...goodLine, messages: ["hello"] }, /^messages: a content is not a string/],
  [
    "an unknown role",
    { ...goodLine, messages: [{ role: "developer", content: "x" }] },
    /^messages: a role is not one of/,
  ],
  [
    "content in parts",
    { ...goodLine, messages: [{ role: "user", content: [{ text: "x" }] }] },
    /^messages: a content is not/,
  ],
  ["tools a text", { ...goodLine, tools: "search" }, /^tools is not an array$/],
  ["tools as objects", { ...goodLine, tools: ["search", { name: "x" }] }, /^tools: an element is not a name$/],
  ["params a text", { ...goodLine, params: "hot" }, /^params is not an object$/],
  ["usage a number", { ...goodLine, usage: 12 }, /^usage is not an object$/],
  ["temperature a word", { ...goodLine, params: { temperature: "hot" } }, /^a number \(/],
  ["half a sample", { ...goodLine, params: { n: 1.5 } }, /^a number \(/],
  ["stream a word", { ...goodLine, params: { stream: "yes" } }, /^a number \(|boolean/],
  ["status a word", { ...goodLine, status: "ok" }, /^a number \(/],
  ["negative tokens", { ...goodLine, usage: { input: 3, output: -1 } }, /^usage: a count of tokens is negative$/],
];

describe("a line of exchanges", () => {
  test("is taken or rejected with its place and a reason", async () => {
    // Ids differ, or all but the first good line would be repeats.
    const lines = cases.map(([, line], index) =>
      typeof line === "object" && line !== null && "id" in line && line.id === "req_1"
        ? { ...line, id: `req_${index}` }
        : line,
    );
    await withLog({ "exchanges-0.ndjson": ndjson(lines) }, async ({ rejects, summary, store }) => {
      const reasons = new Map(rejects.map((reject) => [reject.line, reject.reason]));
      for (const [index, [name, , expected]] of cases.entries()) {
        expect(reasons.get(index + 1) ?? "taken", name).toMatch(expected ?? /^taken$/);
      }
      expect(new Set(rejects.map((reject) => reject.file))).toEqual(new Set(["exchanges-0.ndjson"]));
      const good = cases.filter(([, , reason]) => reason === null).length;
      expect(summary).toMatchObject({
        lines: cases.length,
        exchanges: good,
        rejected: cases.length - good,
        repeated: 0,
      });
      expect(await store.rows(sql`SELECT count() AS n FROM exchange`)).toEqual([{ n: good }]);
    });
  });

  test("may be blank, end in CRLF, follow a byte order mark, or lack the last newline", async () => {
    const content = `\u{FEFF}${JSON.stringify(goodLine)}\r\n\r\n   \n\t\n${JSON.stringify({ ...goodLine, id: "req_2" })}`;
    await withLog({ "exchanges-0.ndjson": content }, async ({ rejects, summary, store }) => {
      expect(rejects).toEqual([]);
      expect(summary.exchanges).toBe(2);
      expect(await store.rows(sql`SELECT line FROM exchange ORDER BY line`)).toEqual([{ line: 1 }, { line: 5 }]);
    });
  });

  test("may hold half of a surrogate pair, which is mended", async () => {
    const half = "\ud83d";
    const texts: readonly (readonly [text: string, kept: string])[] = [
      [half, "\ufffd"],
      [`a${half}${half}b\ude00`, "a\ufffd\ufffdb\ufffd"],
      [`😀${half}😀`, "😀\ufffd😀"],
      [String.raw`\ud83d \\ud83d\\${half}"${half}`, String.raw`\ud83d \\ud83d\\�"�`],
    ];
    const escaped = (text: string): string => text.replaceAll("😀", String.raw`\uD83D\uDE00`);
    const lines = texts.map(([response], id) => escaped(JSON.stringify({ ...goodLine, id: `${id}`, response })));
    await withLog(
      { "exchanges-0.ndjson": ndjson(lines) },
      async ({ rejects, store }) => {
        expect(rejects).toEqual([]);
        expect(await store.rows(sql`SELECT response FROM exchange_text ORDER BY line`)).toEqual(
          texts.map(([, response]) => ({ response })),
        );
      },
      { keepText: true },
    );
  });

  test("has to be UTF-8", async () => {
    // Latin-1, an overlong form, half of a surrogate pair, more than U+10FFFF, a cut character; wherever it stands.
    const broken = ["\xe9", "\xc0\xaf", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xe2\x82"];
    const bad = broken.flatMap((bytes) => [
      { ...goodLine, response: bytes },
      { ...goodLine, extra: { deep: [bytes] } },
      { ...goodLine, [bytes]: 1 },
    ]);
    const content = Buffer.from(ndjson([goodLine, ...bad]), "latin1");
    await withLog({ "exchanges-0.ndjson": content }, async ({ rejects, summary }) => {
      expect(rejects).toEqual(
        bad.map((_, at) => ({ file: "exchanges-0.ndjson", line: at + 2, reason: "not valid UTF-8" })),
      );
      expect(summary.exchanges).toBe(1);
    });
  });
});

test("accounts and models have lines of their own, and the last one wins", async () => {
  const accounts = [
    { account: "acct_1", plan: "free", verified: true, created: "2025-01-01T00:00:00Z" },
    { account: "acct_1", plan: "pro", created: 1_767_600_000_000 },
    { account: "acct_0", created: "2006-03-14T00:00:00Z" },
    { account: "", plan: "free" },
    { account: "acct_2", plan: 3 },
    { account: "acct_2", verified: "maybe" },
    { account: "acct_2", created: "long ago" },
    "{",
  ];
  const models = [
    { model: "aster-3-mini", released: "2025-06-14T16:00:00Z" },
    { model: "aster-3-mini", released: "2025-06-15T16:00:00Z", capabilities: ["coding"] },
    { model: "aster-4" },
  ];
  const files = {
    "exchanges-0.ndjson": ndjson([goodLine]),
    "accounts.ndjson": ndjson(accounts),
    "models.ndjson": ndjson(models),
  };
  await withLog(files, async ({ rejects, store }) => {
    expect(await store.rows(sql`SELECT account, plan, created, verified FROM account_facts ORDER BY account`)).toEqual([
      { account: "acct_0", plan: "", created: "2006-03-14T00:00:00.000Z", verified: null },
      { account: "acct_1", plan: "pro", created: "2026-01-05T08:00:00.000Z", verified: null },
    ]);
    expect(await store.rows(sql`SELECT model, released, capabilities FROM model_release`)).toEqual([
      { model: "aster-3-mini", released: "2025-06-15T16:00:00.000Z", capabilities: ["coding"] },
    ]);
    expect(rejects.map(({ file, line, reason }) => `${file}:${line} ${reason}`)).toEqual([
      "accounts.ndjson:4 account is missing or empty",
      "accounts.ndjson:5 plan is not a string",
      "accounts.ndjson:6 verified is not a boolean",
      "accounts.ndjson:7 created is neither RFC 3339 (2026-01-31T12:00:00.000Z) nor epoch milliseconds",
      "accounts.ndjson:8 not valid JSON",
      "models.ndjson:3 released is missing",
    ]);
  });
});
