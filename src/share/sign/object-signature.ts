import { z } from "zod";
import { canonicalJson } from "../../kit/canonical-json.ts";
import { isSignedBy } from "./ed25519.ts";
import { SignatureError, keyAt } from "./member-keys.ts";
import type { MemberKey, MemberSigner } from "./member-keys.ts";

/*
 * A shared object, signed where it comes from: a detached JWS (RFC 7515, appendix F) over its canonical form (RFC 8785), which is
 * not encoded (RFC 7797), with EdDSA (RFC 8037). So the signature survives a hub that stores and formats the object anew.
 */

// Limits.
const signatureLengthMax = 1_024;

const headerSchema = z.strictObject({
  alg: z.literal("EdDSA"),
  b64: z.literal(false),
  crit: z.tuple([z.literal("b64")]),
  kid: z.string().min(1).max(255),
  /** Seconds since the Unix epoch. */
  iat: z.int().min(0),
});

export function signObject(object: unknown, signer: MemberSigner, nowMs: number): string {
  const header: z.infer<typeof headerSchema> = {
    alg: "EdDSA",
    b64: false,
    crit: ["b64"],
    kid: signer.keyId,
    iat: Math.floor(nowMs / 1_000),
  };
  const encoded = Buffer.from(canonicalJson(header)).toString("base64url");
  const signature = signer.sign(signingInput(encoded, object));
  return `${encoded}..${Buffer.from(signature).toString("base64url")}`;
}

/** Whose the object is. Throws a `SignatureError`. */
export function verifyObject(object: unknown, jws: string, keys: readonly MemberKey[]): MemberKey {
  const [, encoded, signature] = (jws.length <= signatureLengthMax && /^([\w-]+)\.\.([\w-]{86})$/.exec(jws)) || [];
  if (encoded === undefined || signature === undefined) throw new SignatureError("malformed");
  const { kid, iat } = headerOf(encoded);
  const key = keyAt(keys, kid, iat * 1_000);
  const bytes = Buffer.from(signature, "base64url");
  // Its last character has bits that stand for nothing: of the texts for one signature one is right.
  const isRight =
    bytes.toString("base64url") === signature && isSignedBy(key.publicKey, signingInput(encoded, object), bytes);
  if (!isRight) throw new SignatureError("wrong");
  return key;
}

function headerOf(encoded: string): z.infer<typeof headerSchema> {
  try {
    return headerSchema.parse(JSON.parse(Buffer.from(encoded, "base64url").toString("utf8")));
  } catch (error) {
    throw new SignatureError("malformed", { cause: error });
  }
}

function signingInput(encodedHeader: string, object: unknown): Buffer {
  return Buffer.from(`${encodedHeader}.${canonicalJson(object)}`);
}
