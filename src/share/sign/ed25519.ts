import { createPrivateKey, createPublicKey, sign, verify } from "node:crypto";

/* Ed25519 (RFC 8032), with keys as their 32 bytes. */

export const publicKeyBytes = 32;
const signatureBytes = 64;

/** PKCS #8 and SubjectPublicKeyInfo of such a key (RFC 8410) before its 32 bytes. */
const pkcs8Prefix = Buffer.from("302e020100300506032b657004220420", "hex");
const spkiPrefix = Buffer.from("302a300506032b6570032100", "hex");

/** The private half never leaves it. */
export interface Ed25519Signer {
  readonly publicKey: Uint8Array;
  sign(message: Uint8Array): Uint8Array;
}

export function ed25519Signer(secret: Uint8Array): Ed25519Signer {
  const privateKey = createPrivateKey({ key: Buffer.concat([pkcs8Prefix, secret]), format: "der", type: "pkcs8" });
  const publicKey = createPublicKey(privateKey).export({ format: "der", type: "spki" }).subarray(spkiPrefix.length);
  return { publicKey, sign: (message) => sign(null, message, privateKey) };
}

export function isSignedBy(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  if (publicKey.length !== publicKeyBytes || signature.length !== signatureBytes) return false;
  const key = createPublicKey({ key: Buffer.concat([spkiPrefix, publicKey]), format: "der", type: "spki" });
  return verify(null, message, key, signature);
}
