import type { KeyDirectory } from "../ingest/keys/key-directory.ts";
import type { Subject } from "./table/decision-index.ts";

// Limits.
/** A longer key, name or fingerprint is nobody's that a decision could be about. */
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

export type SubjectOf = (request: SeenRequest) => Subject;

export interface SubjectOptions {
  readonly keys: Pick<KeyDirectory, "ofSecret" | "ownerOf">;
  readonly headers: SubjectHeaders;
}

/** Whom a customer's request comes from. Its API key gets its name here, and goes no further. */
export function createSubjectOf({ keys, headers }: SubjectOptions): SubjectOf {
  return (request) => {
    const named = (name: string | undefined): string | undefined =>
      name === undefined ? undefined : bounded(request.header(name));
    const key = bounded(apiKeyOf(request));
    return withOwner(keys, {
      key: key === undefined ? undefined : keys.ofSecret(key),
      account: named(headers.account),
      organization: named(headers.organization),
      address: named(headers.address) ?? request.address,
      tls: named(headers.tls),
    });
  };
}

/** The subject under the account that its key belongs to, where that is known: as its exchanges are, whatever their log says. */
export function withOwner({ ownerOf }: Pick<KeyDirectory, "ownerOf">, subject: Subject): Subject {
  const owner = subject.key === undefined ? undefined : ownerOf(subject.key);
  if (owner === undefined) return subject;
  return { ...subject, account: owner.account, organization: owner.organization ?? subject.organization };
}

/**
 * The key as the APIs of models take it: a bearer token (OpenAI), `x-api-key` (Anthropic), `api-key` (Azure), `x-goog-api-key` or
 * `?key=` (Google).
 */
function apiKeyOf({ header, path }: Omit<SeenRequest, "address">): string | undefined {
  const bearer = /^bearer +(\S+)$/i.exec(header("authorization") ?? "")?.[1];
  const inHeader = bearer ?? header("x-api-key") ?? header("api-key") ?? header("x-goog-api-key");
  if (inHeader !== undefined) return inHeader;
  const query = path.indexOf("?");
  return query === -1 ? undefined : (new URLSearchParams(path.slice(query)).get("key") ?? undefined);
}

function bounded(value: string | undefined): string | undefined {
  return value === undefined || value === "" || value.length > valueCharactersMax ? undefined : value;
}
