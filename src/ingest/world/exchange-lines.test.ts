import fc from "fast-check";
import { expect, test } from "vitest";
import { exchangeSchema } from "../../model/exchange.ts";
import type { Exchange } from "../../model/exchange.ts";
import type { Store } from "../../store/engine.ts";
import { sql } from "../../store/sql.ts";
import { ndjson, withLog } from "./scratch.case.ts";

// Time in the range of clocks; a lone surrogate can't be told in UTF-8, so texts are made of whole characters.
const timeMs = fc.integer({ min: Date.UTC(2015, 0, 1), max: Date.UTC(2100, 11, 31) });
const anyText = fc.string({ unit: "grapheme", maxLength: 40 });
const someText = fc.string({ unit: "grapheme", minLength: 1, maxLength: 40 });
const count = fc.maxSafeNat();
const optional = <Value>(value: fc.Arbitrary<Value>): fc.Arbitrary<Value | undefined> =>
  fc.option(value, { nil: undefined });

const anyExchange: fc.Arbitrary<unknown> = fc.record(
  {
    time: fc.oneof(
      timeMs,
      timeMs.map((ms) => new Date(ms).toISOString()),
    ),
    account: someText,
    key: optional(anyText),
    pathway: optional(anyText),
    ip: optional(fc.oneof(fc.ipV4(), fc.ipV6(), anyText)),
    asn: optional(fc.integer()),
    country: optional(anyText),
    user_agent: optional(anyText),
    ja4: optional(anyText),
    end_user: optional(anyText),
    model: someText,
    system: optional(anyText),
    messages: optional(
      fc.array(
        fc.record({
          role: fc.constantFrom("user", "assistant", "tool", "system"),
          content: fc.oneof(anyText, fc.json()),
        }),
        { maxLength: 4 },
      ),
    ),
    tools: optional(fc.array(someText, { maxLength: 4 })),
    params: optional(
      fc.record(
        {
          // Beyond that JSON.stringify writes integers of more than 64 bits, which the engine's parser refuses.
          temperature: fc.double({ min: -1e15, max: 1e15, noNaN: true }),
          top_p: fc.double({ min: 0, max: 1, noNaN: true }),
          n: fc.integer(),
          max_tokens: count,
          logprobs: fc.boolean(),
          stream: fc.boolean(),
          reasoning_effort: anyText,
        },
        { requiredKeys: [] },
      ),
    ),
    usage: optional(fc.record({ input: count, output: count, reasoning: count }, { requiredKeys: [] })),
    status: optional(fc.integer({ min: 100, max: 599 })),
    finish: optional(anyText),
    response: optional(fc.oneof(anyText, fc.json())),
  },
  { requiredKeys: ["time", "account", "model"] },
);

/** Unicode code points, as the engine counts. */
const characters = (text: string): number => Array.from(text).length;

/** What the engine holds of an exchange: missing texts are '', missing numbers null. */
function expected(exchange: Exchange): object {
  const { params = {}, usage = {}, messages = [] } = exchange;
  return {
    time: new Date(exchange.time).toISOString(),
    account: exchange.account,
    key: exchange.key ?? "",
    pathway: exchange.pathway ?? "",
    ip: exchange.ip ?? "",
    asn: exchange.asn ?? null,
    country: exchange.country ?? "",
    user_agent: exchange.user_agent ?? "",
    ja4: exchange.ja4 ?? "",
    end_user: exchange.end_user ?? "",
    model: exchange.model,
    temperature: params.temperature ?? null,
    top_p: params.top_p ?? null,
    n: params.n ?? null,
    max_tokens: params.max_tokens ?? null,
    logprobs: params.logprobs ?? null,
    stream: params.stream ?? null,
    reasoning_effort: params.reasoning_effort ?? "",
    usage_input: usage.input ?? null,
    usage_output: usage.output ?? null,
    usage_reasoning: usage.reasoning ?? null,
    status: exchange.status ?? null,
    finish: exchange.finish ?? "",
    tool_count: (exchange.tools ?? []).length,
    // A system prompt that stands alone is what is asked.
    message_count: messages.length === 0 && (exchange.system ?? "") !== "" ? 1 : messages.length,
    user_turns: messages.filter(({ role }) => role === "user").length,
    last_role: messages.at(-1)?.role ?? "",
    system_length: characters(exchange.system ?? ""),
    prompt_length: characters(messages.findLast(({ role }) => role === "user")?.content ?? ""),
    response_length: characters(exchange.response ?? ""),
    text: { system: exchange.system ?? "", messages, response: exchange.response ?? "" },
  };
}

async function stored(store: Store): Promise<object[]> {
  const rows = await store.rows<{ system: string; messages: unknown; response: string }>(sql`
    SELECT time, account, key, pathway, ip, asn, country, user_agent, ja4, end_user, model, temperature, top_p, n, max_tokens,
      logprobs, stream, reasoning_effort, usage_input, usage_output, usage_reasoning, status, finish, tool_count,
      message_count, user_turns, last_role, system_length, prompt_length, response_length,
      text.system AS system, text.messages AS messages, text.response AS response
    FROM exchange INNER JOIN exchange_text AS text USING (file, line) ORDER BY file, line`);
  return rows.map(({ system, messages, response, ...row }) => ({ ...row, text: { system, messages, response } }));
}

test("every exchange of the schema is read as it was written", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyExchange, { minLength: 200, maxLength: 200 }), async (list) => {
      // JSON has no -0 and no undefined: what was written is the written text.
      const exchanges = list.map((exchange, index) =>
        exchangeSchema.parse(JSON.parse(JSON.stringify(Object.assign({ id: `req_${index}` }, exchange)))),
      );
      const check = withLog(
        { "exchanges-0.ndjson": ndjson(exchanges) },
        async ({ store, rejects }) => ({ rejects, rows: await stored(store) }),
        {
          keepText: true,
        },
      );
      const { rejects, rows } = await check;
      expect(rejects).toEqual([]);
      expect(rows).toEqual(exchanges.map(expected));
    }),
    // A failure is not made smaller: each step would open an engine.
    { numRuns: 5, endOnFailure: true },
  );
});

test("the network of an address is its /24, or /48 of version 6", async () => {
  const networks: readonly (readonly [ip: string, prefix: string])[] = [
    ["203.0.113.77", "203.0.113.0/24"],
    ["::ffff:203.0.113.77", "203.0.113.0/24"],
    ["2001:db8:12:34::5", "2001:db8:12::/48"],
    ["not an address", ""],
    ["", ""],
  ];
  const lines = networks.map(([ip], index) => ({
    time: "2026-01-05T12:00:00Z",
    id: `r${index}`,
    account: "a",
    model: "m",
    ip,
  }));
  await withLog({ "exchanges-0.ndjson": ndjson(lines) }, async ({ store }) => {
    const rows = await store.rows<{ ip_prefix: string }>(sql`SELECT ip_prefix FROM exchange ORDER BY line`);
    expect(rows.map((row) => row.ip_prefix)).toEqual(networks.map(([, prefix]) => prefix));
  });
});

test("text is kept on request only, and expires", async () => {
  const line = { time: "2026-01-05T12:00:00Z", id: "r", account: "a", model: "m", response: "secret" };
  await withLog({ "exchanges-0.ndjson": ndjson([line]) }, async ({ store }) => {
    expect(await store.rows(sql`SELECT count() AS n FROM exchange_text`)).toEqual([{ n: 0 }]);
  });
  const files = { "exchanges-0.ndjson": ndjson([line]) };
  await withLog(
    files,
    async ({ store }) => {
      expect(
        await store.rows(
          sql`SELECT response, dateDiff('day', now('UTC'), expires) IN (29, 30) AS month FROM exchange_text`,
        ),
      ).toEqual([{ response: "secret", month: 1 }]);
    },
    { keepText: true },
  );
});
