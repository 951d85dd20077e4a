import type { CampaignSpec } from "./campaign/spec.ts";
import type { Mix } from "./honest/population.ts";

export const SCENARIO_NAMES = [
  "demo",
  "small",
  "disclosed",
  "honest-only",
  "low-and-slow",
  "relay",
  "look-alikes",
  "chains",
  "bench",
] as const;
export type ScenarioName = (typeof SCENARIO_NAMES)[number];

/** A world as data, at scale 1. */
export interface Scenario {
  /** Part of the seed: scenarios of one name share their honest population. */
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly days: number;
  readonly honestAccounts: number;
  /** Mean exchanges of an honest account over the whole world. */
  readonly exchangesPerAccount: number;
  readonly mix: Mix;
  /** Chance that a person opens a conversation with the last answer of an earlier one; absent: never. */
  readonly pastedAnswers?: number;
  readonly campaigns: readonly CampaignSpec[];
}

const EVERYDAY: Mix = {
  casual: 0.42,
  developer: 0.15,
  "open-source-client": 0.09,
  office: 0.07,
  university: 0.07,
  family: 0.05,
  hackathon: 0.035,
  sparse: 0.02,
  rag: 0.01,
  classification: 0.008,
  extraction: 0.008,
  support: 0.008,
  production: 0.006,
  evaluation: 0.006,
  "synthetic-data": 0.004,
  research: 0.005,
  aggregator: 0.002,
  gateway: 0.014,
  relay: 0.015,
};

const LOOK_ALIKES: Mix = {
  casual: 0.12,
  developer: 0.06,
  "open-source-client": 0.12,
  office: 0.08,
  university: 0.14,
  family: 0.05,
  hackathon: 0.14,
  sparse: 0.03,
  rag: 0.01,
  production: 0.02,
  evaluation: 0.04,
  "synthetic-data": 0.03,
  research: 0.02,
  aggregator: 0.01,
  gateway: 0.1,
  relay: 0.03,
};

/** The plainest campaign: every evasion is a change to it. */
export const CAMPAIGN: CampaignSpec = {
  id: "c-plain",
  memberClass: "campaign",
  pipelines: [["reasoning", 1]],
  accounts: 30,
  exchangesPerAccountDay: 20,
  startDay: 0.5,
  days: 400,
  addresses: "few-proxies",
  reuse: { payment: 0.6, device: 0.4, email: 0.5 },
  rotation: "least-recently-used",
  dilution: 0,
  samples: 1,
  banPerDay: 0,
  replacementHours: 4,
  resumes: true,
  pivots: false,
  variation: 0.1,
  phrasing: "campaign",
  hours: "flat",
  agedDays: 6,
  rampHours: 3,
  jitterSeconds: 0,
  loadSigma: 0,
  declares: false,
};

/** Reasoning and grading over few busy accounts. */
const BUSY: CampaignSpec = {
  ...CAMPAIGN,
  id: "c-lectern",
  memberClass: "campaign-reasoning",
  pipelines: [
    ["reasoning", 5],
    ["rubric", 3],
    ["reconstruction", 2],
    ["rewriting", 1],
  ],
  samples: 3,
  hours: "shift",
};

/** Coding agents at work on many repositories. */
const AGENTS: CampaignSpec = {
  ...CAMPAIGN,
  id: "c-workbench",
  memberClass: "campaign-agentic",
  pipelines: [
    ["agentic", 7],
    ["code-synthesis", 2],
    ["tool-calls", 2],
  ],
  addresses: "proxy-per-account",
  pivots: true,
  variation: 0.4,
  banPerDay: 0.01,
  agedDays: 14,
};

/** A large network that hides its harvest among customers. */
const NETWORK: CampaignSpec = {
  ...CAMPAIGN,
  id: "c-hydra",
  memberClass: "campaign-hydra",
  pipelines: [
    ["agentic", 4],
    ["tool-calls", 2],
    ["evolve", 3],
    ["translation", 2],
    ["reasoning", 2],
  ],
  addresses: "residential",
  reuse: { payment: 0.45, device: 0.3, email: 0.3 },
  dilution: 0.25,
  banPerDay: 0.03,
  pivots: true,
  variation: 0.6,
  agedDays: 10,
};

export const SCENARIOS: readonly Scenario[] = [
  {
    name: "demo",
    title: "A week with three campaigns",
    description:
      "About 30,000 exchanges of 1,500 accounts: every honest class, and three campaigns of different kinds.",
    days: 7,
    honestAccounts: 1_400,
    exchangesPerAccount: 12,
    mix: EVERYDAY,
    campaigns: [
      { ...BUSY, accounts: 14, exchangesPerAccountDay: 36, startDay: 0.6 },
      { ...AGENTS, accounts: 24, exchangesPerAccountDay: 24, startDay: 1.2 },
      { ...NETWORK, accounts: 40, exchangesPerAccountDay: 14, startDay: 0.3 },
    ],
  },
  {
    name: "small",
    title: "A small world for exercises",
    description: "About 70,000 exchanges of 3,000 accounts over ten days, with three campaigns.",
    days: 10,
    honestAccounts: 2_900,
    exchangesPerAccount: 17,
    mix: EVERYDAY,
    campaigns: [
      { ...BUSY, accounts: 25, exchangesPerAccountDay: 16 },
      {
        ...CAMPAIGN,
        id: "c-seeds",
        memberClass: "campaign-instructions",
        pipelines: [
          ["evolve", 4],
          ["code-synthesis", 2],
          ["translation", 1],
        ],
        accounts: 20,
        exchangesPerAccountDay: 14,
        addresses: "proxy-per-account",
      },
      { ...NETWORK, accounts: 60, exchangesPerAccountDay: 13 },
    ],
  },
  {
    name: "disclosed",
    title: "Campaigns shaped like the disclosed ones",
    description:
      "Three weeks with few busy accounts that grade and reason, some thirty coding agents, and a network of more than a hundred accounts that mixes its harvest with customers' traffic.",
    days: 21,
    honestAccounts: 7_200,
    exchangesPerAccount: 42,
    mix: EVERYDAY,
    campaigns: [
      { ...BUSY, accounts: 8, exchangesPerAccountDay: 60, days: 9 },
      { ...AGENTS, accounts: 30, exchangesPerAccountDay: 36 },
      { ...NETWORK, accounts: 110, exchangesPerAccountDay: 38 },
    ],
  },
  {
    name: "honest-only",
    title: "Nobody extracts anything",
    description: "Two weeks of honest customers of every class, the look-alikes among them.",
    days: 14,
    honestAccounts: 8_000,
    exchangesPerAccount: 32,
    mix: EVERYDAY,
    campaigns: [],
  },
  {
    name: "low-and-slow",
    title: "Twenty-six exchanges an account a day",
    description:
      "Forty-five days of one campaign over many quiet accounts, each with an address and a payment of its own.",
    days: 45,
    honestAccounts: 4_000,
    exchangesPerAccount: 45,
    mix: EVERYDAY,
    campaigns: [
      {
        ...CAMPAIGN,
        id: "c-drizzle",
        memberClass: "campaign-slow",
        pipelines: [
          ["reasoning", 3],
          ["agentic", 3],
          ["evolve", 2],
          ["rubric", 1],
          ["tool-calls", 1],
        ],
        accounts: 160,
        exchangesPerAccountDay: 26,
        addresses: "residential",
        reuse: { payment: 0.15, device: 0.1, email: 0.15 },
        dilution: 0.1,
        banPerDay: 0.004,
        pivots: true,
        variation: 0.7,
        hours: "person",
        agedDays: 40,
      },
    ],
  },
  {
    name: "relay",
    title: "Resale, and nothing else",
    description:
      "Ten days in which large relay networks rotate their accounts among unrelated customers. Coordinated, but nobody extracts.",
    days: 10,
    honestAccounts: 3_000,
    exchangesPerAccount: 24,
    mix: { ...EVERYDAY, relay: 0.12 },
    campaigns: [],
  },
  {
    name: "look-alikes",
    title: "Honest customers that resemble campaigns",
    description: "Ten days of gateways, universities, hackathons, evaluators, relays and data makers, and no campaign.",
    days: 10,
    honestAccounts: 3_000,
    exchangesPerAccount: 24,
    mix: LOOK_ALIKES,
    campaigns: [],
  },
  {
    name: "chains",
    title: "Answers that become prompts",
    description:
      "Ten days of a campaign whose answers go back into its queue in half of its tasks, and of people of whom some take an answer into a new conversation.",
    days: 10,
    honestAccounts: 2_900,
    exchangesPerAccount: 17,
    mix: { ...EVERYDAY, relay: 0.06 },
    pastedAnswers: 0.04,
    campaigns: [
      {
        ...CAMPAIGN,
        id: "c-spiral",
        memberClass: "campaign-instructions",
        pipelines: [
          ["evolve", 2],
          ["reasoning", 2],
          ["rewriting", 1],
        ],
        accounts: 24,
        exchangesPerAccountDay: 14,
        addresses: "proxy-per-account",
        chaining: 0.5,
      },
    ],
  },
  {
    name: "bench",
    title: "Traffic for benchmarks",
    description: "A million exchanges of some 17,000 accounts at scale 1; accounts grow with the scale.",
    days: 14,
    honestAccounts: 17_000,
    exchangesPerAccount: 52,
    mix: EVERYDAY,
    campaigns: [
      { ...BUSY, accounts: 30, exchangesPerAccountDay: 40 },
      { ...AGENTS, accounts: 80, exchangesPerAccountDay: 26 },
      { ...NETWORK, accounts: 160, exchangesPerAccountDay: 20 },
    ],
  },
];

export function findScenario(name: string): Scenario | undefined {
  return SCENARIOS.find((scenario) => scenario.name === name);
}
