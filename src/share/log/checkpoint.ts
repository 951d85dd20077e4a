import { NoteError, formatNote, parseNote, signNote, signatureBy, verifiedSignature } from "../note/note.ts";
import type { Note, NoteSignature, NoteSigner, NoteVerifier } from "../note/note.ts";
import { hashBytes, treeSizeMax } from "./merkle.ts";
import type { TreeHead } from "./merkle.ts";

/*
 * What a log says of itself (C2SP tlog-checkpoint, v1.0.0): its origin, size and root, signed; and what witnesses say of that
 * (C2SP tlog-cosignature, v1, Ed25519): that they have seen the log to have only grown up to here.
 */

const timestampBytes = 8;

export interface Checkpoint extends TreeHead {
  readonly origin: string;
}

/** Whom a reader believes. */
export interface LogPolicy {
  /** The log's key, and the origin of its checkpoints. */
  readonly log: NoteVerifier;
  readonly witnesses: readonly NoteVerifier[];
  /** So many of the witnesses must have cosigned. */
  readonly witnessesMin: number;
}

export function signCheckpoint(head: TreeHead, signer: NoteSigner): string {
  const root = Buffer.from(head.root).toString("base64");
  return signNote(`${signer.name}\n${head.size}\n${root}\n`, signer);
}

/** The checkpoint in a text that the policy believes. Throws a `NoteError` where it does not. */
export function openCheckpoint(text: string, { log, witnesses, witnessesMin }: LogPolicy): Checkpoint {
  const note = parseNote(text);
  if (verifiedSignature(note, log) === null) throw new NoteError(`the checkpoint is not signed by ${log.name}`);
  const checkpoint = parseCheckpoint(note.text);
  if (checkpoint.origin !== log.name) throw new NoteError(`the checkpoint is of another log than ${log.name}`);
  const seen = witnesses.filter((witness) => hasCosigned(note, witness));
  if (seen.length < witnessesMin) {
    throw new NoteError(`the checkpoint has ${seen.length} of ${witnessesMin} witnesses that it needs`);
  }
  return checkpoint;
}

/** What a checkpoint says, whoever has signed it: to be believed by nobody. Throws a `NoteError` where it is none. */
export function unverifiedCheckpoint(text: string): Checkpoint {
  return parseCheckpoint(parseNote(text).text);
}

/** A witness's line for a checkpoint. That the log has only grown is for the caller to have made sure of. */
export function cosign(checkpoint: string, witness: NoteSigner, nowMs: number): NoteSignature {
  const timestamp = Buffer.alloc(timestampBytes);
  timestamp.writeBigUInt64BE(BigInt(Math.floor(nowMs / 1_000)));
  const signature = witness.sign(cosignedMessage(parseNote(checkpoint).text, timestamp));
  return signatureBy(witness, Buffer.concat([timestamp, signature]));
}

/** The checkpoint with one more signature below it; one by the same key is replaced. */
export function withSignature(checkpoint: string, added: NoteSignature): string {
  const { text, signatures } = parseNote(checkpoint);
  const isSameKey = ({ name, id }: NoteSignature): boolean => name === added.name && Buffer.from(id).equals(added.id);
  return formatNote({ text, signatures: [...signatures.filter((signature) => !isSameKey(signature)), added] });
}

/** Throws a `NoteError` where the witness's line is there and wrong. */
export function hasCosigned(note: Note, witness: NoteVerifier): boolean {
  const read = (line: Uint8Array): { message: Uint8Array; signature: Uint8Array } => ({
    message: cosignedMessage(note.text, line.subarray(0, timestampBytes)),
    signature: line.subarray(timestampBytes),
  });
  return verifiedSignature(note, witness, read) !== null;
}

function cosignedMessage(text: string, timestamp: Uint8Array): Buffer {
  if (timestamp.length < timestampBytes) throw new NoteError("a cosignature has no time");
  const seconds = Buffer.from(timestamp).readBigUInt64BE();
  return Buffer.from(`cosignature/v1\ntime ${seconds}\n${text}`);
}

function parseCheckpoint(text: string): Checkpoint {
  const [origin, digits, base64, ...rest] = text.split("\n");
  const root = Buffer.from(base64 ?? "", "base64");
  const isSound =
    origin !== undefined &&
    origin !== "" &&
    digits !== undefined &&
    /^(?:0|[1-9]\d{0,15})$/.test(digits) &&
    Number(digits) <= treeSizeMax &&
    root.length === hashBytes &&
    root.toString("base64") === base64 &&
    // Ends with a newline; what lines there are besides are the log's own, and signed with the rest.
    rest.at(-1) === "" &&
    rest.slice(0, -1).every((line) => line !== "");
  if (!isSound) throw new NoteError("the note is no checkpoint");
  return { origin, size: Number(digits), root };
}
