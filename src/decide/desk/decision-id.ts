import { createHash } from "node:crypto";
import { canonicalJson } from "../../kit/canonical-json.ts";
import type { Decision } from "../../model/decision.ts";

/** D. Crockford's base 32: no letter that is read as a digit, since a customer may tell it over the telephone. */
const alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/** 80 bits: with a hundred million decisions the chance that two share a reference is below one in a hundred million. */
const symbols = 16;
const reference = new RegExp(`^[${alphabet}]{${symbols}}$`, "u");
/** A reference with room for dashes and spaces. */
const typedCharactersMax = 64;

/** The reference of a decision, `7Q2M-…`: a hash of what is decided and when, so that the same input has the same references. */
export function decisionId({ policy, account, campaign, scope, action, created }: Omit<Decision, "id">): string {
  return referenceTo([policy, account, campaign, scope, action, created]);
}

/** The reference of whatever is made of this, which has to be JSON. */
export function referenceTo(content: unknown): string {
  const digest = createHash("sha256").update(canonicalJson(content)).digest();
  const text = Array.from({ length: symbols }, (_, index) => alphabet.charAt((digest[index] ?? 0) % alphabet.length));
  return grouped(text.join(""));
}

/** What a person typed, as the reference that was meant: case, dashes and look-alikes don't matter. Null: it is none. */
export function readReference(text: string): string | null {
  const typed = text.slice(0, typedCharactersMax).toUpperCase().replaceAll(/[\s-]/gu, "");
  const meant = typed.replaceAll("O", "0").replaceAll(/[IL]/gu, "1");
  return reference.test(meant) ? grouped(meant) : null;
}

function grouped(text: string): string {
  return text.replaceAll(/.{4}(?!$)/gu, "$&-");
}
