import { z } from "zod";

/** Powers of ten: coarse enough that no customer's number can be told from it, or from two members' together. */
const SIZE_BINS = ["1-9", "10-99", "100-999", "1000-9999", "10000-99999", "100000+"] as const;
export const sizeBinSchema = z.enum(SIZE_BINS);
export type SizeBin = z.infer<typeof sizeBinSchema>;

/** The bin of a count of one or more. */
export function sizeBin(count: number): SizeBin {
  if (!Number.isSafeInteger(count) || count < 1) throw new RangeError(`not a count: ${count}`);
  return SIZE_BINS[Math.min(String(count).length, SIZE_BINS.length) - 1] ?? "100000+";
}

/** Where STIX wants a number: the least of the bin. */
export function leastOf(bin: SizeBin): number {
  return Number.parseInt(bin, 10);
}
