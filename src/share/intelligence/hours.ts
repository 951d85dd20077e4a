/** How the work of a campaign is spread over the hours of the day (UTC): 24 numbers of one unit. */
export type Hours = readonly number[];

/**
 * The share of the work of two that falls into the same hours, 0 to 1: what their distributions have in common, one less their total variation
 * distance. Null where one of them has none. Many strangers work the same hours, so that it is shown and weighs nothing.
 */
export function hoursInCommon(one: Hours | null, other: Hours | null): number | null {
  const [a, b] = [sharesOf(one), sharesOf(other)];
  return a === null || b === null ? null : a.reduce((sum, share, hour) => sum + Math.min(share, b[hour] ?? 0), 0);
}

function sharesOf(hours: Hours | null): number[] | null {
  const all = (hours ?? []).reduce((sum, work) => sum + work, 0);
  return hours === null || all === 0 ? null : hours.map((work) => work / all);
}
