import { z } from "zod";

// Limits.
const sentenceCharactersMax = 600;
const nameCharactersMax = 128;

/**
 * Marks of what identifies a person or opens a door. Each is rather too wide than too narrow: what is caught is withheld and
 * nothing more is lost than a sentence.
 */
const MARKS: readonly RegExp[] = [
  // Addresses of mail and of pages.
  /@/u,
  /:\/\//u,
  // IPv4, and IPv6 with three groups or an elision. Numbers of this software have commas, and its times stand in fields of their own.
  /\d{1,3}(?:\.\d{1,3}){3}/u,
  /[\da-f]*(?::[\da-f]*){3}|::/iu,
  // Cards, accounts, telephones: seven digits, however they are set apart, but for thousands.
  /(?:\d[ .()+/-]{0,2}){7}/u,
  // Keys and fingerprints: long, unbroken, with a digit in them.
  /(?=[\w+/=~-]*\d)[\w+/=~-]{20}/u,
  /\b(?:sk|pk|rk|key|pm|cus|card|tok)[-_][\da-z]/iu,
  // What steers a terminal or hides in a text (Unicode TR 36), and lines: what the detector writes is one.
  /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u,
];

/** Whether a text carries no mark of an address, a payment, a telephone, a key or a fingerprint. It can't see prompts: none may be near. */
export function isPlain(text: string): boolean {
  return text.length <= sentenceCharactersMax && !MARKS.some((mark) => mark.test(text));
}

/** A sentence that the detector or a pack wrote. */
export const plainSentenceSchema = z
  .string()
  .min(1)
  .refine(isPlain, "it may hold what identifies somebody, or what opens a door");

/** What a name of this software never is: an address, a long number, a fingerprint, a key. */
const NAME_MARKS: readonly RegExp[] = [
  /(?:\d{1,3}\.){3}\d/u,
  /::|\/\//u,
  /\d{9}|[\da-f]{12}/iu,
  /\b(?:sk|pk|rk|key|pm|cus|card|tok)[-_]/iu,
];

/** A name that this software gives, or that stands in a policy or a list of models: no spaces, so that no text fits in. */
export const plainNameSchema = z
  .string()
  .max(nameCharactersMax)
  .regex(/^[A-Za-z\d](?:[\w.:/+-]*[\w+])?$/u)
  .refine((name) => !NAME_MARKS.some((mark) => mark.test(name)), "it may be an address, a number or a key");
