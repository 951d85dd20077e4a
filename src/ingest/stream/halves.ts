import type { DeliveryRecord } from "../delivery/delivery.ts";

const newline = 0x0a;

/** Two parts of what is to be taken, or null where it is a single line or less. */
export function halves(
  records: readonly DeliveryRecord[],
): readonly [readonly DeliveryRecord[], readonly DeliveryRecord[]] | null {
  const [only] = records;
  if (only === undefined) return null;
  if (records.length > 1) {
    const middle = Math.ceil(records.length / 2);
    return [records.slice(0, middle), records.slice(middle)];
  }
  if (only.count < 2) return null;
  const count = Math.ceil(only.count / 2);
  const end = endOfLine(only.lines, count);
  return [
    [{ ...only, count, lines: only.lines.subarray(0, end) }],
    [{ ...only, count: only.count - count, lines: only.lines.subarray(end), rejects: [] }],
  ];
}

/** Where the line of a number, from 1, ends, its line feed included. */
function endOfLine(lines: Uint8Array, number: number): number {
  let end = 0;
  for (let line = 0; line < number; line++) end = lines.indexOf(newline, end) + 1;
  return end;
}
