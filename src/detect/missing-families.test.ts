import { describe, expect, it } from "vitest";
import { ndjson, withLog } from "../ingest/world/scratch.case.ts";
import type { Exchange } from "../model/exchange.ts";
import { missingFamilies } from "./missing-families.ts";
import { buildTasks } from "./tasks/tasks.ts";

const whole: Partial<Exchange> = {
  time: "2026-01-05T12:00:00.000Z",
  id: "req_1",
  account: "ada",
  model: "aster-3-mini",
  ip: "192.0.2.7",
  status: 200,
  messages: [{ role: "user", content: "hello there" }],
};

/** Families that are missing, and why, where the log and the facts lack some fields. */
const missing = (without: Partial<Exchange>, facts: object = { account: "ada", payment: "pm_1" }) =>
  withLog(
    { "exchanges-0.ndjson": ndjson([{ ...whole, ...without }]), "accounts.ndjson": ndjson([facts]) },
    async ({ store }) => {
      await buildTasks(store);
      return (await missingFamilies(store)).map(({ family, reason }) => `${family}: ${reason}`);
    },
  );

const noFacts = { account: "ada" };
const text = { messages: undefined };
const told = [
  expect.stringMatching(/^partition: .*carries no messages/),
  expect.stringMatching(/^twins: .*carries no messages/),
  expect.stringMatching(/^intent: .*what the work is for can't be told, and nobody is flagged/),
];

describe("families that a log has no fields for", () => {
  it("are none where it has all, or where there is text and one of addresses and facts", async () => {
    expect(await missing({})).toEqual([]);
    expect(await missing({ ip: undefined })).toEqual([]);
    expect(await missing({}, noFacts)).toEqual([]);
  });

  it("are those that look at what is asked, where there is no text", async () => {
    expect(await missing(text)).toEqual(told);
    expect(await missing({ ...text, status: undefined })).toEqual([
      ...told,
      expect.stringMatching(/^continuation: .*no HTTP status/),
    ]);
  });

  it("are infrastructure, too, where the one half brings accounts together and the other would tell", async () => {
    expect(await missing(text, noFacts)).toEqual([...told, expect.stringMatching(/^infrastructure: .*--facts/)]);
    expect(await missing({ ...text, ip: undefined })).toEqual([
      ...told,
      expect.stringMatching(/^infrastructure: .*client addresses/),
    ]);
  });

  it("are all where nothing brings accounts together", async () => {
    expect((await missing({ ...text, ip: undefined }, noFacts)).map((line) => line.split(":")[0])).toEqual([
      "partition",
      "twins",
      "intent",
      "continuation",
      "regularity",
      "infrastructure",
    ]);
  });

  it("are continuation where refusals can't be told, and infrastructure where nobody's traces are known", async () => {
    expect(await missing({ status: undefined, ip: undefined }, noFacts)).toEqual([
      expect.stringMatching(/^continuation: .*no HTTP status/),
      expect.stringMatching(/^infrastructure: neither/),
    ]);
  });
});
