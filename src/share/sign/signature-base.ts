import { serializeInnerList, serializeItem } from "structured-headers";
import type { InnerList } from "structured-headers";
import { SignatureError } from "./member-keys.ts";

/** A request as it is signed: as the client means it, and as the server got it. All but its body, of which a field has the digest. */
export interface RequestHead {
  readonly method: string;
  /** Host, and port where it is not the usual one, in lower case. */
  readonly authority: string;
  readonly path: string;
  /** With its question mark; a question mark alone where there is none. */
  readonly query: string;
  /** By names in lower case. One that was there more than once: its values with a comma and a space between. */
  readonly headers: ReadonlyMap<string, string>;
}

export interface SignedRequest extends RequestHead {
  readonly body: Uint8Array;
}

/**
 * What is signed for a request (RFC 9421, section 2.5): a line for each component, in the order in which `covered` names them, and
 * `covered` itself with its parameters. Throws a `SignatureError` for a component that there is not, or none of ours.
 */
export function signatureBase(request: RequestHead, covered: InnerList): Buffer {
  const [components] = covered;
  const lines = components.map(([name, parameters]) => {
    // Components of other messages, parts of fields and the like are of no use to members.
    if (typeof name !== "string" || parameters.size > 0) throw new SignatureError("malformed");
    return `${serializeItem(name)}: ${componentOf(request, name)}`;
  });
  if (new Set(components.map(([name]): unknown => name)).size !== components.length)
    throw new SignatureError("malformed");
  return Buffer.from([...lines, `"@signature-params": ${serializeInnerList(covered)}`].join("\n"));
}

function componentOf(request: RequestHead, name: string): string {
  switch (name) {
    case "@method":
      return request.method;
    case "@authority":
      return request.authority;
    case "@path":
      return request.path;
    case "@query":
      return request.query;
    default: {
      const value = request.headers.get(name)?.trim();
      if (value === undefined) throw new SignatureError("malformed");
      return value;
    }
  }
}
