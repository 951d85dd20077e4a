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

/**
 * A credential becomes `key_` and the first 12 hex digits of its SHA-256, so that equal secrets stay equal and none is
 * passed on. Anything else stays as it is.
 */
export function maskSecret(text: string): string {
  return isSecret(text) ? fingerprint(text) : text;
}

/** As `maskSecret`, for fields that hold keys: there a long random token is a credential too, whatever its prefix. */
export function maskKey(text: string): string {
  return isSecret(text) || opaqueToken.test(text) ? fingerprint(text) : text;
}

function fingerprint(secret: string): string {
  const token = secret.replace(/^(bearer|basic)\s+/i, "").trim();
  return `key_${createHash("sha256").update(token).digest("hex").slice(0, 12)}`;
}
