import type { Random } from "../../kit/random.ts";
import { dayMs } from "../../kit/time-units.ts";
import type { SimAccount } from "../people/account.ts";
import { arrivals, drawRhythm } from "../traffic/arrivals.ts";
import { rotationDesk } from "../traffic/desk.ts";
import { type Source, TrafficSource } from "../traffic/source.ts";
import type { World } from "../world.ts";
import { campaignSlots } from "./members.ts";
import type { CampaignSpec } from "./spec.ts";
import { campaignWorkload } from "./workload.ts";

/** The accounts of a campaign and the one source that drives them all. */
export interface CampaignPlan {
  readonly accounts: readonly SimAccount[];
  readonly source: Source;
}

export function planCampaign(world: World, random: Random, spec: CampaignSpec, scale: number): CampaignPlan {
  const startMs = world.startMs + spec.startDay * dayMs;
  const endMs = Math.min(world.endMs, startMs + spec.days * dayMs);
  const slots = campaignSlots(
    world,
    random.fork("members"),
    spec,
    Math.max(4, Math.round(spec.accounts * scale)),
    startMs,
    endMs,
  );
  const workload = campaignWorkload(world, random.fork("work"), spec);
  const perDay = (slots.length * spec.exchangesPerAccountDay) / workload.callsMean;
  // Days of separate people add up to a flat one.
  const rhythm = drawRhythm(random, spec.hours === "account" ? "flat" : spec.hours, random.pick([-6, 0, 3, 8]));
  const jitter = random.fork("jitter");
  const source = new TrafficSource({
    random: random.fork("traffic"),
    starts: arrivals({
      random: random.fork("arrivals"),
      startMs,
      endMs,
      perDay,
      rhythm,
      burst: 0.15,
    }),
    workload,
    desk: rotationDesk({
      random: random.fork("rotation"),
      slots,
      rotation: spec.rotation,
      movesOn: spec.movesOn ?? false,
      stickyTasks: 12,
      resumes: spec.resumes,
    }),
    failureChance: 0.018,
    endMs,
    ...(spec.jitterSeconds > 0 ? { startDelayMs: () => jitter.exponential(1_000 * spec.jitterSeconds) } : {}),
  });
  return { accounts: slots.flatMap((slot) => slot.terms.map((term) => term.account)), source };
}
