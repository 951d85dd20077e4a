import type { Nulls } from "../calibration/nulls.ts";
import type { Observation } from "../observation/observation.ts";
import { outliersOf as outliersOfGrown } from "./outliers.ts";

/** Of a group that was convicted without any of its members: all are held to the same bound. */
export const outliersOf = (observation: Observation, learnt: Nulls): number[] =>
  outliersOfGrown(observation, learnt, { source: observation.candidate.source, accounts: [] });
