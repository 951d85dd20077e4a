import { describe, expect, it } from "vitest";
import { createAllowList } from "./allow-list.ts";
import type { AllowedScope } from "./allow-list.ts";
import { at, decision, START_MS } from "./decision.case.ts";
import type { Subject } from "./decision-index.ts";
import { createDecisionTable } from "./decision-table.ts";

const entry = (kind: AllowedScope["scope"]["kind"], value: string, expires: string | null = null): AllowedScope => ({
  scope: { kind, value },
  expires,
});

describe("an allow-list", () => {
  it.each<[AllowedScope, Subject, Subject]>([
    [entry("account", "a"), { account: "a", address: "192.0.2.1" }, { key: "a", organization: "a" }],
    [entry("organization", "o"), { account: "b", organization: "o" }, { account: "o" }],
    [entry("key", "k"), { key: "k" }, { tls: "k" }],
    [entry("tls", "t"), { tls: "t" }, { key: "t" }],
    [entry("address", "192.0.2.1"), { address: "::ffff:192.0.2.1" }, { address: "192.0.2.2" }],
    [entry("address", "2001:db8::/64"), { address: "2001:db8::7" }, { address: "no address" }],
  ])("with %j covers who comes through it, and nobody else", (given, covered, other) => {
    const list = createAllowList([given]);
    expect([covered, other, {}].map((subject) => list.covers(subject, START_MS))).toEqual([true, false, false]);
  });

  it("covers until an entry ends, and as long as the longest of those on one scope", () => {
    const list = createAllowList([entry("account", "a", at(2_000)), entry("account", "a", at(1_000))]);
    expect([0, 1_999, 2_000].map((ms) => list.covers({ account: "a" }, START_MS + ms))).toEqual([true, true, false]);
  });

  it("has a version of its own for other entries", () => {
    const lists = [[], [entry("key", "a")], [entry("tls", "a")], [entry("key", "a", at(1))]];
    expect(new Set(lists.map((entries) => createAllowList(entries).version)).size).toBe(4);
    expect(createAllowList([entry("key", "a")]).version).toBe(createAllowList([entry("key", "a")]).version);
  });

  it("wins over decisions on whatever its account comes through, and over no other account's", () => {
    const table = createDecisionTable();
    const address = { kind: "address", value: "192.0.2.1" } as const;
    table.apply({ sequence: 1, kind: "new", decision: decision({ id: "d", scope: address }) });
    table.apply({ sequence: 2, kind: "new", decision: decision({ id: "t", scope: address, action: "throttle" }) });
    table.allow(createAllowList([entry("account", "a", at(1_000))]));
    const found = (account: string, ms: number) => {
      const subject = { account, address: address.value };
      const nowMs = START_MS + ms;
      return [
        table.lookup(subject, nowMs)?.id ?? null,
        table.lookupAction(subject, nowMs, "throttle")?.id ?? null,
        table.lookupEach(subject, nowMs, "throttle").length,
      ];
    };
    expect([found("a", 0), found("b", 0), found("a", 1_000)]).toEqual([
      [null, null, 0],
      ["d", "t", 1],
      ["d", "t", 1],
    ]);
  });
});
