import type { Profile } from "./profile.ts";

/** A unit vector over features, by their numbers. */
export function profile(account: number, features: Readonly<Record<number, number>>, tasks = 10): Profile {
  const entries = Object.entries(features).map(([feature, weight]) => [Number(feature), weight] as const);
  const norm = Math.hypot(...entries.map(([, weight]) => weight));
  return {
    account,
    features: Uint32Array.from(entries, ([feature]) => feature),
    weights: Float32Array.from(entries, ([, weight]) => weight / norm),
    tasks,
  };
}

export const space = (...profiles: readonly Profile[]): Map<number, Profile> =>
  new Map(profiles.map((entry) => [entry.account, entry]));
