import { hourMs } from "../../kit/time-units.ts";
import type { Store } from "../../store/engine.ts";
import { sql } from "../../store/sql.ts";
import { cut } from "./codes.ts";

/** Ends of the ages that are told apart: the first day in three parts, then days, up to a week. */
const agesHours = [6, 12, 24, 48, 72, 96, 120, 144, 168];

/** A model's name as a number, from a column `model`. */
export const modelCode = sql`toUInt32(sipHash64(model) % ${cut})`;

/** When each model was released (epoch milliseconds), by its code. */
export async function loadReleases(store: Store): Promise<ReadonlyMap<number, number>> {
  const rows = await store.rows<{ code: number; releasedMs: number }>(sql`
    SELECT ${modelCode} AS code, min(toUnixTimestamp64Milli(released)) AS releasedMs FROM model_release GROUP BY code`);
  return new Map(rows.map(({ code, releasedMs }) => [code, releasedMs]));
}

/** For how long a model was out at a time, as one of the ages that are told apart; null before its release, and after a week. */
export function ageOfModel(releasedMs: number | undefined, timeMs: number): number | null {
  const hours = (timeMs - (releasedMs ?? Number.NaN)) / hourMs;
  const age = agesHours.findIndex((end) => hours < end);
  return hours >= 0 && age >= 0 ? age : null;
}
