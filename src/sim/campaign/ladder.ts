import type { CampaignSpec } from "./spec.ts";

/** One rung: what a campaign does on top of everything below. */
export interface EvasionStep {
  readonly step: number;
  readonly title: string;
  readonly traits: Partial<CampaignSpec>;
}

/** Evasions in the order in which they cost more. The first rung undoes all of them, so that any campaign can be set on it. */
export const EVASION_LADDER: readonly EvasionStep[] = [
  {
    step: 0,
    title: "Naive: shared exits, payments and devices, one client, fixed parameters, flat hours, a strict rotation",
    traits: {
      addresses: "few-proxies",
      reuse: { payment: 0.8, device: 0.6, email: 0.8 },
      rotation: "least-recently-used",
      dilution: 0,
      resumes: true,
      variation: 0,
      phrasing: "campaign",
      hours: "flat",
      agedDays: 2,
      rampHours: 3,
      jitterSeconds: 0,
      loadSigma: 0,
    },
  },
  {
    step: 1,
    title: "A hosted address for each account, fewer payments in common, some clients and parameters differ",
    traits: {
      addresses: "proxy-per-account",
      reuse: { payment: 0.4, device: 0.25, email: 0.3 },
      variation: 0.3,
      agedDays: 10,
    },
  },
  {
    step: 2,
    title:
      "Residential addresses, few payments in common, most clients and parameters differ, one tenth foreign traffic",
    traits: {
      addresses: "residential",
      reuse: { payment: 0.1, device: 0.05, email: 0.1 },
      variation: 0.7,
      dilution: 0.1,
      hours: "shift",
      agedDays: 30,
      rampHours: 12,
    },
  },
  {
    step: 3,
    title:
      "Every payment, device, client and set of parameters its own; no rotation, minutes of delay, one person's hours",
    traits: {
      reuse: { payment: 0, device: 0, email: 0 },
      variation: 1,
      rotation: "random",
      jitterSeconds: 600,
      hours: "person",
      agedDays: 60,
      rampHours: 24,
    },
  },
  {
    step: 4,
    title: "Each account words the prompts its own way, keeps its own hours and load; one quarter foreign traffic",
    traits: {
      phrasing: "account",
      rotation: "at-will",
      hours: "account",
      loadSigma: 0.6,
      dilution: 0.25,
      agedDays: 120,
      rampHours: 48,
      pivots: false,
    },
  },
  {
    step: 5,
    title: "Half of the traffic is foreign, items wait for hours, the accounts are old and begin over days",
    traits: { dilution: 0.5, jitterSeconds: 4 * 3_600, agedDays: 240, rampHours: 72 },
  },
];

/** The campaign with every evasion up to a step. Throws a `RangeError` where the ladder has no such step. */
export function climb(spec: CampaignSpec, step: number): CampaignSpec {
  const rung = EVASION_LADDER.find((candidate) => candidate.step === step);
  if (rung === undefined) throw new RangeError(`the ladder has no step ${step}`);
  return { ...(step === 0 ? spec : climb(spec, step - 1)), ...rung.traits };
}
