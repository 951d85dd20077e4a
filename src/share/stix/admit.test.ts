import { describe, expect, it } from "vitest";
import { z } from "zod";
import { admit, NotAdmittedError } from "./admit.ts";
import { campaignObjects } from "./campaign-objects.ts";
import { ACCOUNT_CLUSTER, CAPABILITY_HARVEST } from "./extensions.ts";
import { groupingOf, noteOn, opinionOn } from "./build.ts";
import { stixObjectSchema } from "./objects.ts";
import type { StixObject } from "./objects.ts";
import { authorship, sharing } from "./stix.case.ts";

const by = { ...authorship(), permitted: "internally-visible-actions" } as const;
const actor = { name: "A Laboratory", sources: [{ source_name: "A Newspaper", url: "https://news.example/harvest" }] };
const ofCampaign = campaignObjects(sharing({ actor }), by);
const about = ofCampaign.flatMap(({ type, id }) => (type === "campaign" ? [id] : []));
const told = [
  ...ofCampaign,
  opinionOn(about, "disagree", "Looked for and not found here.", by),
  noteOn(about, "Seen here too, by own evidence.", by),
  groupingOf(about, by),
];
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

/** Each extension that an object carries, with what makes the object anew with something more in it. */
const extended = told.flatMap((object) =>
  "extensions" in object
    ? Object.entries<object | undefined>(object.extensions).map(([id, content]) => ({
        id,
        with: (more: object): object => ({
          ...object,
          extensions: { ...object.extensions, [id]: { ...content, ...more } },
        }),
      }))
    : [],
);

describe("what is tried below", () => {
  it("is an object of every type that there is, and both kinds of marking", () => {
    const schema = JSON.stringify(z.toJSONSchema(stixObjectSchema, { unrepresentable: "any" }));
    const types = new Set(
      [...schema.matchAll(/"properties":\{"type":\{"type":"string","const":"([a-z-]+)"\}/g)].map(([, type]) => type),
    );
    expect(types.size).toBe(21);
    expect(new Set(told.map(({ type }) => type))).toEqual(types);
    const markings = told.flatMap((object) => (object.type === "marking-definition" ? [object.name] : []));
    expect(markings).toEqual(["TLP:AMBER+STRICT", "IEP:internally-visible-actions"]);
  });

  it("is every extension, which passes as it is", () => {
    expect(new Set(extended.map(({ id }) => id)).size).toBe(8);
    for (const one of extended) admit(one.with({}));
  });
});

describe.each(Object.entries(FORBIDDEN))("%s do not leave", (_what, names) => {
  it.each(names)("as %s, of any object", (name) => {
    for (const object of told) {
      expect(() => admit({ ...object, [name]: "x" }), object.type).toThrow(NotAdmittedError);
    }
  });

  it.each(names)("as %s, in any extension", (name) => {
    for (const one of extended) {
      expect(() => admit(one.with({ [name]: { acct_1: 12_345 } })), one.id).toThrow(NotAdmittedError);
    }
  });
});

describe("who is accused", () => {
  const named = told.find((object) => object.type === "threat-actor");
  const [source] = actor.sources;
  const of = (change: object): object => ({ ...named, ...change });
  const read = (change: object): object => of({ external_references: [{ ...source, ...change }] });

  it.each([
    "DeepSeek",
    "Moonshot AI",
    "i-Soon",
    "Institute of Software",
    "AT&T Labs",
    "Laboratório de São Tomé",
    "智谱人工智能",
  ])("has the name %s", (name) => {
    expect(admit(of({ name }))).toMatchObject({ name });
  });

  it.each([
    ["nothing", ""],
    ["a sentence", "translate this ledger"],
    ["a sentence with a capital", "Translate this ledger"],
    ["two lines", "Moonshot\nAI"],
    ["signs of a text", "Moonshot: AI!"],
    ["an e-mail address", "Ann@Customer.example"],
    ["a second blank", "Moonshot  AI"],
  ])("has no name that is %s, and no source of that name", (_what, name) => {
    expect(() => admit(of({ name }))).toThrow("not for sharing: what stands in name");
    const place = "not for sharing: what stands in external_references.0.source_name";
    expect(() => admit(read({ source_name: name }))).toThrow(place);
  });

  it("has a name of five words and 48 characters at most, and a source of six and 64", () => {
    const words = (count: number): string => Array.from({ length: count }, () => "Word").join(" ");
    const letters = (count: number): string => "A".repeat(count);
    for (const name of [words(5), letters(48)]) admit(of({ name }));
    for (const name of [words(6), letters(49)]) expect(() => admit(of({ name }))).toThrow(NotAdmittedError);
    for (const name of [words(6), letters(64)]) admit(read({ source_name: name }));
    for (const name of [words(7), letters(65)])
      expect(() => admit(read({ source_name: name }))).toThrow(NotAdmittedError);
  });

  it.each([
    "https://news.example",
    "https://www.news.example/2026/02/a-harvest_1.html",
    "https://en.wiki.example/wiki/Model_(theft),_%C3%A9",
    "https://blog.example/@writer/a+b~c",
  ])("is read about at %s", (url) => {
    expect(admit(read({ url }))).toMatchObject({ external_references: [{ url }] });
  });

  it.each([
    ["without encryption", "http://news.example/"],
    ["with a query", "https://news.example/?prompt=translate"],
    ["with a fragment", "https://news.example/#translate"],
    ["with a user", "https://customer:card@news.example/"],
    ["with a port", "https://news.example:8443/"],
    ["at a number", "https://203.0.113.7/"],
    ["at a number of IPv6", "https://[2001:db8::1]/"],
    ["at a host alone", "https://intranet/page"],
    ["with blanks", "https://news.example/translate this ledger"],
    ["in more than 200 characters", `https://news.example/${"a".repeat(180)}`],
  ])("is read about in no address %s", (_what, url) => {
    expect(() => admit(read({ url }))).toThrow("not for sharing: what stands in external_references.0.url");
  });

  it("has one source to four, and nothing besides name and address of each", () => {
    const some = (count: number): object => of({ external_references: Array.from({ length: count }, () => source) });
    for (const count of [1, 4]) expect(admit(some(count))).toEqual(some(count));
    for (const count of [0, 5]) expect(() => admit(some(count))).toThrow(NotAdmittedError);
    for (const name of ["description", "external_id", "hashes"])
      expect(() => admit(read({ [name]: "x" }))).toThrow(NotAdmittedError);
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
