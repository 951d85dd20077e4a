import { expect, test } from "vitest";
import type { Known, KnownCampaign } from "../../share/intelligence/known.ts";
import { renderKnown } from "./known.ts";

const plain = { width: 110, paint: (_: string, text: string): string => text };
const nameOf = (member: string): string => `member-${member}`;
const contribution = {
  member: "a",
  campaign: "campaign--1",
  sinceMs: Date.UTC(2026, 10, 20, 7),
  accounts: "10-99",
  repeats: false,
  fingerprints: { payment: 2, device: 1, tls: 12 },
  skeletonLines: 30,
  techniques: ["attack-pattern--1"],
  capabilities: ["reasoning"],
  evidence: ["twins"],
  hoursInCommon: null,
  courses: ["Limit requests", "Refuse requests"],
} as const;
const none = {
  fingerprints: { payment: 0, device: 0, tls: 0 },
  skeletonLines: 0,
  techniques: [],
  capabilities: [],
  evidence: [],
  courses: [],
};
const known: KnownCampaign = {
  contributions: [contribution, { ...contribution, ...none, member: "b", repeats: true, hoursInCommon: 0.84 }],
  consensus: {
    saw: ["a", "c"],
    repeats: ["b"],
    absent: ["d"],
    honest: ["e"],
    agree: [],
    disagree: ["f"],
    independent: 1.6,
    confidence: 0.576,
    withheld: [],
  },
  here: [
    {
      campaign: "c-12",
      agreesWith: [
        { member: "a", hoursInCommon: 0.9 },
        { member: "b", hoursInCommon: null },
      ],
    },
  ],
};

const only = (...campaigns: readonly KnownCampaign[]): Known => ({ campaigns, notLookedFor: [], notInLog: [] });

test("says who saw a campaign, what each added, and who thinks otherwise", () => {
  expect(renderKnown(only(known), nameOf, plain).split("\n")).toEqual([
    "1. 58 %, seen by 2 (worth 1.6 independent)",
    "MEMBER    SINCE       ACCOUNTS  WAS THE FIRST TO SAY",
    "member-a  2026-11-20  10-99     2 payments, 1 device, 12 TLS clients, 30 lines, 1 technique, reasoning, twins",
    "member-b  2026-11-20  10-99     nothing: repeats others",
    "member-a does: Limit requests; Refuse requests",
    "works in the same hours as what member-a saw: member-b 84 %",
    "seen here, too, as campaign c-12: agrees with what is said by member-a (90 % of the work in the same hours), member-b",
    "only say so: member-c",
    "looked, and found nothing: member-d",
    "found the accounts to be honest: member-e",
    "disagree, and do not say why: member-f",
  ]);
});

test("says of who brings nothing but lines of the template how many they are", () => {
  const lines = { ...contribution, ...none, skeletonLines: 1 };
  expect(renderKnown(only({ ...known, contributions: [lines] }), nameOf, plain)).toContain("10-99     1 line\n");
});

test("says so where there is nothing", () => {
  expect(renderKnown(only(), nameOf, plain)).toBe("nothing is known of others' campaigns");
});

test("says what can't be looked for, or may not, of whom and why", () => {
  const notLookedFor = [
    { member: "a", because: { kind: "key", epoch: "2026-08" }, indicators: 3 },
    { member: "b", because: { kind: "policy", permitted: "contact-for-instruction" }, indicators: 1 },
  ] as const;
  expect(renderKnown({ campaigns: [], notLookedFor, notInLog: [] }, nameOf, plain).split("\n")).toEqual([
    "nothing is known of others' campaigns",
    "",
    "can't be looked for: 3 indicators of member-a, made with the circle's key of 2026-08",
    "may not be looked for: 1 indicator of member-b, whose policy permits no more than contact-for-instruction",
  ]);
});

test("says how much of what was said its members' logs do not show, or not yet", () => {
  const notInLog = [
    { member: "a", missing: 3, waiting: 0 },
    { member: "b", missing: 0, waiting: 1 },
  ];
  expect(renderKnown({ campaigns: [], notLookedFor: [], notInLog }, nameOf, plain).split("\n")).toEqual([
    "nothing is known of others' campaigns",
    "",
    "not in the log of member-a, which has signed them: 3 objects",
    "not looked up yet in the log of member-b: 1 object",
  ]);
});
