import type { Store } from "../store/engine.ts";
import { learnNulls } from "./calibration/nulls.ts";
import type { Nulls } from "./calibration/nulls.ts";
import type { Candidate } from "./candidates/candidates.ts";
import { judgeContinuation } from "./continuation/continuation.ts";
import type { Finding } from "./family.ts";
import { judgeInfrastructure } from "./infrastructure/infrastructure.ts";
import { judgeIntent } from "./intent/intent.ts";
import type { IntentName } from "./intent/intent.ts";
import type { Observation } from "./observation/observation.ts";
import { observe } from "./observation/observe.ts";
import { writeHarvest } from "./observation/signature.ts";
import { judgePartition } from "./partition/partition.ts";
import { judgeRegularity } from "./regularity/regularity.ts";
import { judgeTwins } from "./twins/twins.ts";

export interface Examined {
  readonly observation: Observation;
  readonly findings: readonly Finding[];
}

/** Looks at the candidates through every family. Nulls are learnt from these candidates unless they are given. */
export async function examine(
  store: Store,
  candidates: readonly Candidate[],
  intents: readonly IntentName[],
  given?: Nulls,
): Promise<{ cases: Examined[]; nulls: Nulls }> {
  await writeHarvest(store, candidates);
  const observations = await observe(store, candidates, intents);
  const nulls = given ?? learnNulls(observations);
  return { cases: observations.map((observation) => examineOne(observation, nulls, intents)), nulls };
}

/** What every family says of one candidate. */
export function examineOne(observation: Observation, nulls: Nulls, intents: readonly IntentName[]): Examined {
  const findings = [
    judgeContinuation(observation),
    judgePartition(observation),
    judgeTwins(observation, nulls),
    judgeRegularity(observation, nulls),
    judgeInfrastructure(observation),
    judgeIntent(observation, intents, nulls),
  ];
  return { observation, findings };
}
