import { createHash } from "node:crypto";
import { z } from "zod";
import { canonicalJson } from "../../kit/canonical-json.ts";
import { NoteError } from "../note/note.ts";
import type { LogPolicy } from "./checkpoint.ts";
import { verifyProof } from "./proof.ts";

/*
 * What stands in the log: that a member has bound itself to something, and nothing of what. Whoever is given the thing and its salt
 * can see that it was there; who is not can't even try, since the salt is as long as the hash.
 */

const commitmentSaltBytes = 32;

const version = "stillwatch-log/1";

/** SHA-256 of a salt and of something, a shared object in its canonical form for one. */
export function saltedCommitment(salt: Uint8Array, thing: Uint8Array): Uint8Array {
  if (salt.length !== commitmentSaltBytes) throw new RangeError(`a salt has ${commitmentSaltBytes} bytes`);
  return createHash("sha256").update(`${version} commitment\n`).update(salt).update(thing).digest();
}

/** The entry for a member's commitment. The same always has the same form, so that who knows both finds it. */
export function commitmentEntry(member: string, commitment: Uint8Array): Uint8Array {
  return Buffer.from(canonicalJson({ version, member, commitment: Buffer.from(commitment).toString("base64") }));
}

const entrySchema = z.strictObject({ version: z.literal(version), member: z.string(), commitment: z.base64() });

/** What an entry says: the member, and its commitment in base64. Throws a `NoteError` where it is no entry for one. */
export function readCommitmentEntry(entry: Uint8Array): { readonly member: string; readonly commitment: string } {
  const read = entrySchema.safeParse(jsonOf(entry));
  if (!read.success) throw new NoteError("the log's entry is no commitment");
  const { member, commitment } = read.data;
  return { member, commitment };
}

function jsonOf(entry: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(entry).toString("utf8"));
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

/** Whether a proof shows to whom the policy believes that the member's commitment is in the log. */
export function isCommitted(member: string, commitment: Uint8Array, proof: string, policy: LogPolicy): boolean {
  try {
    verifyProof(proof, commitmentEntry(member, commitment), policy);
    return true;
  } catch (error) {
    if (error instanceof NoteError) return false;
    throw error;
  }
}
