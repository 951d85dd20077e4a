import { dayMs, hourMs } from "../../kit/time-units.ts";
import type { ModelRelease } from "../../model/model-release.ts";
import { type Weighted, weighted } from "../draw.ts";

/** A model of the simulated provider. `day`: of release, counted from the start of the world. */
interface Release {
  readonly model: string;
  readonly day: number;
  readonly capabilities: readonly string[];
  /** Its share of honest traffic. */
  readonly popularity: number;
}

/** The model that comes out while the world runs stands last; its day depends on the world's length. */
const RELEASES: readonly Release[] = [
  { model: "meridian-1-swift", day: -240, capabilities: [], popularity: 5 },
  { model: "meridian-1-grand", day: -236, capabilities: ["vision"], popularity: 3 },
  { model: "meridian-2-swift", day: -110, capabilities: ["coding"], popularity: 7 },
  {
    model: "meridian-2-grand",
    day: -104,
    capabilities: ["reasoning", "coding", "vision"],
    popularity: 8,
  },
  { model: "meridian-think", day: -61, capabilities: ["reasoning"], popularity: 4 },
  { model: "meridian-forge", day: -33, capabilities: ["coding", "agentic"], popularity: 5 },
];

export interface ModelCatalogue {
  readonly releases: readonly ModelRelease[];
  /** Models that exist at the start. */
  readonly established: readonly string[];
  /** A draw among them by honest demand. */
  readonly popular: Weighted<string>;
  /** The one that is released while the world runs. */
  readonly newcomer: { readonly model: string; readonly releasedMs: number };
  reasons(model: string): boolean;
}

/** The newcomer is released at 60 % of the world, at 16:00 UTC. */
export function modelCatalogue(startMs: number, days: number): ModelCatalogue {
  const atMs = (day: number): number => startMs + day * dayMs + 16 * hourMs;
  const newcomer = {
    model: "meridian-3-grand",
    releasedMs: atMs(Math.max(0, Math.floor(days * 0.6))),
  };
  const releases = RELEASES.map((release) => ({
    model: release.model,
    released: new Date(atMs(release.day)).toISOString(),
    capabilities: [...release.capabilities],
  }));
  releases.push({
    model: newcomer.model,
    released: new Date(newcomer.releasedMs).toISOString(),
    capabilities: ["reasoning", "coding", "agentic", "vision"],
  });
  const reasoning = new Set(releases.filter((r) => r.capabilities.includes("reasoning")).map((r) => r.model));
  return {
    releases,
    established: RELEASES.map((release) => release.model),
    popular: weighted(RELEASES.map((release) => [release.model, release.popularity])),
    newcomer,
    reasons: (model) => reasoning.has(model),
  };
}
