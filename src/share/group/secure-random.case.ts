import { createHash } from "node:crypto";
import type { SecureRandom } from "../../kit/secure-random.ts";

/** The same bytes for the same seed, so that a failing case can be run again. */
export function fixedSecureRandom(seed: string): SecureRandom {
  let drawn = 0;
  const bytes = (length: number): Uint8Array => {
    const result = new Uint8Array(length);
    for (let at = 0; at < length; at += 64) {
      const block = createHash("sha512").update(`${seed}/${drawn++}`).digest();
      result.set(block.subarray(0, Math.min(64, length - at)), at);
    }
    return result;
  };
  return { bytes, below: (limit) => Number(Buffer.from(bytes(8)).readBigUInt64BE() % BigInt(limit)) };
}
