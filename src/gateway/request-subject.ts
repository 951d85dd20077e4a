import type { KeyDirectory } from "../ingest/keys/key-directory.ts";
import type { Subject } from "./table/decision-index.ts";

// Limits.
/** A longer name or fingerprint is nobody's that a decision could be about. Of a key, which may be a long token, only the hash is kept. */
const valueCharactersMax = 1024;

/**
 * Names of request headers, in lower case, in which something in front of this surface says who the customer is. It must overwrite
 * what the customer sends under these names, or anybody can be anybody.
 */
export interface SubjectHeaders {
  readonly account?: string | undefined;
  readonly organization?: string | undefined;
  /** The client's address and nothing else, where the connection's peer is a load balancer. */
  readonly address?: string | undefined;
  /** JA4 fingerprint of the TLS client hello. */
  readonly tls?: string | undefined;
}

/** What a surface sees of a customer's request. */
export interface SeenRequest {
  /** The value of a header, by its name in lower case. */
  header(name: string): string | undefined;
  /** With the query. */
  readonly path: string;
  /** Of the connection's peer. */
  readonly address: string | undefined;
}

/** One for each key that the request carries, since the upstream may take any of them; one at least. */
export type SubjectsOf = (request: SeenRequest) => readonly Subject[];

export interface SubjectOptions {
  readonly keys: Pick<KeyDirectory, "ofSecret" | "ownerOf">;
  readonly headers: SubjectHeaders;
}

/** Whom a customer's request comes from. Its API keys get their names here, and go no further. */
export function createSubjectsOf({ keys: names, headers }: SubjectOptions): SubjectsOf {
  return (request) => {
    const named = (name: string | undefined): string | undefined =>
      name === undefined ? undefined : bounded(request.header(name));
    const subject = {
      account: named(headers.account),
      organization: named(headers.organization),
      address: named(headers.address) ?? request.address,
      tls: named(headers.tls),
    };
    const keys = keysOf(request);
    return keys.size === 0
      ? [subject]
      : [...keys].map((key) => withOwner(names, { ...subject, key: names.ofSecret(key) }));
  };
}

/** The subject under the account that its key belongs to, where that is known: as its exchanges are, whatever their log says. */
export function withOwner({ ownerOf }: Pick<KeyDirectory, "ownerOf">, subject: Subject): Subject {
  const owner = subject.key === undefined ? undefined : ownerOf(subject.key);
  if (owner === undefined) return subject;
  return { ...subject, account: owner.account, organization: owner.organization ?? subject.organization };
}

/** Where the APIs of models take a key: a bearer token (OpenAI), Anthropic, Azure, Google. */
const keyHeaders = ["authorization", "x-api-key", "api-key", "x-goog-api-key"];
/** Where Google takes keys and tokens besides (cloud.google.com/apis/docs/system-parameters). */
const keyParameters = ["key", "$key", "access_token", "oauth_token"];

/** What the query of a path says under each name of a key. */
export function keysInQuery(path: string): string[][] {
  const query = path.indexOf("?");
  if (query === -1) return [];
  const parameters = new URLSearchParams(path.slice(query));
  return keyParameters.map((name) => parameters.getAll(name));
}

/** Of a header or parameter that is there several times, servers take the first or the last. */
function keysOf({ header, path }: Omit<SeenRequest, "address">): Set<string> {
  const places = [...keyHeaders.map((name) => (header(name) ?? "").split(",")), ...keysInQuery(path)];
  const told = places.flatMap((values) => [values[0], values.at(-1)]);
  const keys = new Set(told.map((value) => value?.trim().replace(/^bearer\s+/i, "") ?? ""));
  keys.delete("");
  return keys;
}

function bounded(value: string | undefined): string | undefined {
  return value === undefined || value === "" || value.length > valueCharactersMax ? undefined : value;
}
