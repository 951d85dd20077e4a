import { createHash } from "node:crypto";
import { ed25519Signer, isSignedBy, publicKeyBytes } from "../sign/ed25519.ts";
import type { Ed25519Signer } from "../sign/ed25519.ts";

/*
 * Signed notes (C2SP signed-note, v1.0.0): text, and below it lines with signatures. A line names its key, so that a note can be
 * signed by several, and read by who knows only some of them.
 */

// Limits.
/** Of a note with its signatures; a reader must take 16 at least. */
const noteBytesMax = 64 * 1_024;
const signaturesMax = 64;

const idBytes = 4;

/** What a signature is over, and how: the specification's bytes for it. */
const signatureTypes = { note: 0x01, cosignature: 0x04 } as const;
export type SignatureType = keyof typeof signatureTypes;

/** A key that is known to be somebody's. */
export interface NoteVerifier {
  readonly name: string;
  readonly type: SignatureType;
  readonly publicKey: Uint8Array;
}

export interface NoteSigner extends NoteVerifier, Ed25519Signer {}

export interface NoteSignature {
  readonly name: string;
  readonly id: Uint8Array;
  readonly signature: Uint8Array;
}

/** A note whose signatures nobody has looked at yet. */
export interface Note {
  /** With its last newline. */
  readonly text: string;
  readonly signatures: readonly NoteSignature[];
}

/** The text is no note, or a signature by a key that is known is not right. */
export class NoteError extends Error {
  override readonly name = "NoteError";
}

/** A signer with the key whose 32 secret bytes (RFC 8032) these are. Throws a `RangeError` for a name that a note can't hold. */
export function noteSigner(name: string, type: SignatureType, secret: Uint8Array): NoteSigner {
  checkName(name);
  return { name, type, ...ed25519Signer(secret) };
}

/** What others are given to know the key by: `name+id+key`. */
export function verifierKey(verifier: NoteVerifier): string {
  const key = Buffer.from([signatureTypes[verifier.type], ...verifier.publicKey]).toString("base64");
  return `${verifier.name}+${keyId(verifier).toString("hex")}+${key}`;
}

/** Throws a `NoteError` where the text is no key of a type that is known here. */
export function parseVerifierKey(text: string): NoteVerifier {
  const [, name, id, key] = /^([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+={0,2})$/.exec(text) ?? [];
  const [byte, ...publicKey] = Buffer.from(key ?? "", "base64");
  const type = (["note", "cosignature"] as const).find((candidate) => signatureTypes[candidate] === byte);
  if (name === undefined || type === undefined || publicKey.length !== publicKeyBytes) {
    throw new NoteError("no key of a note's signer");
  }
  const verifier = { name, type, publicKey: Uint8Array.from(publicKey) };
  if (keyId(verifier).toString("hex") !== id) throw new NoteError(`the key of ${name} does not match its own id`);
  return verifier;
}

/** Throws a `NoteError`. */
export function parseNote(note: string): Note {
  if (Buffer.byteLength(note) > noteBytesMax) throw new NoteError("the note is too large");
  // Everything below a space but the newline, and halves of surrogate pairs, which no UTF-8 holds.
  if (/[^\n\P{Cc}\u007f-\u009f]|\p{Surrogate}/u.test(note))
    throw new NoteError("the note has characters that none may have");
  const end = note.lastIndexOf("\n\n");
  if (end === -1 || !note.endsWith("\n")) throw new NoteError("the note has no signatures");
  const lines = note.slice(end + 2, -1).split("\n");
  if (lines.length > signaturesMax) throw new NoteError("the note has too many signatures");
  return { text: note.slice(0, end + 1), signatures: lines.map(parseSignature) };
}

export function formatNote({ text, signatures }: Note): string {
  return `${text}\n${signatures.map(formatSignature).join("")}`;
}

/** The note's text, signed as it is. */
export function signNote(text: string, signer: NoteSigner): string {
  return formatNote({ text, signatures: [signatureBy(signer, signer.sign(Buffer.from(text)))] });
}

export function signatureBy(verifier: NoteVerifier, signature: Uint8Array): NoteSignature {
  return { name: verifier.name, id: keyId(verifier), signature };
}

/**
 * What the key has signed the note with; null where it has not. Throws a `NoteError` where it is in the note, and wrong: whoever
 * made it can't be trusted with the rest.
 */
export function verifiedSignature(
  note: Note,
  verifier: NoteVerifier,
  read: (signature: Uint8Array) => { message: Uint8Array; signature: Uint8Array } = (signature) => ({
    message: Buffer.from(note.text),
    signature,
  }),
): Uint8Array | null {
  const id = keyId(verifier);
  const found = note.signatures.find((signature) => signature.name === verifier.name && id.equals(signature.id));
  if (found === undefined) return null;
  const { message, signature } = read(found.signature);
  if (!isSignedBy(verifier.publicKey, message, signature))
    throw new NoteError(`the signature of ${verifier.name} is wrong`);
  return found.signature;
}

function keyId({ name, type, publicKey }: NoteVerifier): Buffer {
  return createHash("sha256")
    .update(`${name}\n`)
    .update(Uint8Array.of(signatureTypes[type]))
    .update(publicKey)
    .digest()
    .subarray(0, idBytes);
}

/** A line of a note. Throws a `NoteError`. */
export function parseSignature(line: string): NoteSignature {
  const [, name, base64] = /^\u2014 ([^\s+]+) ([A-Za-z0-9+/]+={0,2})$/.exec(line) ?? [];
  const bytes = Buffer.from(base64 ?? "", "base64");
  // The form that is written is the only one that is read.
  if (name === undefined || bytes.length <= idBytes || bytes.toString("base64") !== base64) {
    throw new NoteError("the note has a line that is no signature");
  }
  return { name, id: bytes.subarray(0, idBytes), signature: bytes.subarray(idBytes) };
}

/** With its newline. */
export function formatSignature({ name, id, signature }: NoteSignature): string {
  return `\u2014 ${name} ${Buffer.concat([id, signature]).toString("base64")}\n`;
}

function checkName(name: string): void {
  if (!/^[^\s+\p{Cc}\p{Surrogate}]+$/u.test(name)) throw new RangeError("a name of a key has no spaces and no plus");
}
