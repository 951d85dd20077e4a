import { createHash } from "node:crypto";
import { parseDictionary, serializeDictionary } from "structured-headers";
import type { Dictionary, InnerList } from "structured-headers";
import type { Clock } from "../../kit/clock.ts";
import type { SecureRandom } from "../../kit/secure-random.ts";
import { isSignedBy } from "./ed25519.ts";
import { SignatureError, keyAt } from "./member-keys.ts";
import type { MemberKey, MemberSigner } from "./member-keys.ts";
import { signatureBase } from "./signature-base.ts";
import type { RequestHead, SignedRequest } from "./signature-base.ts";

/*
 * Requests of members, signed as RFC 9421 says (Ed25519, section 3.3.6), with the digest of the body (RFC 9530). One signature a
 * request, which covers method, authority, path, query and body.
 */

// Limits.
/** Between the clocks of two members, and the time that a request may take. */
const ageSecondsMax = 300;
/** Nonces of a key that are remembered, for as long as their requests would count: some thirty requests a second. */
const noncesPerKeyMaxDefault = 20_000;
const nonceBytes = 16;
const nonceLengthMax = 128;
const fieldLengthMax = 4_096;

const label = "stillwatch";
const required = ["@method", "@authority", "@path", "@query", "content-digest"] as const;

/** The fields to send with a request. */
export interface SignatureFields {
  readonly "content-digest": string;
  readonly "signature-input": string;
  readonly signature: string;
}

export function signRequest(
  request: SignedRequest,
  signer: MemberSigner,
  random: SecureRandom,
  nowMs: number,
): SignatureFields {
  const digest = serializeDictionary({ "sha-256": createHash("sha256").update(request.body).digest() });
  const covered: InnerList = [
    required.map((name) => [name, new Map()]),
    new Map<string, number | string>([
      ["created", Math.floor(nowMs / 1_000)],
      ["nonce", Buffer.from(random.bytes(nonceBytes)).toString("base64url")],
      ["keyid", signer.keyId],
      ["alg", "ed25519"],
    ]),
  ];
  const headers = new Map([...request.headers, ["content-digest", digest]]);
  const signature = signer.sign(signatureBase({ ...request, headers }, covered));
  return {
    "content-digest": digest,
    "signature-input": serializeDictionary(new Map([[label, covered]])),
    signature: serializeDictionary({ [label]: signature }),
  };
}

/** More come of a key than can be told from replays. */
export class TooManyRequestsError extends Error {
  override readonly name = "TooManyRequestsError";
}

/** Tells whose requests are, each once. */
export interface RequestVerifier {
  /** The key that signed it. Throws a `SignatureError`, a `TooManyRequestsError`. */
  verify(request: SignedRequest): MemberKey;
  /** The same in two steps, since nobody needs to receive the body of a stranger. Throws a `SignatureError`. */
  verifyHead(request: RequestHead): VerifiedHead;
}

export interface VerifiedHead {
  /** The key that signed it, if this is its body and it has not come before. Throws a `SignatureError`, a `TooManyRequestsError`. */
  withBody(body: Uint8Array): MemberKey;
}

/** Keys are asked for with each request, since they change. Nonces are remembered in memory: a restart forgets those of five minutes. */
export function requestVerifier(
  keys: () => readonly MemberKey[],
  clock: Clock,
  noncesPerKeyMax = noncesPerKeyMaxDefault,
): RequestVerifier {
  /** By key and nonce the second after which it can be forgotten, the oldest first. */
  const seenByKey = new Map<string, Map<string, number>>();
  const remember = (keyId: string, nonce: string, nowSeconds: number): void => {
    const seen = seenByKey.get(keyId) ?? new Map<string, number>();
    seenByKey.set(keyId, seen);
    for (const [old, until] of seen) {
      if (until >= nowSeconds) break;
      seen.delete(old);
    }
    if (seen.has(nonce)) throw new SignatureError("replayed");
    if (seen.size >= noncesPerKeyMax) throw new TooManyRequestsError("more requests than can be told from replays");
    seen.set(nonce, nowSeconds + 2 * ageSecondsMax);
  };
  const verifyHead = (request: RequestHead): VerifiedHead => {
    const { covered, signature, created, nonce, keyId } = fieldsOf(request);
    const nowSeconds = Math.floor(clock.nowMs() / 1_000);
    if (Math.abs(nowSeconds - created) > ageSecondsMax) throw new SignatureError("stale");
    const key = keyAt(keys(), keyId, created * 1_000);
    const names = new Set(covered[0].map(([name]): unknown => name));
    if (!required.every((name) => names.has(name))) throw new SignatureError("uncovered");
    if (!isSignedBy(key.publicKey, signatureBase(request, covered), signature)) throw new SignatureError("wrong");
    return {
      withBody(body) {
        if (!isDigestOf(request.headers.get("content-digest") ?? "", body)) throw new SignatureError("digest");
        // Last: nobody but a member can fill the memory, and each only its own.
        remember(keyId, nonce, nowSeconds);
        return key;
      },
    };
  };
  return { verifyHead, verify: (request) => verifyHead(request).withBody(request.body) };
}

interface Fields {
  readonly covered: InnerList;
  readonly signature: Uint8Array;
  readonly created: number;
  readonly nonce: string;
  readonly keyId: string;
}

function fieldsOf({ headers }: RequestHead): Fields {
  const [input, given] = [headers.get("signature-input"), headers.get("signature")];
  if (input === undefined || given === undefined) throw new SignatureError("missing");
  const covered = parsed(input).get(label);
  const [signature] = parsed(given).get(label) ?? [];
  if (covered === undefined || !Array.isArray(covered[0]) || !(signature instanceof ArrayBuffer)) {
    throw new SignatureError("malformed");
  }
  const [components, parameters] = covered;
  const [created, nonce, keyId, algorithm] = ["created", "nonce", "keyid", "alg"].map((name): unknown =>
    parameters.get(name),
  );
  const isSound =
    typeof created === "number" &&
    typeof nonce === "string" &&
    nonce.length <= nonceLengthMax &&
    typeof keyId === "string" &&
    algorithm === "ed25519";
  if (!isSound) throw new SignatureError("malformed");
  return { covered: [components, parameters], signature: new Uint8Array(signature), created, nonce, keyId };
}

/** True where there is a digest that is known here, and each of those is the body's. */
function isDigestOf(field: string, body: Uint8Array): boolean {
  const digests = parsed(field);
  const known = (["sha-256", "sha-512"] as const).filter((name) => digests.has(name));
  return (
    known.length > 0 &&
    known.every((name) => {
      const [value] = digests.get(name) ?? [];
      const right = createHash(name.replace("-", "")).update(body).digest();
      return value instanceof ArrayBuffer && right.equals(new Uint8Array(value));
    })
  );
}

function parsed(field: string): Dictionary {
  if (field.length > fieldLengthMax) throw new SignatureError("malformed");
  try {
    return parseDictionary(field);
  } catch (error) {
    throw new SignatureError("malformed", { cause: error });
  }
}
