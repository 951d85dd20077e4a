import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DECISION_ACTIONS } from "../../model/decision.ts";
import { createCommonParts } from "./common-parts.ts";
import { decision } from "./decision.case.ts";
import { createDecisionTable } from "./decision-table.ts";
import { surfaceDecision } from "./surface-decision.ts";
import type { SurfaceDecision } from "./surface-decision.ts";

/** As it comes off the wire: all that it holds is a copy of its own. */
const copy = (given: Parameters<typeof decision>[0]): SurfaceDecision =>
  structuredClone(surfaceDecision(decision(given)));

describe("what decisions have in common", () => {
  it("is held once in a table", () => {
    const table = createDecisionTable();
    for (const [i, id] of ["1", "2", "3"].entries()) {
      const parameters = { requests_per_minute: id === "3" ? 60 : 6 };
      table.apply({ sequence: i + 1, kind: "new", decision: copy({ id, action: "throttle", parameters }) });
    }
    const [one, two, three] = ["1", "2", "3"].map((id) => table.get(id));
    expect(two?.policy).toBe(one?.policy);
    expect(two?.parameters).toBe(one?.parameters);
    expect(three?.parameters).toEqual({ requests_per_minute: 60 });
  });

  it("leaves each decision as it came, however many different ones there are", () => {
    const texts = fc.constantFrom("a", "b");
    const given = fc.record({
      id: texts,
      scope: fc.record({ kind: fc.constantFrom("key", "account"), value: texts }),
      action: fc.constantFrom(...DECISION_ACTIONS),
      parameters: fc.record({ requests_per_minute: fc.constantFrom(1, 2), burst: fc.constantFrom(1, 2) }),
      category: fc.constantFrom("coordinated-extraction", "manual-review"),
      policy: fc.record({ name: texts, rule: texts, version: texts }),
    });
    fc.assert(
      fc.property(fc.array(given, { maxLength: 30 }), (all) => {
        const withCommonParts = createCommonParts();
        for (const each of all) expect(withCommonParts(copy(each))).toEqual(copy(each));
      }),
    );
  });

  it("is forgotten after 4096 others, and never held where it is long", () => {
    const withCommonParts = createCommonParts();
    const limited = (requests: number) =>
      withCommonParts(copy({ id: "1", parameters: { requests_per_minute: requests } })).parameters;
    const first = limited(0);
    for (let i = 1; i < 4096; i++) limited(i);
    expect(limited(0)).toBe(first);
    for (let i = 4096; i < 8192; i++) expect(limited(i)).toEqual({ requests_per_minute: i });
    expect(limited(0)).not.toBe(first);
    expect(limited(0)).toEqual(first);

    const policy = { name: "long".repeat(300), rule: "r", version: "1" };
    const [one, two] = [0, 1].map(() => withCommonParts(copy({ id: "1", policy })).policy);
    expect(one).toEqual(policy);
    expect(two).not.toBe(one);
  });
});
