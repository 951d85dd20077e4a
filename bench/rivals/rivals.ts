import { evilCohort } from "./methods/evil-cohort.ts";
import { exactTemplate } from "./methods/exact-template.ts";
import { fraudar } from "./methods/fraudar.ts";
import { meanEmbedding } from "./methods/mean-embedding.ts";
import { similarityNetwork } from "./methods/similarity-network.ts";
import { synchroTrap } from "./methods/synchro-trap.ts";
import { volume } from "./methods/volume.ts";
import { tuningOf } from "./tune.ts";
import type { Tuning } from "./tune.ts";

/** All rivals, untuned, simplest first. */
export function rivals(): Tuning[] {
  return [
    tuningOf(volume),
    tuningOf(exactTemplate),
    tuningOf(evilCohort),
    tuningOf(synchroTrap),
    tuningOf(fraudar),
    tuningOf(similarityNetwork),
    tuningOf(meanEmbedding),
  ];
}
