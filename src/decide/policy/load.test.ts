import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { UserError } from "../../kit/user-error.ts";
import { loadPolicies, loadPolicy } from "./load.ts";
import { hardnessOf } from "./policy.ts";

const shipped = fileURLToPath(new URL("../../../packs/policies/", import.meta.url));

/** Line 5 is the allow-list, 7 to 14 the rule, 16 to 18 the case. */
const good = `name: small
description: For these tests.
newly-affected-per-hour: 10
mode: enforce
allow: [{ kind: account, value: ours, reason: our own evaluation }]
rules:
  - id: sure
    title: a sure case
    when: { confidence: { at-least: 0.9 }, joined: convicted }
    category: coordinated-extraction
    canary: 25
    steps:
      - { action: challenge, ttl: 24h }
      - { after: 36h, action: throttle, requests-per-minute: 20, burst: 5, ttl: 2d }
cases:
  - about: a sure one
    given: { confidence: 0.95 }
    expect: { rule: sure, action: challenge }
`;

let directory: string;
let path: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "stillwatch-policy-"));
  path = join(directory, "small.yaml");
});
afterEach(() => rmSync(directory, { recursive: true }));

function refusal(text: string): string {
  writeFileSync(path, text);
  try {
    loadPolicy(path);
  } catch (error) {
    if (error instanceof UserError) return error.message;
    throw error;
  }
  throw new Error("the policy was accepted");
}

function versionOf(text: string): string {
  writeFileSync(path, text);
  return loadPolicy(path).version;
}

describe("the policies that come with Stillwatch", () => {
  test("load with their cases, in a dry run, and no rule of them blocks", () => {
    const policies = loadPolicies();
    expect([...policies.keys()]).toEqual(["default", "observe"]);
    for (const policy of policies.values()) {
      expect(policy.mode).toBe("dry-run");
      const actions = policy.rules.flatMap((rule) => rule.steps.map((step) => step.action));
      expect(Math.max(...actions.map(hardnessOf))).toBeLessThan(hardnessOf("hold-new-keys"));
    }
  });

  test("are refused whichever of them is cut short", () => {
    fc.assert(
      fc.property(
        fc.constantFrom("default.yaml", "observe.yaml"),
        fc.double({ min: 0, max: 0.95, noNaN: true }),
        (file, share) => {
          cpSync(shipped, directory, { recursive: true });
          const text = readFileSync(join(shipped, file), "utf8");
          // At a break between the list's entries, a cut text may be a whole policy with fewer cases.
          const cut = text.slice(0, Math.floor(text.length * share)).replace(/cases:[^]*$/u, "cases: [");
          writeFileSync(join(directory, file), cut);
          expect(() => loadPolicies(directory)).toThrow(join(directory, file));
        },
      ),
      { numRuns: 50 },
    );
  });
});

test("a policy is compiled", () => {
  writeFileSync(path, good);
  expect(loadPolicy(path)).toEqual({
    name: "small",
    version: expect.stringMatching(/^[0-9a-f]{16}$/u),
    text: good,
    mode: "enforce",
    newlyAffectedPerHourMax: 10,
    allow: [{ scope: { kind: "account", value: "ours" }, reason: "our own evaluation" }],
    rules: [
      {
        id: "sure",
        title: "a sure case",
        when: { confidence: { "at-least": 0.9 }, joined: "convicted" },
        category: "coordinated-extraction",
        scope: "account",
        canaryPercent: 25,
        steps: [
          { afterMs: 0, ttlMs: 86_400_000, action: "challenge", parameters: {} },
          {
            afterMs: 129_600_000,
            ttlMs: 172_800_000,
            action: "throttle",
            parameters: { requests_per_minute: 20, burst: 5 },
          },
        ],
      },
    ],
  });
});

test("an address on the allow-list is kept as decisions keep it", () => {
  writeFileSync(path, good.replace("kind: account, value: ours", 'kind: address, value: "2001:DB8::1"'));
  expect(loadPolicy(path).allow).toMatchObject([{ scope: { kind: "address", value: "2001:db8:0:0::/64" } }]);
});

test("the version is the hash of what decides, not of how it is written", () => {
  const version = versionOf(good);
  const [head = "", tail = ""] = good.split("rules:");
  expect(versionOf(`# a comment\n${head.replace("For these", "Only for these")}\nrules:${tail}`)).toBe(version);
  expect(
    versionOf(
      good.replace(
        "confidence: { at-least: 0.9 }, joined: convicted",
        "joined: convicted, confidence: { at-least: 0.90 }",
      ),
    ),
  ).toBe(version);
  expect(versionOf(good.replace("at-least: 0.9 ", "at-least: 0.91 "))).not.toBe(version);
  expect(versionOf(good.replace("mode: enforce", "mode: dry-run"))).not.toBe(version);
});

const throttle = "action: throttle, requests-per-minute: 20, burst: 5";
test.each([
  [
    "an unknown condition",
    "joined: convicted",
    "country: dk",
    "9:44: rules.0.when.country: there is no such field; there are confidence, ",
  ],
  ["an action that there is not", "action: challenge", "action: shout", "13:11: rules.0.steps.0.action: Invalid"],
  [
    "a parameter that the action has not",
    "action: challenge,",
    "action: challenge, burst: 3,",
    "13:30: rules.0.steps.0.burst: there is no such field; there are action, ttl, after",
  ],
  [
    "a parameter that is missing",
    throttle,
    "action: throttle, burst: 5",
    "14:9: rules.0.steps.1.requests-per-minute: is missing: give number",
  ],
  [
    "a probability above 1",
    "at-least: 0.9",
    "at-least: 90",
    "9:27: rules.0.when.confidence.at-least: Too big: expected number to be <=1",
  ],
  [
    "a range that is empty",
    "at-least: 0.9",
    "at-least: 0.9, below: 0.5",
    "9:13: rules.0.when.confidence: at-least is not less than below",
  ],
  ["a range without an end", "at-least: 0.9", "", "9:13: rules.0.when.confidence: give at-least, below, or both"],
  [
    "more families than are named",
    "joined: convicted",
    "families: { at-least: 2, strength: 1, among: [twins, twins] }",
    "more families are asked for",
  ],
  ["no duration", "ttl: 24h", "ttl: 1 day", "13:30: rules.0.steps.0.ttl: not a duration: write 90m, 36h or 7d"],
  ["no end in sight", "ttl: 24h", "ttl: 91d", "13:30: rules.0.steps.0.ttl: at most 90d"],
  [
    "a first step that waits",
    "action: challenge",
    "after: 1h, action: challenge",
    "13:11: the first step is taken at once",
  ],
  ["a later step that doesn't", "after: 36h, ", "", "14:9: a further step needs after"],
  ["a step that is milder", throttle, "action: observe", "14:23: observe is milder than challenge"],
  [
    "a rule for campaigns on accounts",
    "canary: 25",
    "scope: campaign",
    "9:44: a rule for the whole campaign can't ask for joined",
  ],
  ["a canary of nobody", "canary: 25", "canary: 0", "11:5: rules.0.canary: Too small: expected number to be >=1"],
  [
    "a case that goes otherwise",
    "confidence: 0.95",
    "confidence: 0.8",
    '18:5: "a sure one": expected challenge by sure, got nothing',
  ],
  ["another name than the file's", "name: small", "name: large", "1:1: the name large is not the file's name"],
  [
    "a rule that nobody reaches",
    "rules:\n",
    "rules:\n  - { id: all, title: all, when: {}, category: manual-review, steps: [{ action: observe, ttl: 1d }] }\n",
    "8:5: no account gets here: all takes all",
  ],
  [
    "an id twice",
    "rules:\n",
    "rules:\n  - { id: sure, title: x, when: { verified: true }, category: manual-review, steps: [{ action: observe, ttl: 1d }] }\n",
    "8:5: the id sure is taken",
  ],
  ["no cases", "cases:", "cases: []\nothers:", "15:1: cases: Too small"],
  [
    "a rule without a case",
    "expect: { rule: sure, action: challenge }",
    "expect: nothing",
    "7:5: no case expects the rule sure",
  ],
  [
    "an address that is none",
    "kind: account, value: ours",
    "kind: address, value: 198.51.100.0/24",
    "5:26: allow.0.value: is no address: give IPv4, or IPv6, or its /64",
  ],
  ...["sk-proj-0123456789abcdef", "f".repeat(64)].map((key): [string, string, string, string] => [
    `${key.slice(0, 3)}, a key that is no name,`,
    "kind: account, value: ours",
    `kind: key, value: ${key}`,
    "5:22: allow.0.value: is a key itself, or its SHA-256: give its name (key_...)",
  ]),
  ["no cap", "newly-affected-per-hour: 10\n", "", "1:1: newly-affected-per-hour: is missing: give number"],
])("%s stops the start, with file, line, column and what would be right", (_, from, to, reason) => {
  const text = good.replace(from, to);
  expect(text).not.toBe(good);
  expect(refusal(text)).toContain(`${path}:`);
  expect(refusal(text)).toContain(reason);
});

test("all that is wrong is told at once", () => {
  const text = good
    .replace("joined: convicted", "country: dk")
    .replace("canary: 25", "canary: 0")
    .replace("ttl: 24h", "ttl: 91d");
  expect(refusal(text).split("\n")).toEqual([
    expect.stringContaining(`${path}:9:44: rules.0.when.country: `),
    expect.stringContaining(`${path}:11:5: rules.0.canary: `),
    expect.stringContaining(`${path}:13:30: rules.0.steps.0.ttl: `),
  ]);
  const second =
    "  - { id: sure, title: x, when: { verified: true }, category: manual-review, steps: [{ after: 1h, action: observe, ttl: 1d }] }\n";
  const misnamed = good.replace("name: small", "name: large").replace("rules:\n", `rules:\n${second}`);
  expect(refusal(misnamed).split("\n")).toEqual([
    expect.stringContaining(`${path}:1:1: the name large`),
    expect.stringContaining(`${path}:7:88: the first step is taken at once`),
    expect.stringContaining(`${path}:8:5: the id sure is taken`),
  ]);
  const wrongCase = "  - { about: another, given: { confidence: 0.1 }, expect: { rule: sure, action: block } }\n";
  const miscased = `${good.replace("action: challenge }\n", "action: throttle }\n")}${wrongCase}`;
  expect(refusal(miscased).split("\n")).toEqual([
    expect.stringContaining('"a sure one": expected throttle by sure, got challenge by sure'),
    expect.stringContaining('"another": expected block by sure, got nothing'),
  ]);
});

test("whatever stands in a file, it is taken or refused with its name", () => {
  const value = fc.oneof(
    fc.string(),
    fc.integer(),
    fc.constant(null),
    fc.array(fc.dictionary(fc.string(), fc.string())),
  );
  const field = fc.constantFrom("name", "description", "mode", "newly-affected-per-hour", "allow", "rules", "cases");
  const text = fc.oneof(
    fc.string(),
    fc.dictionary(field, value).map((fields) => JSON.stringify(fields)),
  );
  fc.assert(
    fc.property(text, (content) => {
      expect(refusal(content)).toContain("small.yaml");
    }),
    { numRuns: 300 },
  );
});
