import type { CampaignSpec } from "./campaign/spec.ts";
import { HELD_OUT_PIPELINES } from "./pipeline/phrases.ts";
import { CAMPAIGN, type Scenario } from "./scenario.ts";

/** Honest traffic to hide campaigns in: every class, with more look-alikes than usual, the held-out ones among them. */
export const EVALUATION_BACKGROUND: Scenario = {
  name: "evaluation",
  title: "Honest traffic for an evaluation",
  description:
    "Two weeks of every honest class, rich in look-alikes, some of which are in no other scenario: what `evaluate` hides campaigns in.",
  days: 14,
  honestAccounts: 2_000,
  exchangesPerAccount: 27.2,
  mix: {
    casual: 0.085,
    developer: 0.1,
    "open-source-client": 0.075,
    office: 0.05,
    university: 0.065,
    family: 0.03,
    hackathon: 0.04,
    sparse: 0.01,
    rag: 0.01,
    classification: 0.01,
    extraction: 0.01,
    support: 0.01,
    production: 0.01,
    evaluation: 0.02,
    "synthetic-data": 0.015,
    research: 0.015,
    aggregator: 0.005,
    gateway: 0.03,
    relay: 0.03,
    "relay-code": 0.03,
    "relay-translation": 0.03,
    "undeclared-data": 0.02,
    "gateway-failover": 0.04,
    "nightly-plugin": 0.03,
    "exam-course": 0.03,
    "group-departments": 0.03,
    "writing-shop": 0.02,
    "archive-volunteers": 0.03,
    "workflow-platform": 0.03,
    "relay-one-shot": 0.03,
    "trimming-client": 0.03,
    "system-only-tool": 0.03,
  },
  campaigns: [],
};

/** A harvest of many kinds at 26 exchanges an account a day, to which evasions are added. */
export const EVALUATION_CAMPAIGN: CampaignSpec = {
  ...CAMPAIGN,
  id: "c-trial",
  memberClass: "campaign-trial",
  pipelines: [
    ["reasoning", 3],
    ["agentic", 2],
    ["evolve", 2],
    ["rubric", 1],
    ["code-synthesis", 1],
  ],
  accounts: 40,
  exchangesPerAccountDay: 26,
  banPerDay: 0.01,
  pivots: true,
};

/** The same with pipelines that no other scenario has. */
export const HELD_OUT_CAMPAIGN: CampaignSpec = {
  ...EVALUATION_CAMPAIGN,
  pipelines: HELD_OUT_PIPELINES.map((name) => [name, 1]),
};
