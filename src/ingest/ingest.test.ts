import { existsSync } from "node:fs";
import { mkdir, readdir } from "node:fs/promises";
import { gzipSync } from "node:zlib";
import { afterEach, describe, expect, test, vi } from "vitest";
import { fixedClock } from "../kit/clock.ts";
import { identifier, sql } from "../store/sql.ts";
import type { IngestProgress } from "./ingest.ts";
import { ingest } from "./ingest.ts";
import { goodLine, ndjson, testIntents, withLog } from "./world/scratch.case.ts";

afterEach(() => {
  vi.unstubAllEnvs();
});

const at = (time: string, id: string, more: object = {}): object => ({ ...goodLine, time, id, ...more });

describe("repeated ids", () => {
  test("count once, within and across files, and the earliest is kept", async () => {
    const files = {
      "exchanges-0.ndjson": ndjson([
        at("2026-01-05T12:00:03Z", "a", { finish: "late" }),
        at("2026-01-05T12:00:01Z", "b"),
        at("2026-01-05T12:00:01Z", "b"),
        at("2026-01-05T12:00:02Z", "c"),
      ]),
      "exchanges-1.ndjson.gz": gzipSync(
        ndjson([
          at("2026-01-05T12:00:00Z", "a", { finish: "early" }),
          at("2026-01-05T12:00:09Z", "c"),
          at("2026-01-05T12:00:00Z", "d"),
        ]),
      ),
    };
    await withLog(
      files,
      async ({ summary, store }) => {
        expect(summary).toMatchObject({ lines: 7, exchanges: 4, repeated: 3, rejected: 0 });
        const kept = await store.rows(sql`SELECT file, line, finish FROM exchange ORDER BY file, line`);
        expect(kept).toEqual([
          { file: 1, line: 2, finish: "" },
          { file: 1, line: 4, finish: "" },
          { file: 2, line: 1, finish: "early" },
          { file: 2, line: 3, finish: "" },
        ]);
        expect(await store.rows(sql`SELECT file, line FROM exchange_text ORDER BY file, line`)).toHaveLength(4);
      },
      { keepText: true },
    );
  });

  test("count once on one line, too, where an array or an export holds several records", async () => {
    const row = (id: string): object => ({
      request_id: id,
      request_created_at: "2026-01-05T12:00:00Z",
      user_id: "acct_1",
      model: "m",
    });
    const rows = ["a", "b", "a", "a", "c", "b"].map(row);
    await withLog(
      { "export.json": JSON.stringify(rows), "again.json": JSON.stringify([row("a"), row("c")]) },
      async ({ summary, store }) => {
        expect(summary).toMatchObject({ formats: ["helicone"], lines: 8, exchanges: 3, repeated: 5 });
        for (const table of ["exchange", "exchange_text"])
          expect(await store.rows(sql`SELECT count() AS n FROM ${identifier(table)}`)).toEqual([{ n: 3 }]);
      },
      { keepText: true },
    );
  });
});

describe("formats", () => {
  const bedrock = {
    schemaType: "ModelInvocationLog",
    schemaVersion: "1.0",
    timestamp: "2026-01-05T12:00:00Z",
    accountId: "123456789012",
    region: "us-east-1",
    requestId: "r-1",
    operation: "InvokeModel",
    modelId: "anthropic.claude-3-haiku-20240307-v1:0",
    input: { inputBodyJson: { messages: [{ role: "user", content: "hello" }] }, inputTokenCount: 3 },
    output: { outputBodyJson: { content: [{ type: "text", text: "hi" }] }, outputTokenCount: 2 },
  };

  test("of a folder of mixed files are found out, labels are never opened", async () => {
    const files = {
      "january/one.log": ndjson([bedrock, { ...bedrock, requestId: "r-2" }]),
      "january/two.ndjson": ndjson([goodLine, "{"]),
      "notes.md": "# notes",
      "truth.ndjson": ndjson([{ ...goodLine, id: "label" }]),
    };
    await withLog(files, async ({ summary, rejects, store }) => {
      expect(summary).toMatchObject({ formats: ["bedrock", "world"], files: 3, exchanges: 3, rejected: 2 });
      expect(rejects.map(({ file, line }) => `${file}:${line}`)).toEqual(["january/two.ndjson:2", "notes.md:0"]);
      expect(await store.rows(sql`SELECT count() AS n FROM exchange WHERE usage_output = 2`)).toEqual([{ n: 2 }]);
    });
  });

  test("of the world are read however they are laid out", async () => {
    const lines = [at("2026-01-05T12:00:00Z", "a"), { ...goodLine, id: 5 }, at("2026-01-05T12:00:00Z", "b")];
    for (const text of [JSON.stringify(lines), JSON.stringify(lines, null, 2), JSON.stringify({ data: lines })]) {
      for (const format of [{}, { format: "world" }]) {
        await withLog(
          { "log.json": text },
          async ({ summary, rejects }) => {
            expect(summary).toMatchObject({ formats: ["world"], exchanges: 2 });
            expect(rejects.map(({ reason }) => reason)).toEqual(["id is not a string"]);
          },
          format,
        );
      }
    }
  });

  test("of a folder with the world's exchanges are the world's, and what was left aside is told", async () => {
    const files = {
      "exchanges-0.ndjson": ndjson([goodLine]),
      "models.ndjson": "",
      "truth.ndjson": "{}",
      ".hidden": "x",
      "facts.csv": "account,plan\nacct_1,free\n",
      "gateway.jsonl": ndjson([bedrock]),
      "more/one.log": ndjson([bedrock]),
    };
    const notes = await withLog(files, async ({ summary }) => summary.notes, { facts: "facts.csv" });
    expect(notes).toEqual([expect.stringMatching(/was not read: gateway\.jsonl, more$/)]);
    const many = Object.fromEntries(Array.from({ length: 7 }, (_, index) => [`day-${index}.log`, "x"]));
    await withLog({ ...files, ...many }, async ({ summary }) => {
      expect(summary.notes).toEqual([expect.stringMatching(/: day-0\.log, .*day-4\.log and 5 more$/)]);
    });
  });

  test("may be named, and a name that isn't known is refused with those that are", async () => {
    await withLog(
      { "log.json": ndjson([bedrock]) },
      async ({ summary }) => expect(summary).toMatchObject({ formats: ["bedrock"], exchanges: 1 }),
      { path: "log.json", format: "bedrock" },
    );
    const taking = withLog({ "log.json": ndjson([bedrock]) }, async () => {}, { format: "syslog" });
    await expect(taking).rejects.toThrow("there is no format syslog");
    await expect(taking).rejects.toHaveProperty("hint", expect.stringMatching(/world.*bedrock/));
  });
});

describe("facts", () => {
  test("from a second file have the last word, and give keys their accounts", async () => {
    const files = {
      "log/exchanges-0.ndjson": ndjson([goodLine]),
      "log/accounts.ndjson": ndjson([
        { account: "acct_1", plan: "free" },
        { account: "acct_2", plan: "free" },
      ]),
      "facts.csv": "account,plan,verified\nacct_1,enterprise,yes\n",
    };
    await withLog(
      files,
      async ({ store, rejects }) => {
        expect(rejects).toEqual([]);
        expect(await store.rows(sql`SELECT account, plan, verified FROM account_facts ORDER BY account`)).toEqual([
          { account: "acct_1", plan: "enterprise", verified: true },
          { account: "acct_2", plan: "free", verified: null },
        ]);
      },
      { path: "log", facts: "facts.csv" },
    );
  });
});

test("progress grows to the whole", async () => {
  const steps: IngestProgress[] = [];
  const files = {
    "exchanges-0.ndjson": ndjson(Array.from({ length: 500 }, (_, index) => at("2026-01-05T12:00:00Z", `r${index}`))),
  };
  await withLog(files, async () => {}, { onProgress: (step) => void steps.push(step) });
  expect(steps.length).toBeGreaterThan(0);
  expect(steps.map((step) => step.bytesDone)).toEqual(steps.map((step) => step.bytesDone).toSorted((a, b) => a - b));
  expect(steps.at(-1)).toMatchObject({ exchanges: 500, bytesDone: Buffer.byteLength(files["exchanges-0.ndjson"]) });
});

test("a second log goes beside the first, and nothing is left in the temporary folder", async () => {
  await withLog(
    { "one/exchanges-0.ndjson": ndjson([goodLine]), "two/exchanges-0.ndjson": ndjson([{ ...goodLine, id: "x" }, "{"]) },
    async ({ store, folder }) => {
      // A temporary folder of its own: other tests' files come and go in the one that all share.
      await mkdir(`${folder}/temporary`);
      vi.stubEnv("TMPDIR", `${folder}/temporary`);
      const summary = await ingest(store, { path: `${folder}/two`, intents: testIntents, clock: fixedClock(0) });
      expect(summary).toMatchObject({ files: 1, exchanges: 1, rejected: 1 });
      expect(await readdir(`${folder}/temporary`)).toEqual([]);
      expect(await store.rows(sql`SELECT uniqExact(file) AS files, count() AS n FROM exchange`)).toEqual([
        { files: 2, n: 2 },
      ]);
    },
    { path: "one" },
  );
});

const practiceWorld = new URL("../../../shared/worlds/small", import.meta.url).pathname;

test.skipIf(!existsSync(practiceWorld))(
  "the small practice world is taken whole (skipped where ../shared/worlds/small is absent)",
  async () => {
    await withLog({ "exchanges-0.ndjson": ndjson([goodLine]) }, async ({ store }) => {
      const summary = await ingest(store, { path: practiceWorld, intents: testIntents, clock: fixedClock(0) });
      expect(summary.rejected).toBe(0);
      expect(summary.lines).toBe(summary.exchanges + summary.repeated);
      const [row] = await store.rows<{ accounts: number; known: number }>(sql`
        SELECT uniqExact(account) AS accounts, countIf(template != []) > 0 AS known FROM exchange`);
      expect(row).toMatchObject({ known: 1 });
      expect(row?.accounts).toBeGreaterThan(1000);
    });
  },
);
