import { createHash } from "node:crypto";
import { readFileSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { memoryFile, outcomeOf } from "../contract.case.ts";
import { withKeyNamed } from "../keys/key-directory.ts";
import { testKeys } from "../keys/keys.case.ts";
import { readers } from "../readers.ts";
import { goodLine, ndjson } from "../world/scratch.case.ts";
import { decodeDelivery } from "./delivery.ts";
import { TooManyItemsError, UnknownFormatError, encodeReading, readDelivery } from "./read.ts";
import type { Reading, ReadOptions } from "./read.ts";

const read = (content: string | Uint8Array, more: Partial<ReadOptions> = {}): Promise<Reading> =>
  readDelivery(memoryFile("body", content), { keys: testKeys, ...more });

const linesOf = ({ exchanges, facts }: Reading): readonly string[] => [...exchanges, ...facts].map(String);

const pretty = (value: unknown): string => JSON.stringify(value, null, 2);

const samples = readers.flatMap((reader) => {
  const folder = join(import.meta.dirname, "..", reader.format, "samples");
  const paths = readdirSync(folder).map((name) => join(folder, name));
  return paths.filter((path) => statSync(path).isFile()).map((path) => ({ reader, path }));
});

describe("a delivery", () => {
  it("in the world's format goes on as it stands, line by line", async () => {
    const first = `{ "future": [1e3], ${JSON.stringify(goodLine).slice(1)}`;
    const reading = await read(`${first}\r\n\n${JSON.stringify({ ...goodLine, id: "2" })}`);
    expect(linesOf(reading)).toEqual([first, JSON.stringify({ ...goodLine, id: "2" })]);
    expect(reading).toMatchObject({ facts: [], refusals: [], skipped: 0 });
  });

  it("in the world's format is read however it is laid out, as by a scan", async () => {
    const key = "sk-live-12345678";
    const sent = [goodLine, { ...goodLine, id: "" }, { ...goodLine, id: "2", account: key, key }, 5];
    const name = testKeys.ofSecret(key);
    const taken = [goodLine, { ...goodLine, id: "2", account: name, key: name }];
    for (const text of [JSON.stringify(sent), JSON.stringify(sent, null, 2), sent.map(pretty).join("\n")]) {
      for (const format of [{}, { format: "world" }]) {
        const reading = await read(text, format);
        expect(linesOf(reading).map((line): unknown => JSON.parse(line))).toEqual(taken);
        expect(reading.refusals.map(({ reason }) => reason)).toEqual(["id is missing or empty", "not a JSON object"]);
      }
    }
    const answer = { data: sent.slice(0, 3), next: null };
    expect(linesOf(await read(JSON.stringify(answer)))).toHaveLength(2);
  });

  it("takes any script, and no other white space than JSON's", async () => {
    const lines = fc.array(fc.tuple(fc.string({ unit: "grapheme" }), fc.jsonValue()), { maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(lines, async (said) => {
        const good = said.map(([text, more]) => JSON.stringify({ ...goodLine, response: text, [`_${text}`]: more }));
        const reading = await read([...good, `\u{A0}${good[0] ?? "{}"}`].join("\n"), { format: "world" });
        expect(linesOf(reading)).toEqual(good);
        expect(reading.refusals).toEqual([{ line: good.length + 1, reason: "not valid JSON" }]);
      }),
    );
  });

  it("says which lines are none, and why, and keeps that for the engine's rejects", async () => {
    const reading = await read(ndjson([goodLine, "{", "[]", { ...goodLine, id: "" }, { ...goodLine, model: null }]));
    expect(reading.refusals).toEqual([
      { line: 2, reason: "not valid JSON" },
      { line: 3, reason: "not a JSON object" },
      { line: 4, reason: "id is missing or empty" },
      { line: 5, reason: "model is missing or empty" },
    ]);
    const [record = Buffer.alloc(0), rejects = Buffer.alloc(0)] = encodeReading("test", reading);
    expect(decodeDelivery(record)).toMatchObject({ origin: "test", kind: "exchange", count: 1, rejects: [] });
    expect(decodeDelivery(rejects).rejects[0]).toBe("line 2: not valid JSON");
  });

  it.each(samples)("in the format of $path is told by itself and read as a scan reads it", async ({ reader, path }) => {
    const content = readFileSync(path);
    const { items, skips } = await outcomeOf(reader, [memoryFile("body", content)]);
    const reading = await read(content);
    expect(reading.exchanges).toEqual(
      items.flatMap((item) =>
        item.kind === "exchange" ? [JSON.stringify(withKeyNamed(item.exchange, testKeys))] : [],
      ),
    );
    expect(reading.facts).toHaveLength(items.filter(({ kind }) => kind === "facts").length);
    expect(reading.refusals).toHaveLength(items.filter(({ kind }) => kind === "reject").length);
    expect(reading.skipped).toBe(Object.values(skips).reduce((sum, count) => sum + count, 0));
    expect(await read(content, { format: reader.format })).toEqual(reading);
  });

  it("goes by the account that its key belongs to", async () => {
    const path = join(import.meta.dirname, "..", "bedrock", "samples", "invocations.jsonl");
    const keys = { ...testKeys, ownerOf: () => ({ account: "acct_own" }) };
    const [moved] = linesOf(await read(readFileSync(path), { keys }));
    expect(JSON.parse(moved ?? "")).toMatchObject({ account: "acct_own" });
  });

  it.each(["world", "litellm-spend", "envoy", "cloudflare"] as const)(
    "of %s never carries a key in the clear, and names it as the gateway does",
    async (format) => {
      const key = "sk-live-12345678";
      const sha256 = createHash("sha256").update(key).digest("hex");
      const lines = {
        world: { ...goodLine, account: key, key },
        "litellm-spend": { request_id: "r", startTime: "2026-01-05T12:00:00Z", api_key: sha256, model: "m" },
        envoy: {
          start_time: "2026-01-05T12:00:00.000Z",
          response_code: 200,
          "x-request-id": "r",
          "gen_ai.request.model": "m",
          authorization: `Bearer ${key}`,
        },
        cloudflare: {
          id: "r",
          created_at: "2026-01-05T12:00:00Z",
          provider: "openai",
          model: "m",
          metadata: JSON.stringify({ api_key: key }),
        },
      };
      const [line = ""] = linesOf(await read(ndjson([lines[format]]), { format }));
      const name = testKeys.ofSecret(key);
      expect(JSON.parse(line)).toMatchObject({ key: name, account: name });
      expect(line).not.toContain(key);
      expect(line).not.toContain(sha256);
    },
  );

  it("of facts about a key is about the account that its exchanges go by", async () => {
    const [facts = ""] = linesOf(await read("key,plan\nsk-live-12345678,free\n"));
    expect(JSON.parse(facts)).toEqual({ account: testKeys.ofSecret("sk-live-12345678"), plan: "free" });
  });

  it("of no known format is refused with the names of those that are", async () => {
    await expect(read("hello\nthere")).rejects.toThrow(UnknownFormatError);
    await expect(read("hello\nthere")).rejects.toThrow(/world.*otlp.*bedrock/);
    await expect(read(ndjson([goodLine]), { format: "syslog" })).rejects.toThrow(UnknownFormatError);
  });

  it("has a limit, and lets others have their turn on the way there", async () => {
    let turns = 0;
    let isReading = true;
    const other = (): void => {
      turns += 1;
      if (isReading) setImmediate(other);
    };
    setImmediate(other);
    await expect(read(Array(100_001).fill("1").join("\n"), { format: "world" })).rejects.toThrow(TooManyItemsError);
    isReading = false;
    expect(turns).toBeGreaterThan(3);
  });
});

it("a refusal says nothing of what was said", async () => {
  const prompt = "my secret question";
  const reading = await read(ndjson([{ ...goodLine, messages: prompt }, `{"id":"1","prompt":"${prompt}`]));
  expect(JSON.stringify(reading.refusals)).not.toContain("secret");
});
