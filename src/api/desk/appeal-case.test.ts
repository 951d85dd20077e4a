import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { z } from "zod";
import { dayMs } from "../../decide/desk/desk.case.ts";
import { standing } from "../../decide/standing.case.ts";
import { FAMILIES } from "../../model/report.ts";
import { anOrder, decided, openApi } from "./desk-api.case.ts";
import type { OpenApi, Told } from "./desk-api.case.ts";

let api: OpenApi;
let count = 0;
let account: string;
let campaign: string;
beforeAll(async () => {
  api = await openApi();
});
afterAll(() => api.close());
beforeEach(() => {
  count++;
  account = `account-${count}`;
  campaign = `campaign-${count}`;
  api.clock.advance(60_000);
});

const statement = "We are a school,\nand this is our homework.";
const customer = (path: string, body?: unknown): Promise<Told> =>
  api.ask(body === undefined ? "GET" : "POST", `/v1/appeals/${path}`, body === undefined ? {} : { body });
const idOf = ({ body }: Told): string => z.object({ id: z.string() }).parse(body).id;
const judge = (id: string, verb: string, by: string, body: unknown = {}): Promise<Told> =>
  api.ask("POST", `/v1/desk/appeals/${id}/${verb}`, { by, body });

test("the way back: a notice is read, an appeal filed, taken up and upheld; everything in the case ends", async () => {
  const reference = await decided(api, account, campaign);
  const key = { kind: "key", value: `key of ${account}` };
  const order = idOf(
    await api.ask("POST", "/v1/desk/decisions", { by: "anna", body: { ...anOrder(account), scope: key, campaign } }),
  );

  // Mailers add to links.
  const notice = await customer(`${reference.toLowerCase()}?utm_source=mail`);
  expect(notice).toMatchObject({
    status: 200,
    body: {
      reference,
      category: "coordinated-extraction",
      restriction: "At most 20 requests a minute are answered, 5 at once.",
      state: "in-force",
      ended: null,
      appeal: { url: `https://provider.example/appeals/${reference}`, answered_within_days: 7 },
      appeals: [],
    },
  });
  expect(notice.headers.get("cache-control")).toBe("no-store");
  expect(await customer(`${reference}/summary`)).toMatchObject({
    status: 200,
    body: { summary: { sentences: expect.arrayContaining(["Your account sent tens of requests a day."]) } },
  });

  const filed = await customer(reference, { statement });
  expect(filed).toMatchObject({ status: 201, body: { state: "open", answer: null } });
  const appeal = idOf(filed);
  const queue = await api.ask("GET", "/v1/desk/appeals", { by: "carl" });
  expect(queue.body).toMatchObject({ rows: [{ id: appeal, account, decisions: [reference, order] }], next: null });
  expect((await judge(appeal, "take-up", "dora")).status).toBe(200);
  expect((await judge(appeal, "give-back", "dora")).body).toMatchObject({ state: "open" });
  expect((await judge(appeal, "take-up", "berit")).body).toMatchObject({ state: "under-review", reviewer: "berit" });
  expect((await api.ask("GET", `/v1/desk/appeals/${appeal}`, { by: "berit" })).body).toMatchObject({
    statement,
    decisions: [{ decision: { id: reference } }, { decision: { id: order } }],
    audit: [{ action: "appeal.under-review", actor: "berit" }, {}, {}, { action: "appeal.open", actor: "customer" }],
  });

  const before = (await api.state.decisions.deltasAfter(0, 1_000))?.length ?? 0;
  const judgement = { answer: "You were right, and we are sorry.", reason: "one class, one worksheet" };
  expect((await judge(appeal, "uphold", "berit", judgement)).body).toMatchObject({ state: "upheld" });

  const deltas = await api.state.decisions.deltasAfter(before, 1_000);
  expect(deltas?.map(({ kind, cause, decision }) => [kind, cause, decision.id])).toEqual([
    ["deleted", "appeal", reference],
    ["deleted", "appeal", order],
  ]);
  expect((await api.ask("GET", `/v1/desk/decisions?account=${account}`, { by: "carl" })).body).toMatchObject({
    rows: [],
  });
  expect((await api.ask("GET", "/v1/desk/exemptions", { by: "carl" })).body).toMatchObject({
    rows: expect.arrayContaining([expect.objectContaining({ use: "reinstated", campaign, granted_by: "berit" })]),
  });
  expect((await customer(reference)).body).toMatchObject({
    state: "ended",
    appeals: [{ id: appeal, state: "upheld", answer: "You were right, and we are sorry." }],
  });
  // The detector says the same again, and nothing is done.
  await decided(api, account, campaign);
  expect(await api.state.decisions.inForceOfAccounts([account], api.clock.nowMs())).toEqual([]);
  expect((await api.ask("GET", "/v1/desk/audit/verification", { by: "carl" })).body).toMatchObject({ kind: "intact" });
  expect(api.failures).toEqual([]);
});

describe("a customer", () => {
  test("reads nothing of signals, of the campaign, of the rule, or of who looks at the appeal", async () => {
    const reference = await decided(api, account, campaign);
    const appeal = idOf(await customer(reference, { statement }));
    await judge(appeal, "take-up", "berit");
    const texts = [await customer(reference), await customer(`${reference}/summary`)]
      .map(({ text }) => text)
      .join("\n");
    for (const word of [...FAMILIES, campaign, account, "sure", "disjoint", "berit", "confidence"])
      expect(texts).not.toContain(word);
  });

  test("hears the same of every reference that there is nothing to tell of", async () => {
    const dry = standing({ account, campaign: { ...standing().campaign, id: campaign, confidence: 0.1 } });
    await api.desk.take([dry], api.clock.nowMs());
    const [observed] = await api.state.decisions.inForceOfAccounts([account], api.clock.nowMs());
    const references = [
      observed?.id ?? "",
      "0000-0000-0000-0000",
      "nonsense",
      "%00",
      "%F0%9F%98%80",
      "x".repeat(2_000),
    ];
    const answers = await Promise.all(
      references.flatMap((one) => [customer(one), customer(`${one}/summary`), customer(one, { statement })]),
    );
    expect(observed?.action).toBe("observe");
    expect(new Set(answers.map(({ status, text }) => `${status} ${text}`)).size).toBe(1);
    expect(answers[0]).toMatchObject({ status: 404 });
  });

  test("appeals once at a time, withdraws, and is told why not", async () => {
    const reference = await decided(api, account, campaign);
    expect(await customer(`${reference}/withdraw`, {})).toMatchObject({ status: 409 });
    expect(await customer(reference, { statement: " " })).toMatchObject({
      status: 422,
      body: { faults: [{ at: "body.statement" }] },
    });
    expect(await customer(reference, { statement: "x".repeat(20_001) })).toMatchObject({ status: 422 });
    expect(await customer(reference, { statement: "\u{1F600}".repeat(10_000) })).toMatchObject({ status: 201 });
    expect(await customer(reference, { statement })).toMatchObject({
      status: 409,
      body: { detail: expect.stringContaining("is being looked at"), hint: expect.stringContaining("answered by") },
    });
    expect((await customer(`${reference}/withdraw`, {})).body).toMatchObject({ state: "withdrawn" });
    expect((await customer(reference, { statement })).status).toBe(201);
    expect((await customer(reference)).body).toMatchObject({ appeals: [{ state: "open" }, { state: "withdrawn" }] });
  });

  test("sees that what was decided has ended, or was taken out of force", async () => {
    const reference = await decided(api, account, campaign);
    const put = (on: boolean) =>
      api.ask("PUT", "/v1/desk/switches/kill", { by: "anna", body: { on, reason: "an exercise" } });
    await put(true);
    expect((await customer(reference)).body).toMatchObject({ state: "suspended", ended: null });
    await put(false);
    expect((await customer(reference)).body).toMatchObject({ state: "in-force" });
    api.clock.advance(2 * dayMs);
    expect((await customer(reference)).body).toMatchObject({ state: "ended", ended: expect.any(String) });
  });

  test("who is told the reference of somebody else's address sees nothing of that account, and can appeal", async () => {
    const own = await decided(api, account, campaign);
    const address = { kind: "address", value: "192.0.2.7" };
    const order = await api.ask("POST", "/v1/desk/decisions", {
      by: "anna",
      body: { ...anOrder(account), scope: address, campaign },
    });
    const shared = idOf(order);
    const appeal = idOf(await customer(own, { statement }));
    expect((await customer(shared)).body).toMatchObject({ state: "in-force", appeals: [] });
    expect((await customer(`${shared}/summary`)).body).toEqual({ summary: null });
    expect((await customer(`${shared}/withdraw`, {})).status).toBe(409);
    await customer(`${own}/withdraw`, {});
    expect(await customer(shared, { statement })).toMatchObject({ status: 201 });
    expect((await customer(shared)).body).toMatchObject({ appeals: [{ state: "open" }] });
    expect((await customer(own)).body).toMatchObject({
      appeals: [{ state: "open" }, { id: appeal, state: "withdrawn" }],
    });
  });
});

describe("who judges", () => {
  test("did not order what it is about, and holds the appeal", async () => {
    const order = idOf(await api.ask("POST", "/v1/desk/decisions", { by: "dora", body: anOrder(account) }));
    const appeal = idOf(await customer(order, { statement }));
    expect(await judge(appeal, "take-up", "dora")).toMatchObject({
      status: 409,
      body: { detail: `dora ordered the decision ${order}` },
    });
    const judgement = { answer: "It stays.", reason: "it was looked at again" };
    expect((await judge(appeal, "reject", "berit", judgement)).status).toBe(409);
    await judge(appeal, "take-up", "berit");
    expect((await judge(appeal, "reject", "dora", judgement)).body).toMatchObject({
      detail: `appeal ${appeal} is with berit`,
    });
    expect((await judge(appeal, "reject", "berit", judgement)).body).toMatchObject({
      state: "rejected",
      answer: "It stays.",
    });
    expect((await customer(order)).body).toMatchObject({ state: "in-force", appeals: [{ answer: "It stays." }] });
    expect((await judge("none", "take-up", "berit")).status).toBe(404);
  });

  test("sees first what is due first, and what is overdue", async () => {
    const reference = await decided(api, account, campaign);
    const appeal = idOf(await customer(reference, { statement }));
    const overdue = async (): Promise<unknown> =>
      (await api.ask("GET", "/v1/desk/appeals?state=overdue&limit=200", { by: "berit" })).body;
    const row = expect.objectContaining({ id: appeal });
    expect(await overdue()).not.toEqual({ rows: expect.arrayContaining([row]), next: null });
    api.clock.advance(8 * dayMs);
    expect(await overdue()).toEqual({ rows: expect.arrayContaining([row]), next: null });
  });
});
