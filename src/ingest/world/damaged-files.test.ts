import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { UserError } from "../../kit/user-error.ts";
import { sql, text } from "../../store/sql.ts";
import { goodLine, ndjson, withLog } from "./scratch.case.ts";

const lines = (count: number, first = 0): string =>
  ndjson(
    Array.from({ length: count }, (_, index) => ({ ...goodLine, id: `req_${first + index}`, response: noise(index) })),
  );

/** Text that doesn't shrink to nothing when compressed. */
const noise = (seed: number): string =>
  Array.from({ length: 20 }, (_, index) => Math.imul(seed * 31 + index + 1, 0x9e3779b1).toString(36)).join(" ");

/** A log as Zstandard, written by the engine. */
const zstandard = (log: string): Promise<Buffer> =>
  withLog({ "exchanges-0.ndjson": log }, async ({ store, folder }) => {
    const path = join(folder, "out.zst");
    const source = sql`file(${text(join(folder, "exchanges-0.ndjson"))}, 'LineAsString')`;
    await store.run(sql`INSERT INTO FUNCTION file(${text(path)}, 'LineAsString') SELECT line FROM ${source}`);
    return readFile(path);
  });

describe("a compressed file that is cut", () => {
  test("gives what stands before the cut, beside files that are whole", async () => {
    const packed = gzipSync(lines(4000));
    const files = {
      "exchanges-0.ndjson.gz": packed.subarray(0, Math.floor(packed.length / 2)),
      "exchanges-1.ndjson": lines(10, 10_000),
      "exchanges-2.ndjson.gz": Buffer.concat([gzipSync(`${lines(5, 20_000)}\n`), gzipSync(lines(5, 30_000))]),
    };
    await withLog(files, async ({ summary, rejects, store }) => {
      expect(rejects).toHaveLength(1);
      expect(rejects[0]).toMatchObject({ file: "exchanges-0.ndjson.gz", reason: expect.stringMatching(/cut|ends/) });
      const [first] = await store.rows<{ n: number; last: number }>(sql`
        SELECT count() AS n, max(line) AS last FROM exchange WHERE file = 1`);
      expect(first?.n).toBeGreaterThan(1000);
      // No line before the cut is missing, and the reject stands right behind them.
      expect(first?.last).toBe(first?.n);
      expect(rejects[0]?.line).toBe((first?.n ?? 0) + 1);
      expect(summary).toMatchObject({ exchanges: (first?.n ?? 0) + 20, rejected: 1, repeated: 0 });
    });
  });

  test("is noticed in Zstandard, too", async () => {
    const packed = await zstandard(lines(4000));
    const cut = packed.subarray(0, Math.floor(packed.length * 0.7));
    const files = { "exchanges-0.ndjson.zst": cut, "exchanges-1.ndjson.zst": packed };
    await withLog(files, async ({ summary, rejects }) => {
      expect(rejects).toHaveLength(1);
      expect(rejects[0]).toMatchObject({ file: "exchanges-0.ndjson.zst", reason: expect.stringMatching(/cut|ends/) });
      expect(summary.exchanges).toBe(4000);
      expect(summary.repeated).toBeGreaterThan(1000);
    });
  });

  test("may be no compressed file at all", async () => {
    const files = { "exchanges-0.ndjson.gz": Buffer.from([0x1f, 0x8b, 1, 2, 3, 4, 5]), "exchanges-1.ndjson": lines(2) };
    await withLog(files, async ({ summary, rejects }) => {
      expect(rejects).toMatchObject([{ file: "exchanges-0.ndjson.gz", line: 1 }]);
      expect(summary.exchanges).toBe(2);
    });
  });
});

test("Parquet with the same columns is equal to NDJSON", async () => {
  const exchanges = [
    {
      ...goodLine,
      tools: ["search"],
      params: { temperature: 0.5, stream: true },
      usage: { input: 3 },
      system: 'say "hi"',
    },
    { ...goodLine, id: "req_2", account: "acct_2", ip: "203.0.113.7", tools: [], params: { n: 2 }, status: 429 },
  ];
  const columns = sql`
    SELECT account, time, key, ip_prefix, model, n, temperature, stream, tool_count, status, usage_input, system_length,
      toString(prompt_hash) AS prompt, toString(tools_hash) AS tools, template FROM exchange ORDER BY account`;
  const { rows, parquet } = await withLog({ "exchanges-0.ndjson": ndjson(exchanges) }, async ({ store, folder }) => {
    const path = join(folder, "out.parquet");
    const source = sql`file(${text(join(folder, "exchanges-0.ndjson"))}, 'JSONEachRow')`;
    await store.run(sql`INSERT INTO FUNCTION file(${text(path)}, 'Parquet') SELECT * FROM ${source}`);
    return { rows: await store.rows(columns), parquet: await readFile(path) };
  });
  await withLog({ "exchanges-0.parquet": parquet }, async ({ store, rejects }) => {
    expect(rejects).toEqual([]);
    expect(await store.rows(columns)).toEqual(rows);
  });
  await withLog({ "exchanges-0.parquet": parquet.subarray(0, 400), "exchanges-1.ndjson": lines(1) }, async (taken) => {
    expect(taken.summary.exchanges).toBe(1);
    expect(taken.rejects).toMatchObject([
      { file: "exchanges-0.parquet", line: 0, reason: expect.stringMatching(/^the Parquet file can't be read/) },
    ]);
  });
});

describe("Parquet in other columns than the world's", () => {
  const parquet = (): Promise<Buffer> =>
    withLog({ "exchanges-0.ndjson": ndjson([goodLine]) }, async ({ store, folder }) => {
      const path = join(folder, "out.parquet");
      await store.run(sql`
        INSERT INTO FUNCTION file(${text(path)}, 'Parquet') SELECT 'r' AS request_id, 'm' AS model, 1 AS total_tokens`);
      return readFile(path);
    });

  test.each([
    ["by itself", "spend.parquet", {}],
    ["under the name of exchanges", "exchanges-0.parquet", {}],
    ["as another format", "spend.parquet", { format: "litellm-spend" }],
  ])("%s is said to be that", async (_what, name, options) => {
    const taking = withLog({ [name]: await parquet() }, async () => {}, options);
    await expect(taking).rejects.toThrow(UserError);
    await expect(taking).rejects.toThrow("is Parquet, which is read in the world's columns only");
    await expect(taking).rejects.toHaveProperty("hint", expect.stringContaining("as lines of JSON"));
  });

  test("beside other files is one reject", async () => {
    await withLog({ "a.parquet": await parquet(), "b.ndjson": lines(2) }, async ({ summary, rejects }) => {
      expect(summary).toMatchObject({ exchanges: 2, rejected: 1 });
      expect(rejects).toMatchObject([{ file: "a.parquet", line: 0, reason: expect.stringContaining("time, id") }]);
    });
  });
});

test("a line of 100 MB is skipped within a memory of 1 GiB", async () => {
  const long = Buffer.alloc(100_000_000, "x");
  const log = Buffer.concat([
    Buffer.from(`${lines(2)}\n{"id":"`),
    long,
    Buffer.from(`"}\n${ndjson([{ ...goodLine, id: "last" }])}\n`),
  ]);
  const before = process.resourceUsage().maxRSS;
  await withLog(
    { "exchanges-0.ndjson": log },
    async ({ summary, rejects }) => {
      expect(rejects).toEqual([
        { file: "exchanges-0.ndjson", line: 3, reason: "line of 100000009 bytes is longer than 16 MiB" },
      ]);
      expect(summary.exchanges).toBe(3);
      // The test's own copies are in it: maxRSS is in KiB.
      expect(process.resourceUsage().maxRSS - before).toBeLessThan(1_000_000);
    },
    { engine: { memoryBytesMax: 2 ** 30 } },
  );
});

describe("names", () => {
  test.each(["a{b,c}*", "quo'te\"d", "back\\slash", "{1..3}?", "sp ace\u{e9}\u{65e5}", "**", "%s{p0:String}"])(
    "%j is a folder like any other",
    async (at) => {
      const files = { "exchanges-*{a,b}?.ndjson": lines(2), "exchanges-'; DROP.ndjson.gz": gzipSync(lines(1, 10)) };
      await withLog(
        files,
        async ({ summary, rejects }) => {
          expect(rejects).toEqual([]);
          expect(summary).toMatchObject({ exchanges: 3, files: 2 });
        },
        { at },
      );
    },
  );
});

describe("nothing to take in", () => {
  const nothing = { "exchanges-0.ndjson": "" };
  test.each([
    ["an empty file", { "log.ndjson": "" }, "log.ndjson", /is empty$/],
    ["a world of empty files", nothing, undefined, /is empty$/],
    ["a folder without files", { "inner/.hidden": "x" }, undefined, /has no exchanges in it$/],
    ["a folder of other things", { "notes.txt": "dear diary" }, undefined, /is in no log format/],
    ["labels only", { "truth.ndjson": '{"account":"a"}' }, undefined, /has no exchanges in it$/],
    ["a path that isn't there", nothing, "missing", /there is no such file or folder$/],
  ])("%s is said to be so", async (_name, files, path, message) => {
    const taking = withLog(files, async () => {}, path === undefined ? {} : { path });
    await expect(taking).rejects.toThrow(UserError);
    await expect(taking).rejects.toThrow(message);
    await expect(taking).rejects.toHaveProperty("hint", expect.any(String));
  });

  test("an empty file beside good ones is only noted", async () => {
    await withLog({ "exchanges-0.ndjson": "", "exchanges-1.ndjson": lines(1) }, async ({ summary }) => {
      expect(summary).toMatchObject({ exchanges: 1, notes: [expect.stringMatching(/exchanges-0\.ndjson is empty$/)] });
    });
  });
});
