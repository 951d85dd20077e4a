import { createHash } from "node:crypto";

/** Prefixes that vendors put before secrets so that scanners find them (OpenAI, Anthropic, Google, AWS, GitHub, and others). */
const secretPrefix =
  /^(bearer\s+|basic\s+|sk[-_]|pk[-_]|rk[-_]|gsk_|xai-|AIza|ABSK|ghp_|github_pat_|hf_|r8_|pplx-|glpat-|xox[abp]-|eyJ[A-Za-z0-9_-]{8,}\.)/i;

/** Long, unbroken, of upper and lower case and digits: not a UUID, not a hash, not a name. */
const opaqueToken = /^(?=.*[a-z])(?=.*[A-Z])(?=.*\d)[\w+/=.~-]{32,}$/;

/** Whether a text carries the marks of a credential. */
export function isSecret(text: string): boolean {
  return secretPrefix.test(text);
}

/** As `isSecret`, for fields that hold keys: there a long random token is a credential too, whatever its prefix. */
export function isCredential(text: string): boolean {
  return isSecret(text) || opaqueToken.test(text);
}

/** Without the scheme that it stands under in a header. */
export function bareCredential(text: string): string {
  return text.replace(/^(bearer|basic)\s+/i, "").trim();
}

/**
 * A credential becomes its SHA-256 in hex, so that equal secrets stay equal, also beside logs that tell keys in this way, and none is
 * passed on. Anything else stays as it is. A scan has no secret of its own to hash with; keys are random, so that nobody finds one
 * by its hash. What is kept for longer, online, is named by `KeyNames` instead.
 */
export function maskSecret(text: string): string {
  return isSecret(text) ? sha256Of(text) : text;
}

/** As `maskSecret`, for fields that hold keys. */
export function maskKey(text: string): string {
  return isCredential(text) ? sha256Of(text) : text;
}

function sha256Of(secret: string): string {
  return createHash("sha256").update(bareCredential(secret)).digest("hex");
}
