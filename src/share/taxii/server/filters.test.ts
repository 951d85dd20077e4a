import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { emptyState } from "../../../store/state/empty-state.case.ts";
import type { State } from "../../../store/state/state.ts";
import { envelopeSchema, manifestSchema, versionsSchema } from "../resources.ts";
import { formatLongTimestamp } from "../timestamp.ts";
import { later, read, refusal } from "./answers.case.ts";
import { nextAfter } from "./query.ts";
import { indicator, openTaxii, startMs } from "./site.case.ts";
import type { OpenSite } from "./site.case.ts";

/*
 * Every filter that TAXII 2.1 gives to an endpoint (3.4; 5.3, 5.4, 5.6, 5.8), on one collection: an indicator in three versions, a campaign
 * and an address, which has no version.
 */

let state: State;
beforeAll(async () => {
  state = await emptyState();
});
afterAll(() => state.close());

const ids = {
  a: `indicator--${randomUUID()}`,
  b: `campaign--${randomUUID()}`,
  c: `ipv4-addr--${randomUUID()}`,
};
/** In the order in which they are added; each goes by the last letter of its name and the number of its version. */
const added = ["a0", "a1", "b0", "a2", "c0"] as const;
type Name = (typeof added)[number];

const usOf = (name: Name): number => startMs * 1_000 + added.indexOf(name);
const after = (name: Name): string => `added_after=${formatLongTimestamp(usOf(name))}`;
const next = (name: Name): string => `next=${nextAfter(usOf(name))}`;

async function filled(): Promise<OpenSite> {
  const site = await openTaxii(state);
  const version = (id: string, number: number): object =>
    indicator({ id, type: id.split("--")[0]!, modified: later(number) });
  const address = { type: "ipv4-addr", spec_version: "2.1", id: ids.c, value: "192.0.2.7" };
  await site.post([version(ids.a, 0), version(ids.a, 1), version(ids.b, 0), version(ids.a, 2), address]);
  return site;
}

/** The names of what an address lists, and a sign where there is more. */
async function found({ ask }: OpenSite, path: string): Promise<string> {
  const answer = await ask(`circle/collections/campaigns/${path}`);
  const { more, list } = await listed(answer, path);
  const names = list.map(({ id, version }) => {
    const letter = Object.entries(ids).find(([, known]) => known === id)?.[0] ?? "?";
    return `${letter}${[0, 1, 2].find((number) => later(number) === version) ?? 0}`;
  });
  return [...names, ...(more === true ? ["…"] : [])].join(" ");
}

interface Listed {
  readonly more: boolean | undefined;
  readonly list: readonly { readonly id: unknown; readonly version: unknown }[];
}

async function listed(answer: Response, path: string): Promise<Listed> {
  if (path.startsWith("manifest/")) {
    const { objects = [], more } = await read(answer, manifestSchema);
    return { more, list: objects };
  }
  if (path.includes("/versions/")) {
    const { versions = [], more } = await read(answer, versionsSchema);
    return { more, list: versions.map((version) => ({ id: ids.a, version })) };
  }
  const { objects = [], more } = await read(answer, envelopeSchema);
  return { more, list: objects.map(({ id, modified }) => ({ id, version: modified })) };
}

/** Objects and manifest have the same filters (5.3, 5.4). */
const ofCollections: readonly (readonly [query: string, names: string])[] = [
  ["", "b0 a2 c0"],
  ["match[version]=all", "a0 a1 b0 a2 c0"],
  ["match[version]=first", "a0 b0 c0"],
  [`match[version]=${later(1)}`, "a1"],
  [`match[id]=${ids.a}`, "a2"],
  [`match[id]=${ids.a},${ids.c}`, "a2 c0"],
  [`match[id]=${ids.a}&match[version]=first,last`, "a0 a2"],
  ["match[type]=campaign,ipv4-addr", "b0 c0"],
  [`match[type]=campaign&match[id]=${ids.a}`, ""],
  ["match[spec_version]=2.1", "b0 a2 c0"],
  ["match[spec_version]=2.0,2.1", "b0 a2 c0"],
  ["match[spec_version]=2.0", ""],
  [after("b0"), "a2 c0"],
  [after("c0"), ""],
  ["limit=2", "b0 a2 …"],
  ["limit=3", "b0 a2 c0"],
  ["limit=9007199254740991", "b0 a2 c0"],
  [`limit=1&${next("b0")}`, "a2 …"],
  [`limit=5&${next("a2")}`, "c0"],
  [`match[version]=all&limit=2&${after("a0")}&${next("b0")}`, "a2 c0"],
  [`match[version]=all&limit=2&${after("b0")}&${next("a0")}`, "a2 c0"],
];

/** 5.6 */
const ofOneObject: readonly (readonly [query: string, names: string])[] = [
  ["", "a2"],
  ["match[version]=all", "a0 a1 a2"],
  ["match[version]=all&limit=2", "a0 a1 …"],
  [`match[version]=all&limit=2&${next("a1")}`, "a2"],
  [`match[version]=all&${after("a0")}`, "a1 a2"],
  ["match[spec_version]=2.1", "a2"],
  ["match[spec_version]=2.0", ""],
  ["match[version]=all&match[spec_version]=2.1&limit=1", "a0 …"],
];

/** 5.8 */
const ofVersions: readonly (readonly [query: string, names: string])[] = [
  ["", "a0 a1 a2"],
  [after("a0"), "a1 a2"],
  [after("a2"), ""],
  ["limit=1", "a0 …"],
  [`limit=1&${next("a0")}`, "a1 …"],
  [`limit=1&${next("a1")}`, "a2"],
  ["match[spec_version]=2.1", "a0 a1 a2"],
  ["match[spec_version]=2.0", ""],
];

const collectionPaths = ["manifest/", "objects/"];
const objectPath = `objects/${ids.a}/`;
const allPaths = [...collectionPaths, objectPath, `${objectPath}versions/`];

const malformed: readonly (readonly [query: string, paths: readonly string[]])[] = [
  ...["0", "-1", "ten", "1.5", "", "9007199254740992", "1,2"].map((limit) => [`limit=${limit}`, allPaths] as const),
  ["limit=1&limit=2", allPaths],
  ["next=nonsense", allPaths],
  ["next=", allPaths],
  [`${next("a0")}&${next("a1")}`, allPaths],
  ["added_after=yesterday", allPaths],
  ["added_after=2026-02-30T00:00:00Z", allPaths],
  ["added_after=2026-02-03T00:00:00-05:00", allPaths],
  [`${after("a0")}&${after("a1")}`, allPaths],
  [`${after("a0")},${formatLongTimestamp(usOf("a1"))}`, allPaths],
  ["match[name]=x", allPaths],
  ["match[spec_version]=2.0&match[spec_version]=2.1", allPaths],
  ["match[type]=", collectionPaths],
  ["match[id]=a,%00", collectionPaths],
  ["match[type]=a&match[type]=b", collectionPaths],
  ["match[id]=a&match[id]=b", collectionPaths],
  [`match[id]=${Array(101).fill(ids.a).join(",")}`, collectionPaths],
  ["match[type]=indicator", [objectPath, `${objectPath}versions/`]],
  // 3.4.1: no version is named twice, `all` stands alone.
  ...[
    "newest",
    "all,last",
    "all,all",
    "last,last",
    "first,last,first",
    `${later(1)},${later(1)}`,
    `${later(1)},${later(1).replace("Z", "000Z")}`,
    "last&match[version]=first",
  ].map((versions) => [`match[version]=${versions}`, [...collectionPaths, objectPath]] as const),
  ["match[version]=all", [`${objectPath}versions/`]],
];

/** STIX 2.1: domain objects, relationships, observables, and what is said about others. */
const stixTypes = [
  "attack-pattern,campaign,course-of-action,grouping,identity,incident,indicator,infrastructure,intrusion-set,location",
  "malware,malware-analysis,note,observed-data,opinion,report,threat-actor,tool,vulnerability,relationship,sighting",
  "artifact,autonomous-system,directory,domain-name,email-addr,email-message,file,ipv4-addr,ipv6-addr,mac-addr,mutex",
  "network-traffic,process,software,url,user-account,windows-registry-key,x509-certificate",
  "extension-definition,language-content,marking-definition,bundle",
].flatMap((types) => types.split(","));

describe("TAXII 2.1: every filter of every endpoint, by the collection's alias", () => {
  it.each([
    ["5.3", "manifest/", ofCollections],
    ["5.4", "objects/", ofCollections],
    ["5.6", `objects/${ids.a}/`, ofOneObject],
    ["5.8", `objects/${ids.a}/versions/`, ofVersions],
  ] as const)("%s: %s", async (_section, path, rows) => {
    const site = await filled();
    for (const [query, names] of rows) expect(await found(site, `${path}?${query}`), query).toBe(names);
  });

  it("3.4: 400 where a filter is unknown, doubled or malformed, never a wider answer", async () => {
    const { askCollection } = await filled();
    for (const [query, paths] of malformed) {
      for (const path of paths) {
        expect(await refusal(await askCollection(`${path}?${query}`)), `${path}?${query}`).toEqual([400, "400"]);
      }
    }
  });

  it("3.4.1: every type of STIX 2.1 can be asked for, each alone and all at once", async () => {
    const site = await filled();
    const { askCollection } = site;
    for (const type of [...stixTypes, stixTypes.join(",")]) {
      const { objects = [] } = await read(await askCollection(`objects/?match[type]=${type}`), envelopeSchema);
      expect(objects.every((object) => type.split(",").includes(String(object["type"])))).toBe(true);
    }
    expect(await found(site, `objects/?match[type]=${stixTypes.join(",")}`)).toBe("b0 a2 c0");
  });

  it("B: a next that was made up, or given for another query, shows nothing that the query and the rights do not", async () => {
    const site = await filled();
    const { ask, inbox } = site;
    expect(await found(site, `objects/?match[type]=campaign&${next("a0")}`)).toBe("b0");
    expect(await found(site, `objects/?${after("a2")}&next=${nextAfter(0)}`)).toBe("c0");
    expect(await found(site, `objects/?next=${nextAfter(Number.MAX_SAFE_INTEGER)}`)).toBe("");
    for (const [path, as] of [
      [`circle/collections/${inbox}/objects/`, "member"],
      ["circle/collections/campaigns/objects/", "stranger"],
    ] as const) {
      expect((await ask(`${path}?next=${nextAfter(0)}`, { as })).status).toBe(as === "member" ? 403 : 404);
    }
  });

  it("3.4: a limit above the server's is the server's", async () => {
    const { collection, askCollection } = await openTaxii(state);
    const body = JSON.stringify(indicator());
    const objects = Array.from({ length: 1_001 }, () => ({
      id: `indicator--${randomUUID()}`,
      type: "indicator",
      specVersion: "2.1" as const,
      versionUs: startMs * 1_000,
      body,
    }));
    const given = { id: randomUUID(), collection, submitter: "member", at: new Date(startMs).toISOString() };
    await state.submissions.submit(given, objects, []);
    while ((await state.submissions.advance(given.id, startMs)) > 0);
    for (const [path, schema] of [
      ["objects/", envelopeSchema],
      ["manifest/", manifestSchema],
    ] as const) {
      const first = await read(await askCollection(`${path}?limit=50000`), schema);
      expect([first.objects?.length, first.more]).toEqual([1_000, true]);
      const second = await read(await askCollection(`${path}?limit=50000&next=${first.next ?? ""}`), schema);
      expect([second.objects?.length, second.more]).toEqual([1, undefined]);
    }
  });
});
