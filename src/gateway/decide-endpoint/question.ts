import type { KeyDirectory } from "../../ingest/keys/key-directory.ts";
import { canonicalAddress } from "../../kit/address.ts";
import { withOwner } from "../request-subject.ts";
import type { Subject } from "../table/decision-index.ts";
import type { Purpose } from "../table/strictness.ts";

// Limits.
const partCharactersMax = 1024;
/** Keys may be long tokens, such as a cloud's. */
const keyCharactersMax = 8192;

/** Whom a request comes from and what it is for. At least one part is given; the more, the more decisions can apply. */
export interface Question {
  /** The API key as the caller's customer sent it. */
  readonly apiKey: string | undefined;
  /** The key's id or SHA-256, as logs tell it, where the gateway does not see the key itself. */
  readonly key: string | undefined;
  readonly account: string | undefined;
  readonly organization: string | undefined;
  /** The customer's address, not the gateway's. */
  readonly address: string | undefined;
  /** JA4 fingerprint of the TLS client hello. */
  readonly tls: string | undefined;
  readonly purpose: Purpose;
}

const FIELDS: ReadonlySet<string> = new Set(["api_key", "key", "account", "organization", "address", "tls", "purpose"]);

/**
 * Reads a question, by hand: it is put before every request of every customer, and a schema took longer than the look-up.
 * @returns what is wrong, where something is: with names of our own fields, and never what stood there, which may be a key
 */
export function readQuestion(value: unknown): Question | string {
  if (!isRecord(value)) return "The body is not an object.";
  for (const name in value) if (!FIELDS.has(name)) return `The body has a field beside ${[...FIELDS].join(", ")}.`;
  const { api_key: apiKey, key, account, organization, address, tls, purpose = "request" } = value;
  if (!isPart(apiKey, keyCharactersMax)) return notPart("api_key", keyCharactersMax);
  if (!isPart(key)) return notPart("key");
  if (!isPart(account)) return notPart("account");
  if (!isPart(organization)) return notPart("organization");
  if (!isPart(address)) return notPart("address");
  // With a port, say, it would never be found under any decision, and nobody would notice.
  if (address !== undefined && canonicalAddress(address) === null) return "address: give one address, without a port.";
  if (!isPart(tls)) return notPart("tls");
  if (purpose !== "request" && purpose !== "new-key") return "purpose: give request or new-key.";
  if (apiKey !== undefined && key !== undefined) return "Give api_key or key, not both.";
  const known = apiKey ?? key ?? account ?? organization ?? address ?? tls;
  if (known === undefined) return "Give one part of the subject at least.";
  return { apiKey, key, account, organization, address, tls, purpose };
}

/** Whom a question is about. The API key gets its name here, and goes no further. */
export function subjectOf(
  { apiKey, key: told, account, organization, address, tls }: Question,
  keys: KeyDirectory,
): Subject {
  const ofTold = told === undefined ? undefined : keys.ofLogged(told);
  const key = apiKey === undefined ? ofTold : keys.ofSecret(apiKey);
  return withOwner(keys, { key, account, organization, address, tls });
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}

function isPart(value: unknown, charactersMax = partCharactersMax): value is string | undefined {
  return value === undefined || (typeof value === "string" && value !== "" && value.length <= charactersMax);
}

function notPart(name: string, charactersMax = partCharactersMax): string {
  return `${name}: give a text of 1 to ${charactersMax} characters.`;
}
