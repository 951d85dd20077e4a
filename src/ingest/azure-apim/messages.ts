import { parseJson } from "../json-value.ts";
import { isBlank } from "./gateway-row.ts";
import type { GatewayRow } from "./gateway-row.ts";

/**
 * The messages of one side, out of rows in the order of their numbers; undefined where a piece is missing. What is documented is
 * that long ones are cut for later reconstruction, not where: taken for likeliest is their JSON, at any byte. Pieces that are
 * lists by themselves are put one behind the other.
 */
export function joinedMessages(rows: readonly GatewayRow[], side: "RequestMessages" | "ResponseMessages"): unknown {
  // A row that was delivered twice counts once.
  const pieces = new Map<number, unknown>();
  for (const row of rows) if (!isBlank(row[side])) pieces.set(row.SequenceNumber ?? 0, row[side]);
  const numbers = [...pieces.keys()];
  if (numbers.some((number, at) => at > 0 && number !== (numbers[at - 1] ?? 0) + 1)) return undefined;
  const all = [...pieces.values()];
  const whole = all.every((piece) => typeof piece === "string") ? containerOf(all.join("")) : undefined;
  if (whole !== undefined) return whole;
  const found = all.map(containerOf);
  if (found.length === 1) return found[0];
  return found.every(Array.isArray) ? found.flat() : undefined;
}

/** Messages are a list or a body: any other text is the rest of one that was cut. */
function containerOf(piece: unknown): object | undefined {
  const found = typeof piece === "string" ? parseJson(piece) : piece;
  return typeof found === "object" && found !== null ? found : undefined;
}
