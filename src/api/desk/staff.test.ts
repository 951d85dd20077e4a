import { createHash } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { dayMs } from "../../decide/desk/desk.case.ts";
import { standing } from "../../decide/standing.case.ts";
import { testNames } from "../../ingest/keys/keys.case.ts";
import { anOrder, decided, later, openApi } from "./desk-api.case.ts";
import type { OpenApi, Told } from "./desk-api.case.ts";

let api: OpenApi;
beforeAll(async () => {
  api = await openApi();
});
afterAll(() => api.close());

const get = (path: string): Promise<Told> => api.ask("GET", `/v1/desk/${path}`, { by: "carl" });
const post = (path: string, body: unknown): Promise<Told> => api.ask("POST", `/v1/desk/${path}`, { by: "anna", body });
const idOf = ({ body }: Told): string => z.object({ id: z.string() }).parse(body).id;
const pageSchema = z.object({ rows: z.array(z.looseObject({})), next: z.union([z.string(), z.int()]).nullable() });

/** All rows of a list, a few a page. */
async function listed(path: string): Promise<unknown[]> {
  const rows: unknown[] = [];
  let after = "";
  for (;;) {
    const page = pageSchema.parse((await get(`${path}${path.includes("?") ? "&" : "?"}limit=2${after}`)).body);
    expect(page.rows.length).toBeLessThanOrEqual(2);
    rows.push(...page.rows);
    if (page.next === null) return rows;
    after = `&after=${encodeURIComponent(page.next)}`;
  }
}

test("campaigns are listed, without what only the detector reads, and so are their members", async () => {
  const seen = { first_seen: later(api, 0), last_seen: later(api, 0) };
  for (const id of ["m1", "m2", "m3"])
    await api.state.campaigns.put({ id, state: "live", ...seen, verdict: { coordinated: 1 }, memory: { secret: id } });
  await api.state.campaigns.close("m3");
  for (const account of ["m-a", "m-b", "m-c"]) await decided(api, account, "m1");
  expect(await listed("campaigns")).toEqual([
    { id: "m1", state: "live", ...seen, verdict: { coordinated: 1 } },
    { id: "m2", state: "live", ...seen, verdict: { coordinated: 1 } },
  ]);
  expect(await listed("campaigns?state=closed")).toMatchObject([{ id: "m3" }]);
  expect((await get("campaigns/m1")).text).not.toContain("secret");
  expect((await get("campaigns/none")).status).toBe(404);
  expect(await listed("campaigns/m1/members")).toMatchObject([
    { account: "m-a" },
    { account: "m-b" },
    { account: "m-c" },
  ]);
});

test("an account is told with its facts, where it stands and stood, and what was decided", async () => {
  const account = "org/one account%";
  const path = `accounts/${encodeURIComponent(account)}`;
  expect((await get(path)).body).toEqual({ account, facts: null, standing: null, appeals: [] });
  await api.state.accounts.put([{ account, plan: "build" }]);
  await decided(api, account, "c-account");
  api.clock.advance(2 * 3_600_000);
  await decided(api, account, "c-account");
  expect((await get(path)).body).toMatchObject({
    facts: { plan: "build" },
    standing: { campaign: { id: "c-account" } },
  });
  expect((await get(`${path}/standings`)).body).toMatchObject({ rows: [{ account }, { account }] });
  expect((await get(`${path}/decisions`)).body).toMatchObject({ rows: [{ decision: { account }, ended: null }] });
});

describe("decisions", () => {
  test("are found by campaign, account, scope and hold, page by page", async () => {
    for (const account of ["f-a", "f-b", "f-c"]) await decided(api, account, "c-filter");
    api.clock.advance(1);
    const key = { kind: "key", value: "k 1" };
    const order = idOf(await post("decisions", { ...anOrder("f-a"), scope: key }));
    expect(await listed("decisions?campaign=c-filter")).toHaveLength(3);
    expect(await listed("decisions?account=f-a")).toMatchObject([{ campaign: "c-filter" }, { id: order }]);
    expect(await listed("decisions?scope_kind=key&scope_value=k%201")).toMatchObject([{ id: order }]);
    expect(await listed("decisions?held=canary")).toEqual([]);
    expect((await listed("decisions")).length).toBeGreaterThanOrEqual(4);
  });

  test("say why, in the audit log's words", async () => {
    const evidence = [{ signal: "partition", summary: "disjoint", strength: 6, accounts: 40, against: false } as const];
    await api.desk.take([standing({ account: "why", time: later(api, 0), evidence })], api.clock.nowMs());
    const [decision] = await api.state.decisions.inForceOfAccounts(["why"], api.clock.nowMs());
    expect((await get(`decisions/${decision?.id}`)).body).toMatchObject({
      decision: { account: "why" },
      ended: null,
      notices: [],
      audit: [{ action: "decision.made", actor: "desk", detail: { evidence: [{ summary: "disjoint" }] } }],
    });
    expect((await get("decisions/none")).status).toBe(404);
  });

  test("of people are ordered and lifted under their names; those of policies are not lifted", async () => {
    const ordered = await post("decisions", {
      ...anOrder("ordered"),
      step: { action: "throttle", "requests-per-minute": 5, burst: 2, ttl: "36h" },
    });
    expect(ordered).toMatchObject({
      status: 201,
      body: {
        scope: { kind: "account", value: "ordered" },
        parameters: { requests_per_minute: 5, burst: 2 },
        campaign: null,
        expires: later(api, 1.5),
        held: null,
      },
    });
    const id = idOf(ordered);
    expect(await post(`decisions/${id}/lift`, { reason: "mixed up" })).toMatchObject({
      status: 200,
      body: { ended: { cause: "manual" } },
    });
    expect((await get(`decisions/${id}`)).body).toMatchObject({
      audit: [
        { action: "decision.ended", actor: "anna", detail: { reason: "mixed up" } },
        { action: "decision.made", actor: "anna", detail: { reason: "it was seen by hand" } },
      ],
    });
    expect((await post(`decisions/${id}/lift`, { reason: "again" })).status).toBe(409);
    const policys = await decided(api, "policy's", "c-policy");
    expect(await post(`decisions/${policys}/lift`, { reason: "mercy" })).toMatchObject({
      status: 409,
      body: { hint: expect.stringContaining("uphold an appeal") },
    });
  });
});

describe("what people write of keys and addresses", () => {
  const written = (kind: string, value: string) => ({ ...anOrder("written"), scope: { kind, value } });

  test("is kept under the names that decisions have for them, and so is found; a key is kept nowhere", async () => {
    const secret = "sk-proj-0123456789abcdef";
    const name = testNames.ofSecret(secret);
    for (const value of [secret, createHash("sha256").update(secret).digest("hex"), name]) {
      expect((await post("decisions", written("key", value))).body).toMatchObject({
        scope: { kind: "key", value: name },
      });
      api.clock.advance(1);
    }
    expect(await listed(`decisions?scope_kind=key&scope_value=${secret}`)).toHaveLength(3);
    expect((await get("audit?limit=200")).text).not.toContain(secret);
    const ordered = await post("decisions", written("address", "2001:DB8:0:0:1::7"));
    expect(ordered.body).toMatchObject({ scope: { kind: "address", value: "2001:db8:0:0::/64" } });
    expect(await listed("decisions?scope_kind=address&scope_value=2001:db8::9")).toEqual([ordered.body]);
    for (const value of ["198.51.100.0/24", "banana"])
      expect(await post("decisions", written("address", value))).toMatchObject({
        status: 422,
        body: { faults: [{ at: "body.scope.value", fault: expect.stringContaining("is no address") }] },
      });
  });

  test("is what the allow-list goes by", async () => {
    const grant = { expires: null, reason: "ours" };
    const one = await post("allowances", { ...grant, scope: { kind: "address", value: "2001:db8:7::1" } });
    const other = await post("allowances", { ...grant, scope: { kind: "key", value: "sk-of-ours" } });
    expect((await post("decisions", written("address", "2001:DB8:7:0::2"))).status).toBe(409);
    expect((await post("decisions", written("key", testNames.ofSecret("sk-of-ours")))).status).toBe(409);
    for (const granted of [one, other]) await post(`allowances/${idOf(granted)}/revoke`, { reason: "done" });
  });
});

describe("exemptions and the allow-list", () => {
  const reason = "it was agreed in writing";

  test("a declared use is granted with a cap and an end, ends what it covers, and is taken back", async () => {
    await decided(api, "lab", "c-lab");
    const grant = {
      holder: { kind: "account", value: "lab" },
      use: "research",
      requests_per_day: 100,
      expires: later(api, 90),
      reason,
    };
    const granted = await post("exemptions", grant);
    expect(granted).toMatchObject({
      status: 201,
      body: { use: "research", granted_by: "anna", campaign: null, revoked: null },
    });
    expect(await listed("decisions?account=lab")).toEqual([]);
    expect(await listed("exemptions")).toContainEqual(granted.body);
    expect((await post("exemptions", grant)).status).toBe(409);
    const id = idOf(granted);
    expect(await post(`exemptions/${id}/revoke`, { reason })).toMatchObject({
      status: 200,
      body: { id, revoked: later(api, 0) },
    });
    expect((await post(`exemptions/${id}/revoke`, { reason })).status).toBe(409);
    expect((await post("exemptions/none/revoke", { reason })).status).toBe(404);
    for (const wrong of [
      { use: "reinstated" },
      { requests_per_day: null },
      { expires: later(api, -1) },
      { expires: later(api, 400) },
    ])
      expect((await post("exemptions", { ...grant, ...wrong })).status).toBe(422);
  });

  test("what is on the allow-list can't be ordered against, until it is taken back", async () => {
    const grant = { scope: { kind: "organization", value: "org-1" }, expires: null, reason };
    await api.state.accounts.put([{ account: "ours", organization: "org-1" }]);
    const granted = await post("allowances", grant);
    expect(granted).toMatchObject({ status: 201, body: { expires: null, granted_by: "anna" } });
    expect(await listed("allowances")).toEqual([granted.body]);
    expect(await post("decisions", anOrder("ours"))).toMatchObject({
      status: 409,
      body: { detail: expect.stringContaining("allow-list") },
    });
    expect((await post("allowances", grant)).status).toBe(409);
    expect((await post(`allowances/${idOf(granted)}/revoke`, { reason })).status).toBe(200);
    expect((await post("decisions", anOrder("ours"))).status).toBe(201);
    expect((await post("allowances", { ...grant, expires: later(api, -1) })).status).toBe(422);
  });
});

test("switches are moved with a reason, and the blast radius says who is hit", async () => {
  expect((await get("switches")).body).toEqual({ kill: null, "dry-run": null });
  await decided(api, "radius", "c-radius");
  expect((await get("blast-radius")).body).toMatchObject({
    total: { accounts: expect.any(Number), exchanges_per_day: expect.any(Number), plans: expect.any(Object) },
    by_action: { throttle: { accounts: expect.any(Number) } },
    held: {},
  });
  const put = (body: unknown) => api.ask("PUT", "/v1/desk/switches/kill", { by: "anna", body });
  expect((await put({ on: true })).status).toBe(422);
  expect((await put({ on: true, reason: "something is wrong" })).body).toMatchObject({
    kill: { on: true, actor: "anna", reason: "something is wrong" },
    "dry-run": null,
  });
  expect((await get("decisions?held=suspended")).body).toMatchObject({
    rows: expect.arrayContaining([expect.objectContaining({ account: "radius" })]),
  });
  await put({ on: false, reason: "it was nothing" });
  expect((await get("decisions?held=suspended")).body).toEqual({ rows: [], next: null });
  expect(
    (await api.ask("PUT", "/v1/desk/switches/light", { by: "anna", body: { on: true, reason: "x" } })).status,
  ).toBe(422);
});

test("the audit log is read page by page, and found whole", async () => {
  for (const name of ["log-a", "log-b", "log-c"]) await post("decisions", anOrder(name));
  const entries = z.array(z.looseObject({ sequence: z.int() })).parse(await listed("audit"));
  expect(entries.map(({ sequence }) => sequence)).toEqual(entries.map((_, index) => index + 1));
  expect((await get("audit/verification")).body).toEqual({
    kind: "intact",
    entries: entries.length,
    head: entries.at(-1)?.["hash"],
  });
});

test("a transparency report is given as JSON and as a table", async () => {
  api.clock.advance(400 * dayMs);
  const from = later(api, 0);
  for (let count = 0; count < 12; count++) await decided(api, `open-${count}`, "c-open");
  const stretch = `from=${from}&to=${later(api, 1)}`;
  expect((await get(`transparency?${stretch}`)).body).toMatchObject({
    decisions: 10,
    by_action: { throttle: 10, block: 0 },
    by_category: { "coordinated-extraction": 10 },
    days_to_answer: null,
    cohorts: { plan: { unknown: { decisions: 10, appeals: 0, upheld: 0 } } },
  });
  const table = await get(`transparency.csv?${stretch}`);
  expect(table.headers.get("content-type")).toContain("text/csv");
  expect(table.text).toContain("\r\naction,throttle,count,10\r\n");
});
