import { createHash } from "node:crypto";

const parts = 10_000;

/**
 * Whether a rule that is tried on so many percent of the accounts is tried on this one. Every account keeps its place: it
 * stays in when the share grows. The salt (policy and rule) sees to it that it is not always the same ones.
 */
export function inCanary(salt: string, account: string, percent: number): boolean {
  const digest = createHash("sha256").update(`${salt}\0${account}`).digest();
  return digest.readUInt32BE(0) % parts < (percent / 100) * parts;
}
