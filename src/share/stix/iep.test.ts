import { describe, expect, it } from "vitest";
import { admit } from "./admit.ts";
import { noteOn, opinionOn } from "./build.ts";
import { campaignObjects } from "./campaign-objects.ts";
import { iepMarking, mayActOn, mayLookFor, PERMITTED_ACTIONS, permittedBy } from "./iep.ts";
import { authorship, faultsOf, peer, sharing } from "./stix.case.ts";
import { tlpMarking, tlpOf } from "./tlp.ts";

const target = "campaign--00000000-0000-4000-8000-000000000001";

describe("a policy of IEP 2.0", () => {
  it.each(PERMITTED_ACTIONS)("says what is permitted: %s", (permitted) => {
    const object = opinionOn([target], "disagree", null, { ...authorship(), permitted });
    const markings = "object_marking_refs" in object ? object.object_marking_refs : [];
    expect(permittedBy(markings)).toBe(permitted);
    expect(tlpOf(markings)).toBe("amber+strict");
    expect(admit(iepMarking(permitted))).toEqual(iepMarking(permitted));
  });

  it.each(PERMITTED_ACTIONS)(
    "refers to FIRST's framework, as the extension wants it, and to nothing else: %s",
    (permitted) => {
      const { external_references: references, ...without } = iepMarking(permitted);
      expect(references).toEqual([
        { source_name: "FIRST IEP 2.0", url: "https://www.first.org/iep/iep_framework_2_0" },
      ]);
      expect(() => admit(without)).toThrow("not for sharing");
      for (const other of [
        [],
        [...references, ...references],
        [{ source_name: "Customer Ltd.", url: references[0].url }],
      ])
        expect(() => admit({ ...without, external_references: other })).toThrow("not for sharing");
    },
  );

  it("lets what is told be looked for, from what nobody outside sees", () => {
    expect(PERMITTED_ACTIONS.map(mayLookFor)).toEqual([false, false, true, true, true]);
    expect(permittedBy([tlpMarking("green").id])).toBe("externally-visible-direct-actions");
  });

  it("lets something be done to accounts only where direct actions may be seen outside", () => {
    expect(PERMITTED_ACTIONS.map(mayActOn)).toEqual([false, false, false, false, true]);
  });

  it("is one of those that are published, and stands beside a level of TLP", () => {
    const changed: unknown = JSON.parse(JSON.stringify(iepMarking("none")).replace("must-not", "may"));
    expect(() => admit(changed)).toThrow("not for sharing");
    expect(() => admit({ ...iepMarking("none"), id: iepMarking("contact-for-instruction").id })).toThrow(
      "not for sharing",
    );
    const note = noteOn([target], "Seen here too, by own evidence.", authorship());
    for (const markings of [
      [],
      [iepMarking("none").id],
      [tlpMarking("green").id, tlpMarking("red").id],
      [iepMarking("none").id, tlpMarking("green").id],
    ]) {
      expect(() => admit({ ...note, object_marking_refs: markings })).toThrow("not for sharing");
    }
  });

  it.skipIf(peer.skipped)(`is STIX 2.1, with the bundle that it marks (${peer.ifSkipped})`, async () => {
    const by = { ...authorship(), permitted: "internally-visible-actions" as const };
    expect(await faultsOf(campaignObjects(sharing(), by))).toEqual([]);
  });
});
