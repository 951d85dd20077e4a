import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { pieceOf } from "../../ingest/world/sketch.ts";
import { admit, NotAdmittedError } from "./admit.ts";
import { behaviourPattern, digestsFor, leadOf, parseBehaviour } from "./behaviour.ts";
import type { Behaviour } from "./behaviour.ts";
import { campaignObjects } from "./campaign-objects.ts";
import { iepMarking, PERMITTED_ACTIONS } from "./iep.ts";
import { fingerprint, pieceDigest, skeletonSketch } from "./keyed.ts";
import { authorship, key, sharing } from "./stix.case.ts";

const hex = (characters: number): fc.Arbitrary<string> =>
  fc.string({ unit: fc.constantFrom(..."0123456789abcdef".split("")), minLength: characters, maxLength: characters });
const ascending = (characters: number): fc.Arbitrary<string[]> =>
  fc.uniqueArray(hex(characters), { minLength: 1, maxLength: 64 }).map((list) => list.toSorted());

const behaviours: fc.Arbitrary<Behaviour> = fc
  .record(
    {
      accounts: fc.constantFrom(3, 10, 100, 1_000),
      key_epoch: fc.constantFrom("2026-11", "2027-01"),
      sketch: ascending(16),
      fingerprints: ascending(64),
    },
    { requiredKeys: ["accounts", "key_epoch"] },
  )
  .filter(({ sketch, fingerprints }) => sketch !== undefined || fingerprints !== undefined);

const refused = (pattern: string): string | null => {
  const parsed = parseBehaviour(pattern);
  return parsed.kind === "refused" ? parsed.reason : null;
};

describe("a behaviour's pattern", () => {
  it("is read as it was written, and has one form only", () => {
    fc.assert(
      fc.property(behaviours, (behaviour) => {
        const pattern = behaviourPattern(behaviour);
        expect(parseBehaviour(pattern)).toEqual({ kind: "behaviour", behaviour });
        expect(refused(JSON.stringify(JSON.parse(pattern), null, 1))).toBe("not in canonical form");
        expect(refused(`${pattern} `)).toBe("not in canonical form");
      }),
    );
  });

  it("takes no property, and no value, of anybody's own", () => {
    fc.assert(
      fc.property(behaviours, fc.string({ minLength: 1 }), fc.jsonValue(), (behaviour, name, value) => {
        fc.pre(!["accounts", "fingerprints", "key_epoch", "sketch"].includes(name) && name !== "__proto__");
        expect(refused(JSON.stringify({ ...behaviour, [name]: value }))).toBe("no behaviour");
      }),
    );
  });

  it.each<[string, unknown]>([
    ["nothing to look for", { accounts: 3, key_epoch: "2026-11" }],
    ["nothing to look for", { accounts: 3, fingerprints: [], key_epoch: "2026-11" }],
    ["an exact size", { accounts: 14, key_epoch: "2026-11", sketch: ["0".repeat(16)] }],
    ["text in a sketch", { accounts: 3, key_epoch: "2026-11", sketch: ["translate this!!"] }],
    ["a digest twice", { accounts: 3, fingerprints: ["a".repeat(64), "a".repeat(64)], key_epoch: "2026-11" }],
    ["no month", { accounts: 3, key_epoch: "November", sketch: ["0".repeat(16)] }],
  ])("refuses %s", (_what, value) => {
    expect(refused(JSON.stringify(value))).toBe("no behaviour");
  });

  it("refuses whatever else comes, and never throws", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json(), fc.string({ unit: "binary" })), (pattern) => {
        expect(refused(pattern)).not.toBeNull();
      }),
    );
    expect(refused(`{"a":"${"x".repeat(9_000)}"}`)).toBe("too long");
    expect(refused("[".repeat(8_000))).toBe("no JSON");
  });

  it("refuses a pattern of which a character was changed, or gives another behaviour", () => {
    fc.assert(
      fc.property(behaviours, fc.nat(), fc.string({ minLength: 1, maxLength: 1 }), (behaviour, at, character) => {
        const pattern = behaviourPattern(behaviour);
        const place = at % pattern.length;
        const changed = pattern.slice(0, place) + character + pattern.slice(place + 1);
        fc.pre(changed !== pattern);
        expect(parseBehaviour(changed)).not.toEqual({ kind: "behaviour", behaviour });
      }),
    );
  });
});

describe("an indicator of a behaviour", () => {
  const told = campaignObjects(sharing(), authorship());
  const [indicator] = told.flatMap((object) =>
    object.type === "indicator" && object.pattern_type === "stillwatch-behaviour" ? object : [],
  );
  if (indicator === undefined) throw new Error("no indicator of a behaviour");

  const next = { secret: Buffer.alloc(32, 8), epoch: "2026-12" };
  const { skeletonPieces, fingerprints } = sharing().signals;

  it("becomes a lead that names what the campaign was made of, under the same key", () => {
    const piece = (value: string): string => pieceDigest(key, value);
    expect(leadOf(indicator, "identity--a", [next, key])).toEqual({
      id: indicator.id,
      source: "identity--a",
      epoch: key.epoch,
      permitsActions: true,
      accountsMin: 3,
      pieces: new Set([...skeletonPieces].map(piece)),
      fingerprints: new Set(fingerprints.map(({ kind, value }) => fingerprint(key, kind, value))),
    });
    const marked = { ...indicator, object_marking_refs: [iepMarking("internally-visible-actions").id] };
    expect(leadOf(marked, "identity--a", [key])?.permitsActions).toBe(false);
    expect([...skeletonPieces].map(piece).toSorted()).toEqual(skeletonSketch(key, skeletonPieces));
  });

  it("is one only where its policy permits to look for it", () => {
    const permitting = PERMITTED_ACTIONS.filter(
      (permitted) =>
        leadOf({ ...indicator, object_marking_refs: [iepMarking(permitted).id] }, "identity--a", [key]) !== null,
    );
    expect(permitting).toEqual([
      "internally-visible-actions",
      "externally-visible-indirect-actions",
      "externally-visible-direct-actions",
    ]);
  });

  it("is compared under the keys that leads are made with, and under no other", () => {
    const later = campaignObjects(sharing({ key: next }), authorship()).flatMap((object) =>
      object.type === "indicator" ? (leadOf(object, "identity--b", [next, key]) ?? []) : [],
    );
    const earlier = leadOf(indicator, "identity--a", [next, key]);
    const leads = earlier === null ? later : [...later, earlier];
    const { pieceDigests, fingerprintDigests } = digestsFor(leads, [next, key]);
    const [piece = ""] = skeletonPieces;
    expect(leads.map(({ pieces }) => pieceDigests(piece).map((digest) => pieces.has(digest)))).toEqual([
      [true, false],
      [false, true],
    ]);
    const [{ kind, value } = { kind: "tls", value: "" } as const] = fingerprints;
    expect(fingerprintDigests(kind, value)).toEqual([next, key].map((one) => fingerprint(one, kind, value)));
    expect(digestsFor(later, [next, key]).pieceDigests(piece)).toEqual([pieceDigest(next, piece)]);
  });

  it("is no lead under another key, and neither is another indicator", () => {
    expect(leadOf(indicator, "identity--a", [next])).toBeNull();
    const others = told.flatMap((object) => (object.type === "indicator" && object !== indicator ? object : []));
    expect(others.map((other) => leadOf(other, "identity--a", [key]))).toEqual([null, null]);
    expect(leadOf({ ...indicator, pattern: "{}" }, "identity--a", [key])).toBeNull();
  });

  it("passes the gate as it is, and in no other way", () => {
    expect(admit(indicator)).toEqual(indicator);
    const parsed = parseBehaviour(indicator.pattern);
    const behaviour = parsed.kind === "behaviour" ? parsed.behaviour : null;
    for (const change of [
      { pattern: JSON.stringify({ ...behaviour, prompt: "translate this ledger" }) },
      { pattern: "[stillwatch-fingerprint:digest = 'translate this ledger']" },
      { pattern_type: "stix" },
      { pattern_type: "sigma" },
      { description: "translate this ledger" },
      { pattern_version: "1" },
    ])
      expect(() => admit({ ...indicator, ...change }), JSON.stringify(change)).toThrow(NotAdmittedError);
  });

  it("names lines by the way in which they were hashed", () => {
    expect(pieceOf("42")).toBe("1/42");
  });
});
