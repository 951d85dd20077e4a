import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DECISION_ACTIONS } from "../../model/decision.ts";
import type { Decision } from "../../model/decision.ts";
import { at, decision, START_MS } from "./decision.case.ts";
import type { Subject } from "./decision-index.ts";
import { createDecisionTable } from "./decision-table.ts";
import type { DecisionTable } from "./decision-table.ts";
import { surfaceDeltaSchema } from "./surface-decision.ts";

/** A table with these decisions as its first deltas. */
function tableOf(...decisions: readonly Decision[]): DecisionTable {
  const table = createDecisionTable();
  for (const [i, each] of decisions.entries()) table.apply({ sequence: i + 1, kind: "new", decision: each });
  return table;
}

const idOf = (table: DecisionTable, subject: Subject, afterMs = 0): string | null =>
  table.lookup(subject, START_MS + afterMs)?.id ?? null;

describe("a look-up", () => {
  it("finds what applies to any part of the subject", () => {
    const scopes: readonly Decision["scope"][] = [
      { kind: "key", value: "hash" },
      { kind: "account", value: "acct-1" },
      { kind: "organization", value: "org-1" },
      { kind: "address", value: "2001:db8::1" },
      { kind: "tls", value: "t13d1516h2_8daaf6152771_e5627efa2ab1" },
    ];
    for (const scope of scopes) {
      const table = tableOf(decision({ id: scope.kind, scope }));
      expect(idOf(table, { [scope.kind]: scope.value })).toBe(scope.kind);
      expect(idOf(table, { [scope.kind]: "another" })).toBeNull();
    }
    expect(idOf(tableOf(decision({ id: "a", scope: scopes[3]! })), { address: "2001:db8::2" })).toBe("a");
  });

  it("takes the strictest, whatever its scope and whichever came first", () => {
    const throttle = decision({ id: "throttle", action: "throttle", parameters: { requests_per_minute: 10 } });
    const block = decision({ id: "block", scope: { kind: "organization", value: "org-1" } });
    const subject = { account: "acct-1", organization: "org-1" };
    expect(idOf(tableOf(throttle, block), subject)).toBe("block");
    expect(idOf(tableOf(block, throttle), subject)).toBe("block");
    expect(idOf(tableOf(block, throttle), { account: "acct-1" })).toBe("throttle");
  });

  it.each<[string, Partial<Decision>, Partial<Decision>]>([
    [
      "fewer requests",
      { action: "throttle", parameters: { requests_per_minute: 1 } },
      { action: "throttle", parameters: { requests_per_minute: 9 } },
    ],
    [
      "a longer delay",
      { action: "tarpit", parameters: { delay_ms: 9 } },
      { action: "tarpit", parameters: { delay_ms: 1 } },
    ],
    [
      "more withheld",
      { action: "degrade", parameters: { withhold: ["logprobs", "samples"] } },
      { action: "degrade", parameters: { withhold: ["logprobs"] } },
    ],
    ["a later end", { expires: at(9000) }, { expires: at(1000) }],
  ])("takes for stricter: %s", (_name, stricter, milder) => {
    const [one, other] = [decision({ id: "z", ...stricter }), decision({ id: "a", ...milder })];
    expect(idOf(tableOf(one, other), { account: "acct-1" })).toBe("z");
    expect(idOf(tableOf(other, one), { account: "acct-1" })).toBe("z");
  });

  it("lets the holding of new keys hide nothing of a request, and tells it when a key is made", () => {
    const table = tableOf(
      decision({ id: "hold", action: "hold-new-keys" }),
      decision({ id: "throttle", action: "throttle", parameters: { requests_per_minute: 10 } }),
    );
    expect(table.lookup({ account: "acct-1" }, START_MS, "request")?.id).toBe("throttle");
    expect(table.lookup({ account: "acct-1" }, START_MS, "new-key")?.id).toBe("hold");
  });

  it("enforces nothing that is simulated or has ended, swept or not", () => {
    const table = tableOf(
      decision({ id: "simulated", simulated: true }),
      decision({ id: "short", action: "challenge", expires: at(1000) }),
    );
    expect(idOf(table, { account: "acct-1" }, 999)).toBe("short");
    expect(idOf(table, { account: "acct-1" }, 1000)).toBeNull();
    expect(table.size).toBe(2);
    expect(table.expire(START_MS + 1000)).toBe(1);
    expect([...table.decisions()].map(({ id }) => id)).toEqual(["simulated"]);
  });

  it("keeps nothing that is for the analyst alone", () => {
    const held = tableOf(decision({ id: "a" })).get("a");
    expect(held).not.toHaveProperty("reasons");
    expect(held).not.toHaveProperty("campaign");
    expect(held).not.toHaveProperty("account");
  });
});

describe("deltas", () => {
  it("are taken once and in order; a gap changes nothing", () => {
    const table = tableOf(decision({ id: "a" }), decision({ id: "b", action: "challenge" }));
    const lift = { sequence: 3, kind: "deleted", decision: decision({ id: "a" }) } as const;
    expect(table.apply({ ...lift, sequence: 4 })).toBe("gap");
    expect(table.apply({ ...lift, sequence: 2 })).toBe("repeated");
    expect([table.sequence, idOf(table, { account: "acct-1" })]).toEqual([2, "a"]);
    expect(table.apply(lift)).toBe("applied");
    expect([table.sequence, idOf(table, { account: "acct-1" })]).toEqual([3, "b"]);
  });

  it("with an id that is held renew the decision", () => {
    const table = tableOf(decision({ id: "a", expires: at(1000) }), decision({ id: "a", expires: at(5000) }));
    expect(table.size).toBe(1);
    expect(idOf(table, { account: "acct-1" }, 4000)).toBe("a");
  });

  it("that name no address are refused and counted, and those after them count all the same", () => {
    const table = tableOf(
      decision({ id: "bad", scope: { kind: "address", value: "10.0.0.0/8" } }),
      decision({ id: "good" }),
    );
    expect([table.refused, table.size, table.sequence]).toEqual([1, 1, 2]);
    expect(idOf(table, { account: "acct-1" })).toBe("good");
  });

  it("can't make one value's chain longer than its limit, nor keep others out", () => {
    const address = { kind: "address", value: "192.0.2.1" } as const;
    const many = Array.from({ length: 300 }, (_, i) => decision({ id: `a${i}`, scope: address }));
    const table = tableOf(...many, decision({ id: "other" }));
    expect([table.size, table.refused]).toEqual([257, 44]);
    expect(idOf(table, { account: "acct-1" })).toBe("other");
  });

  it("of the desk are deltas of a surface", () => {
    const delta = { sequence: 1, kind: "deleted", cause: "appeal", decision: decision({ id: "a" }) };
    const read = surfaceDeltaSchema.parse(JSON.parse(JSON.stringify(delta)));
    expect(createDecisionTable().apply(read)).toBe("applied");
  });
});

describe("a snapshot", () => {
  it("takes the place of what was there only once it is whole", () => {
    const table = tableOf(decision({ id: "old" }));
    const loader = table.load(40);
    loader.add(decision({ id: "new", action: "challenge" }));
    expect([table.sequence, idOf(table, { account: "acct-1" })]).toEqual([1, "old"]);
    loader.finish();
    expect([table.sequence, idOf(table, { account: "acct-1" })]).toEqual([40, "new"]);
    expect(table.apply({ sequence: 41, kind: "deleted", decision: decision({ id: "new" }) })).toBe("applied");
    expect(table.size).toBe(0);
  });
});

describe("the table", () => {
  const values = ["a", "b"];
  const scope = fc.oneof(
    fc.record({ kind: fc.constantFrom("key", "account", "organization", "tls"), value: fc.constantFrom(...values) }),
    fc.record({
      kind: fc.constant("address" as const),
      value: fc.constantFrom("192.0.2.1", "2001:db8::1", "2001:db8::2"),
    }),
  );
  const given = fc.record({
    id: fc.constantFrom("1", "2", "3", "4", "5", "6"),
    scope,
    action: fc.constantFrom(...DECISION_ACTIONS),
    parameters: fc.record({ requests_per_minute: fc.integer({ min: 1, max: 3 }) }),
    expires: fc.integer({ min: 0, max: 20 }).map(at),
    simulated: fc.boolean(),
  });
  const step = fc.oneof(
    fc.record({ kind: fc.constant("new" as const), given }),
    fc.record({ kind: fc.constant("deleted" as const), given }),
    // The clock may be set back as well.
    fc.record({ kind: fc.constant("time" as const), ms: fc.integer({ min: -8, max: 8 }), sweep: fc.boolean() }),
    fc.record({ kind: fc.constant("snapshot" as const) }),
  );

  /** The order that the documentation states, spelled out anew and without an index. */
  const order = ["hold-new-keys", "observe", "challenge", "throttle", "degrade", "tarpit", "block"];
  function naive(held: Iterable<Decision>, subject: Record<string, string>, nowMs: number): string | null {
    // Of the addresses here, those that begin alike are of one /64.
    const network = (value: string): string => value.split("::", 1)[0] ?? "";
    const rate = (d: Decision): number => (d.action === "throttle" ? (d.parameters.requests_per_minute ?? 0) : 0);
    const found = [...held]
      .filter((d) => !d.simulated && Date.parse(d.expires) > nowMs)
      .filter((d) => subject[d.scope.kind] !== undefined)
      .filter((d) => network(d.scope.value) === network(subject[d.scope.kind] ?? ""))
      .sort(
        (x, y) =>
          order.indexOf(y.action) - order.indexOf(x.action) ||
          rate(x) - rate(y) ||
          Date.parse(y.expires) - Date.parse(x.expires) ||
          x.id.localeCompare(y.id),
      );
    return found[0]?.id ?? null;
  }

  const subjects = ["a", "b"].flatMap((value) =>
    ["192.0.2.1", "2001:db8::9", "2001:db9::1"].flatMap((address) => [
      { address },
      { key: value, account: value },
      { organization: value, tls: value, address },
    ]),
  );

  it("answers as a list that is searched from end to end would", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const table = createDecisionTable();
        const model = new Map<string, Decision>();
        let nowMs = START_MS;
        let sequence = 0;
        for (const each of steps) {
          if (each.kind === "new") {
            table.apply({ sequence: ++sequence, kind: "new", decision: decision(each.given) });
            model.set(each.given.id, decision(each.given));
          } else if (each.kind === "deleted") {
            table.apply({ sequence: ++sequence, kind: "deleted", decision: decision(each.given) });
            model.delete(each.given.id);
          } else if (each.kind === "snapshot") {
            const loader = table.load(sequence);
            for (const held of model.values()) loader.add(held);
            loader.finish();
          } else {
            nowMs += each.ms;
            if (each.sweep) {
              table.expire(nowMs);
              for (const [id, held] of model) if (Date.parse(held.expires) <= nowMs) model.delete(id);
            }
          }
          expect(table.size).toBe(model.size);
          for (const subject of subjects)
            expect(table.lookup(subject, nowMs)?.id ?? null).toBe(naive(model.values(), { ...subject }, nowMs));
        }
        table.expire(START_MS + 1000);
        expect(table.size).toBe(0);
      }),
      { numRuns: 150 },
    );
  });
});
