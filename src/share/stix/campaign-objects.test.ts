import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { DECISION_ACTIONS } from "../../model/decision.ts";
import type { DecisionAction } from "../../model/decision.ts";
import { toldOf } from "../../model/told-campaign.ts";
import { NotAdmittedError } from "./admit.ts";
import { groupingOf, noteOn, opinionOn, revoke } from "./build.ts";
import { campaignObjects } from "./campaign-objects.ts";
import { earlierIn } from "./earlier.ts";
import { accountClusterSchema, capabilityHarvestSchema, ACCOUNT_CLUSTER, CAPABILITY_HARVEST } from "./extensions.ts";
import { stixObjectSchema } from "./objects.ts";
import type { StixObject } from "./objects.ts";
import { timestamp } from "./timestamp.ts";
import { authorship, campaign, faultsOf, peer, SECRETS, sharing } from "./stix.case.ts";

const ofType = (objects: readonly StixObject[], type: string): StixObject[] =>
  objects.filter((object) => object.type === type);
const idsOf = (objects: readonly StixObject[]): string[] => objects.map(({ id }) => id);
const relations = (objects: readonly StixObject[]): string[] =>
  objects.flatMap((object) =>
    object.type === "relationship"
      ? [`${object.source_ref.split("--")[0]} ${object.relationship_type} ${object.target_ref.split("--")[0]}`]
      : [],
  );

describe("a campaign in STIX", () => {
  it("is attributed, uses techniques and infrastructure, and is indicated by what was observed", () => {
    const objects = campaignObjects(sharing(), authorship());
    expect([...new Set(relations(objects))]).toEqual([
      "campaign attributed-to intrusion-set",
      "campaign uses attack-pattern",
      "indicator based-on observed-data",
      "indicator indicates campaign",
      "campaign uses infrastructure",
      "infrastructure consists-of observed-data",
      "incident related-to campaign",
      "course-of-action mitigates attack-pattern",
      "course-of-action related-to campaign",
    ]);
    const numbers = objects.flatMap((object) =>
      object.type === "attack-pattern" ? object.external_references.map(({ external_id: number }) => number) : [],
    );
    expect(numbers).toEqual(["AML.T0021", "AML.T0040", "AML.T0024.002", "AML.T0008.005", "AML.T0048.004"]);
    expect(ofType(objects, "threat-actor")).toEqual([]);
    expect(ofType(objects, "indicator")).toHaveLength(3);
  });

  it("is mitigated by what is in force against it, once a kind and by a word of a list", () => {
    const courses = (actions: readonly DecisionAction[]): unknown[] => {
      const objects = campaignObjects(sharing({ actions }), authorship());
      const numbers = new Map<string, string>(
        objects.flatMap((object) =>
          object.type === "attack-pattern" ? [[object.id, object.external_references[0].external_id] as const] : [],
        ),
      );
      return objects.flatMap((object) => {
        if (object.type !== "course-of-action") return [];
        const mitigated = objects.flatMap((other) =>
          other.type === "relationship" && other.relationship_type === "mitigates" && other.source_ref === object.id
            ? numbers.get(other.target_ref)
            : [],
        );
        return [[object.name, ...mitigated]];
      });
    };
    expect(courses([])).toEqual([]);
    expect(courses(["throttle", "throttle", "observe"])).toEqual([["Limit requests", "AML.T0024.002"]]);
    expect(courses(DECISION_ACTIONS)).toEqual([
      ["Ask for verification", "AML.T0021"],
      ["Limit requests", "AML.T0024.002"],
      ["Withhold reasoning traces, log probabilities and several samples", "AML.T0024.002"],
      ["Give out no new keys", "AML.T0040"],
      ["Answer late", "AML.T0024.002"],
      ["Refuse requests", "AML.T0040"],
    ]);
  });

  it("says sizes in bins and times by the day", () => {
    const [object] = ofType(campaignObjects(sharing(), authorship()), "campaign");
    expect(object).toMatchObject({
      confidence: 99,
      first_seen: "2026-10-02T00:00:00.000Z",
      last_seen: "2026-11-19T00:00:00.000Z",
      extensions: {
        [ACCOUNT_CLUSTER]: { accounts: "10-99", exchanges: "10000-99999", evidence: ["twins", "infrastructure"] },
        [CAPABILITY_HARVEST]: { capabilities: ["reasoning", "other"] },
      },
    });
  });

  it("holds nothing of what the campaign was made of", () => {
    const text = JSON.stringify(campaignObjects(sharing(), authorship()));
    expect([...SECRETS, "41337", "40001", "t13d1516h2"].filter((secret) => text.includes(secret))).toEqual([]);
  });

  it("gives random ids also to observables: the same value, told twice, has another one", () => {
    const by = authorship();
    const [a, b] = [campaignObjects(sharing(), by), campaignObjects(sharing(), by)];
    const observables = (objects: readonly StixObject[]): string[] => idsOf(ofType(objects, "stillwatch-fingerprint"));
    expect(observables(a).filter((id) => observables(b).includes(id))).toEqual([]);
    expect(observables(a).every((id) => /--.{8}-.{4}-4/.test(id))).toBe(true);
  });

  it("names an actor only with a public source", () => {
    const sources = [{ source_name: "A Newspaper", url: "https://news.example/harvest" }];
    const objects = campaignObjects(sharing({ actor: { name: "A Laboratory", sources } }), authorship());
    expect(relations(objects)).toContain("intrusion-set attributed-to threat-actor");
    for (const none of [[], [{ source_name: "A Newspaper", url: "http://news.example/" }]]) {
      const named = sharing({ actor: { name: "A Laboratory", sources: none } });
      expect(() => campaignObjects(named, authorship())).toThrow(NotAdmittedError);
    }
  });

  it("is told anew under the same ids, each a later version, whatever the clock says", () => {
    const by = authorship();
    const first = campaignObjects(sharing(), by);
    const growing = sharing({ campaign: toldOf(campaign({ exchanges: 700_000, confidence: 0.91 })) });
    const second = campaignObjects(growing, { ...by, nowMs: by.nowMs - 5_000, earlier: earlierIn(first) });
    expect(idsOf(second)).toEqual(idsOf(first));
    const times = (objects: readonly StixObject[]) =>
      objects.flatMap((object) => ("created_by_ref" in object && object.type !== "extension-definition" ? object : []));
    for (const [index, { created, modified }] of times(second).entries()) {
      const before = times(first)[index]!;
      expect(created).toBe(before.created);
      expect(modified > before.modified).toBe(true);
    }
    for (const indicator of ofType(second, "indicator"))
      expect(indicator).toMatchObject({ valid_from: timestamp(by.nowMs), valid_until: expect.any(String) });
  });

  it("has another id for an observable with another content, and the same for the behaviour that it shows", () => {
    const by = authorship();
    const first = campaignObjects(sharing(), by);
    const { fingerprints } = sharing().signals;
    const signals = { fingerprints: fingerprints.slice(0, 1), skeletonPieces: new Set(["another line", "and one"]) };
    const second = campaignObjects(sharing({ signals }), { ...by, nowMs: by.nowMs + 1, earlier: earlierIn(first) });
    const known = new Set(idsOf(first));
    const fresh = second.filter(({ id }) => !known.has(id)).map(({ type }) => type);
    expect(fresh).toEqual(["stillwatch-prompt-skeleton"]);
    const behaviour = (objects: readonly StixObject[]): StixObject[] =>
      objects.filter((object) => object.type === "indicator" && object.pattern_type !== "stix");
    expect(idsOf(behaviour(second))).toEqual(idsOf(behaviour(first)));
    expect(behaviour(second)).not.toEqual(behaviour(first));
  });

  it("can be told with little, and not of nobody", () => {
    const bare = sharing({
      campaign: toldOf(campaign({ capabilities: [] })),
      signals: { fingerprints: [], skeletonPieces: new Set() },
    });
    const objects = campaignObjects(bare, authorship());
    expect(ofType(objects, "indicator")).toEqual([]);
    expect(ofType(objects, "stillwatch-timing-signature")).toHaveLength(1);
    expect(() => campaignObjects(sharing({ campaign: toldOf(campaign({ accounts: [] })) }), authorship())).toThrow(
      RangeError,
    );
  });

  it("can be taken back", () => {
    const [object] = ofType(campaignObjects(sharing(), authorship()), "campaign");
    expect(object === undefined ? null : revoke(object, Date.parse("2026-11-21T00:00:00Z"))).toMatchObject({
      id: object?.id,
      revoked: true,
      modified: "2026-11-21T00:00:00.000Z",
    });
    for (const other of ofType(campaignObjects(sharing(), authorship()), "marking-definition")) {
      expect(() => revoke(other, 0)).toThrow(RangeError);
    }
  });
});

describe.skipIf(peer.skipped)(`the validator of OASIS (${peer.ifSkipped})`, () => {
  it("has nothing against a campaign, an actor, an opinion, a note, a grouping, a course of action, a retraction", async () => {
    const by = authorship();
    const sources = [{ source_name: "A Newspaper", url: "https://news.example/harvest" }];
    const objects = campaignObjects(
      sharing({ actor: { name: "A Laboratory", sources }, actions: DECISION_ACTIONS }),
      by,
    );
    const [told] = idsOf(ofType(objects, "campaign"));
    const ids = [told ?? ""];
    const others = [
      opinionOn(ids, "disagree", "Looked for and not found here.", by),
      noteOn(ids, "An appeal against action on this was upheld.", by),
      groupingOf(ids, by),
    ];
    expect(await faultsOf([...objects, ...others])).toEqual([]);
    const later = { ...by, nowMs: by.nowMs + 86_400_000, earlier: earlierIn(objects) };
    expect(await faultsOf(campaignObjects(sharing({ actions: DECISION_ACTIONS }), later))).toEqual([]);
    expect(
      await faultsOf(objects.map((object) => (object.id === told ? revoke(object, by.nowMs + 1) : object))),
    ).toEqual([]);
  });

  it("would find a fault", async () => {
    const objects = campaignObjects(sharing(), authorship());
    expect(
      await faultsOf(objects.map((object) => (object.type === "campaign" ? { ...object, confidence: 101 } : object))),
    ).not.toEqual([]);
    expect(await faultsOf(objects.filter(({ type }) => type !== "observed-data"))).not.toEqual([]);
  });

  it("has nothing against the golden bundle", async () => {
    expect(await faultsOf(golden().objects)).toEqual([]);
  });
});

const goldenSchema = z.object({ objects: z.array(z.looseObject({ type: z.string(), id: z.string() })) });

function golden(): z.infer<typeof goldenSchema> {
  return goldenSchema.parse(
    JSON.parse(readFileSync(new URL("../../../packs/stix/AML.CS0056.json", import.meta.url), "utf8")),
  );
}

describe("the golden bundle, case study AML.CS0056 of MITRE ATLAS", () => {
  const all = golden().objects;
  const named = (type: string): unknown[] => all.filter((object) => object.type === type).map(({ name }) => name);

  it("says what the case study says", () => {
    expect(named("threat-actor")).toEqual(["DeepSeek", "Moonshot AI", "MiniMax"]);
    expect(named("attack-pattern")).toEqual([
      "AI Service Proxies",
      "LLM Prompt Crafting",
      "AI Model Inference API Access",
      "Extract AI Model",
      "AI Intellectual Property Theft",
      "Societal Harm",
      "User Harm",
    ]);
    const told = all.find(({ type }) => type === "campaign");
    const extensions = z.looseObject({
      [ACCOUNT_CLUSTER]: accountClusterSchema,
      [CAPABILITY_HARVEST]: capabilityHarvestSchema,
    });
    expect(extensions.parse(told?.["extensions"])[ACCOUNT_CLUSTER]).toMatchObject({
      accounts: "10000-99999",
      exchanges: "100000+",
    });
    expect(all.find(({ type }) => type === "report")).toMatchObject({ published: "2026-02-23T00:00:00.000Z" });
  });

  it("is for reading: what it words freely is refused by the gate, the rest passes", () => {
    const passing = all.filter((object) => stixObjectSchema.safeParse(object).success);
    expect(new Set(passing.map(({ type }) => type))).toEqual(
      new Set(["identity", "marking-definition", "extension-definition", "attack-pattern", "relationship"]),
    );
    expect(passing.map(({ relationship_type: relation }) => relation)).not.toContain("targets");
    expect(passing.flatMap(({ type, name }) => (type === "attack-pattern" ? [name] : []))).not.toContain("User Harm");
  });
});
