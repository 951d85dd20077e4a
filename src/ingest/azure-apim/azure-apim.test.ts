import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { memoryFile, outcomeOf } from "../contract.case.ts";
import type { Outcome } from "../contract.case.ts";
import { azureApimReader } from "./reader.ts";

type Row = Readonly<Record<string, unknown>>;

const gateway: Row = { CorrelationId: "c", TimeGenerated: "2026-01-05T12:00:00Z", ApimSubscriptionId: "sub" };
const summary: Row = {
  CorrelationId: "c",
  SequenceNumber: 0,
  ModelName: "m",
  PromptTokens: "7",
  CompletionTokens: "2",
};

const piece = (number: number, side: "Request" | "Response", content: unknown): Row => ({
  CorrelationId: "c",
  SequenceNumber: number,
  [`${side}Messages`]: content,
});

/** A message's JSON, cut into pieces of one length, as rows from a number on. */
function cut(messages: unknown, length: number, side: "Request" | "Response", from: number): readonly Row[] {
  const text = JSON.stringify(messages);
  const pieces = Array.from({ length: Math.ceil(text.length / length) }, (_, at) =>
    text.slice(at * length, (at + 1) * length),
  );
  return pieces.map((content, at) => piece(from + at, side, content));
}

const read = (...files: readonly (readonly Row[])[]): Promise<Outcome> =>
  outcomeOf(
    azureApimReader,
    files.map((rows, at) => memoryFile(`${at}.jsonl`, rows.map((row) => JSON.stringify(row)).join("\n"))),
  );

const user = [{ role: "user", content: 'Gra\u{1F600}de "this": [1, 2]' }];
const assistant = [{ role: "assistant", content: "Two." }];
const said = { messages: user, response: "Two.", account: "sub", usage: { input: 7, output: 2 } };

describe("pieces of messages", () => {
  it("are put together whatever their length, their order and their files, also where rows come twice", async () => {
    const length = fc.integer({ min: 1, max: 80 });
    await fc.assert(
      fc.asyncProperty(length, fc.infiniteStream(fc.nat()), fc.boolean(), async (bytes, order, twice) => {
        const asked = cut(user, bytes, "Request", 1);
        const rows = [gateway, summary, ...asked, ...cut(assistant, bytes, "Response", 1 + asked.length)];
        const all = (twice ? [...rows, ...rows] : rows).map((row) => ({ row, at: order.next().value ?? 0 }));
        const mixed = all.sort((a, b) => a.at - b.at).map(({ row }) => row);
        const { items } = await read(mixed.slice(0, 3), mixed.slice(3));
        expect(items).toMatchObject([{ kind: "exchange", exchange: said }]);
      }),
    );
  });

  it("that are lists by themselves follow each other", async () => {
    const rows = [piece(1, "Request", user), piece(2, "Request", assistant), piece(3, "Request", [])];
    const { items } = await read([gateway, summary, ...rows]);
    expect(items).toMatchObject([{ exchange: { messages: [...user, ...assistant] } }]);
  });

  it.each([
    ["in the middle, where what is left is still JSON", [1, 3], ['[{"role":"user","content":"a', 'b"}]']],
    ["at the end", [1, 2], ['[{"role":"user",', '"content":"a']],
    ["at the beginning", [2, 3], ['"role":"user",', '"content":"a"}]']],
  ])("that lack one %s are no content", async (_where, numbers, texts) => {
    const rows = texts.map((text, at) => piece(numbers[at] ?? 0, "Request", text));
    const { items } = await read([gateway, summary, ...rows, ...cut(assistant, 100, "Response", 4)]);
    expect(items).toMatchObject([{ exchange: { response: "Two." } }]);
    expect(items[0]).not.toHaveProperty("exchange.messages");
  });
});

describe("who asks", () => {
  it.each([
    ["1", "sub"],
    ["65f0", "65f0"],
  ])("is the user %s or his subscription: %s", async (UserId, account) => {
    const { items } = await read([{ ...gateway, UserId }, summary]);
    expect(items).toMatchObject([{ exchange: { account, key: "sub" } }]);
  });
});
