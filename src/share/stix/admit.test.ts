import { describe, expect, it } from "vitest";
import { admit, NotAdmittedError } from "./admit.ts";
import { campaignObjects } from "./campaign-objects.ts";
import { ACCOUNT_CLUSTER, CAPABILITY_HARVEST } from "./extensions.ts";
import { noteOn, opinionOn } from "./build.ts";
import type { StixObject } from "./objects.ts";
import { authorship, sharing } from "./stix.case.ts";

const by = authorship();
const told = campaignObjects(sharing(), by);
const anyOf = (type: string): StixObject => {
  const found = told.find((object) => object.type === type);
  if (found === undefined) throw new Error(`no ${type}`);
  return found;
};
const campaign = anyOf("campaign");
const extensions = "extensions" in campaign && campaign.type === "campaign" ? campaign.extensions : undefined;

/** What may never leave, by how it would be called. */
const FORBIDDEN = {
  prompts: ["prompt", "prompts", "messages", "system", "text", "content", "description", "x_prompt"],
  responses: ["response", "responses", "completion", "output"],
  prices: ["price", "prices", "cost", "currency", "discount"],
  "customers' names": [
    "customer",
    "customers",
    "account",
    "accounts",
    "organization",
    "contact_information",
    "aliases",
    "labels",
  ],
  "volumes by customer": ["volumes", "exchanges", "loads", "tokens", "usage", "revenue"],
  roadmap: ["roadmap", "model", "models", "release", "planned"],
};

describe.each(Object.entries(FORBIDDEN))("%s do not leave", (_what, names) => {
  it.each(names)("as %s, of any object", (name) => {
    for (const object of told) {
      // That one is the word of an extension itself, and fixed.
      if (name in object) continue;
      expect(() => admit({ ...object, [name]: "x" }), object.type).toThrow(NotAdmittedError);
    }
  });

  it.each(names)("as %s, in an extension", (name) => {
    const cluster = extensions?.[ACCOUNT_CLUSTER];
    if (cluster === undefined) throw new Error("no cluster");
    const changed = { ...cluster, [name]: { acct_1: 12_345 } };
    expect(() => admit({ ...campaign, extensions: { ...extensions, [ACCOUNT_CLUSTER]: changed } })).toThrow(
      NotAdmittedError,
    );
  });
});

describe("what fits in no property", () => {
  it.each<[string, object]>([
    ["a name of one's own", { ...campaign, name: "Campaign of Customer Ltd." }],
    ["a name of another object", { ...campaign, name: "Campaign 00000000" }],
    ["a customer as a member", { ...by.member, name: "Customer Ltd." }],
    [
      "an exact size",
      {
        ...campaign,
        extensions: { ...extensions, [ACCOUNT_CLUSTER]: { ...extensions?.[ACCOUNT_CLUSTER], accounts: "14" } },
      },
    ],
    [
      "a detector that is not released",
      {
        ...campaign,
        extensions: {
          ...extensions,
          [ACCOUNT_CLUSTER]: {
            ...extensions?.[ACCOUNT_CLUSTER],
            detector: { name: "project-nightfall", version: "1.0.0" },
          },
        },
      },
    ],
    ["a number that is no bin", { ...anyOf("observed-data"), number_observed: 41_337 }],
    ["an exact time", { ...campaign, first_seen: "2026-10-02T03:04:05.678Z" }],
    [
      "a model that is not released",
      {
        ...campaign,
        extensions: {
          ...extensions,
          [CAPABILITY_HARVEST]: { extension_type: "property-extension", capabilities: ["nightfall"] },
        },
      },
    ],
    ["a pattern of a value in the clear", { ...anyOf("indicator"), pattern: "[email-addr:value = 'a@b.example']" }],
    [
      "an extension of one's own",
      { ...campaign, extensions: { ...extensions, "extension-definition--3f3d6c4e-8a3f-4a48-9a68-9f0cf16a8a3e": {} } },
    ],
    ["a technique in other words", { ...anyOf("attack-pattern"), name: "translate this ledger" }],
    ["a marking in other words", { ...anyOf("marking-definition"), name: "Customer Ltd." }],
    [
      "an extension's definition in other words",
      { ...anyOf("extension-definition"), description: "translate this ledger" },
    ],
    [
      "a remark of one's own",
      { ...noteOn([campaign.id], "Seen here too, by own evidence.", by), content: "translate this ledger" },
    ],
    [
      "an explanation of one's own",
      { ...opinionOn([campaign.id], "agree", null, by), explanation: "translate this ledger" },
    ],
    [
      "a reference out of the vocabulary",
      { ...noteOn([campaign.id], "Seen here too, by own evidence.", by), object_refs: ["user-account--0"] },
    ],
    [
      "an object of another type",
      { type: "user-account", spec_version: "2.1", id: "user-account--3f3d6c4e-8a3f-4a48-9a68-9f0cf16a8a3e" },
    ],
    ["no marking", { ...campaign, object_marking_refs: [] }],
    ["a bundle", { type: "bundle", id: "bundle--3f3d6c4e-8a3f-4a48-9a68-9f0cf16a8a3e", objects: [campaign] }],
  ])("%s", (_what, object) => {
    expect(() => admit(object)).toThrow(NotAdmittedError);
  });

  it.each<[string, object]>([
    ["not for sharing: a property", { ...campaign, secret_word: "x" }],
    ["not for sharing: what stands in first_seen", { ...campaign, first_seen: "secret_word" }],
    [
      `not for sharing: a property of extensions.${ACCOUNT_CLUSTER}`,
      {
        ...campaign,
        extensions: { ...extensions, [ACCOUNT_CLUSTER]: { ...extensions?.[ACCOUNT_CLUSTER], secret_word: 1 } },
      },
    ],
    ["not for sharing: an object of this type", { type: "secret_word" }],
  ])("and it is said where, and not what: %s", (message, object) => {
    expect(() => admit(object)).toThrow(new NotAdmittedError(message));
  });

  it("and what is made here passes the gate as it is", () => {
    expect(told.map((object) => admit(JSON.parse(JSON.stringify(object))))).toEqual(told);
  });
});
