import { createHash } from "node:crypto";
import { canonicalJson } from "../../kit/canonical-json.ts";
import type { Decision } from "../../model/decision.ts";

/** D. Crockford's base 32: no letter that is read as a digit, since a customer may tell it over the telephone. */
const alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/** 80 bits: with a hundred million decisions the chance that two share a reference is below one in a hundred million. */
const symbols = 16;

/** The reference of a decision, `7Q2M-…`: a hash of what is decided and when, so that the same input has the same references. */
export function decisionId({ policy, account, campaign, scope, action, created }: Omit<Decision, "id">): string {
  const digest = createHash("sha256")
    .update(canonicalJson([policy, account, campaign, scope, action, created]))
    .digest();
  let text = "";
  for (let index = 0; index < symbols; index++) {
    if (index > 0 && index % 4 === 0) text += "-";
    text += alphabet.charAt((digest[index] ?? 0) % alphabet.length);
  }
  return text;
}
