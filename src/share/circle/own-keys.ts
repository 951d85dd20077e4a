import { hkdfSync, randomBytes } from "node:crypto";
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { z } from "zod";
import { UserError } from "../../kit/user-error.ts";
import { openYamlFile } from "../../kit/yaml-file.ts";
import { base64Bytes } from "../group/base64.ts";
import { noteSigner } from "../note/note.ts";
import type { NoteSigner } from "../note/note.ts";
import { ed25519Signer } from "../sign/ed25519.ts";
import type { Ed25519Signer } from "../sign/ed25519.ts";
import type { MemberSigner } from "../sign/member-keys.ts";
import { epochSchema } from "../stix/keyed.ts";
import type { CircleKey } from "../stix/keyed.ts";
import type { CircleMember } from "./members.ts";

// Limits.
const secretBytes = 32;
const circleKeysMax = 120;
/** What was made under the key in use, and under the one before. Each costs a digest of every common line of the log, at each look. */
const readableKeysMax = 2;
const secretFileBytesMax = 1_024;

/** Makes a file with a new secret that only its owner can read. Throws a `UserError` where there is one already. */
export function makeSecretFile(path: string): Uint8Array {
  const secret = randomBytes(secretBytes);
  try {
    writeFileSync(path, `${secret.toString("base64")}\n`, { flag: "wx", mode: 0o600 });
  } catch (error) {
    throw new UserError(`${path} can't be written`, "give a file that does not exist yet, in a folder that does", {
      cause: error,
    });
  }
  return secret;
}

/** Throws a `UserError` where the file holds no secret, or others of the machine may read it. */
function readSecretFile(path: string): Uint8Array {
  const hint = "make one with: stillwatch share key FILE";
  let text: string;
  try {
    if (statSync(path).size > secretFileBytesMax) throw new Error("too large");
    text = readFileSync(path, "utf8").trim();
  } catch (error) {
    throw new UserError(`the secret ${path} can't be read`, hint, { cause: error });
  }
  refuseOpen(path);
  const secret = Buffer.from(text, "base64");
  if (secret.length === secretBytes && secret.toString("base64") === text) return secret;
  throw new UserError(`${path} holds no secret of ${secretBytes} bytes`, hint);
}

/** Throws a `UserError` where others than the file's owner may read it. */
function refuseOpen(path: string): void {
  if ((statSync(path).mode & 0o077) !== 0) {
    throw new UserError(`others of this machine may read the secret ${path}`, `chmod 600 ${path}`);
  }
}

/** The key with which we sign what we say and what we ask. Each use of a secret has a key of its own (RFC 5869). */
export function signingKeyOf(secret: Uint8Array): Ed25519Signer {
  return ed25519Signer(derived(secret, "sign"));
}

/**
 * The keys of our log, of ourselves as a witness of others' logs, and of the snapshots that we answer queries from. Those of a log never
 * change: another key is another log.
 */
export function logKeysOf(
  secret: Uint8Array,
  name: string,
): { readonly log: NoteSigner; readonly cosigner: NoteSigner; readonly snapshots: NoteSigner } {
  return {
    log: noteSigner(`${name}/log`, "note", derived(secret, "log")),
    cosigner: noteSigner(`${name}/cosigner`, "cosignature", derived(secret, "cosigner")),
    snapshots: noteSigner(`${name}/snapshots`, "note", derived(secret, "snapshots")),
  };
}

function derived(secret: Uint8Array, use: string): Uint8Array {
  return new Uint8Array(hkdfSync("sha256", secret, new Uint8Array(), `stillwatch-circle/1 ${use}`, secretBytes));
}

/** What we sign with: the file's key has to be one of ours in the members' file. Throws a `UserError`. */
export function openSigner(path: string, self: CircleMember, nowMs: number): MemberSigner {
  const signer = signingKeyOf(readSecretFile(path));
  const key = self.keys.find(({ publicKey }) => Buffer.from(publicKey).equals(signer.publicKey));
  if (key === undefined) {
    throw new UserError(`the key in ${path} is none of ${self.name}`, "enter its public key in the members' file");
  }
  if (key.revoked || nowMs < key.startsMs || nowMs >= key.endsMs) {
    throw new UserError(`the key ${key.id} of ${self.name} is not in use now`, "make a new one: stillwatch share key");
  }
  return { ...signer, keyId: key.id };
}

/** Throws a `UserError` where the log's key is not the one that the members' file has for us. */
export function openLogKeys(path: string, self: CircleMember): ReturnType<typeof logKeysOf> {
  const keys = logKeysOf(readSecretFile(path), self.name);
  const isSame = (own: NoteSigner, known: CircleMember["log"]): boolean =>
    known !== null && known.name === own.name && Buffer.from(known.publicKey).equals(own.publicKey);
  // Who answers no queries need not have a key for them there.
  const isAnswering = self.snapshots === null || isSame(keys.snapshots, self.snapshots);
  if (isSame(keys.log, self.log) && isSame(keys.cosigner, self.cosigner) && isAnswering) return keys;
  throw new UserError(
    `the keys in ${path} are not those of log, cosigner and snapshots that the members' file has for ${self.name}`,
    "enter those that stillwatch share key has printed",
  );
}

const circleKeysSchema = z.strictObject({
  keys: z
    .array(z.strictObject({ epoch: epochSchema, secret: base64Bytes(secretBytes) }))
    .min(1)
    .max(circleKeysMax),
});

/** What all members know and nobody else, by the month from which it is used. Throws a `UserError` with file, line and column. */
export function readCircleKeys(path: string): CircleKey[] {
  const file = openYamlFile(path);
  const { keys } = file.parse(circleKeysSchema);
  refuseOpen(path);
  const sorted = keys.toSorted((a, b) => (a.epoch < b.epoch ? -1 : 1));
  const repeated = sorted.find(({ epoch }, index) => epoch === sorted[index + 1]?.epoch);
  if (repeated !== undefined) throw file.error(["keys"], `${repeated.epoch} stands there twice`);
  return sorted.map(({ epoch, secret }) => ({ epoch, secret: Buffer.from(secret, "base64") }));
}

/** The key to make digests with now: the last whose month has begun. Throws a `UserError` where there is none. */
export function circleKeyAt(keys: readonly CircleKey[], nowMs: number): CircleKey {
  const month = new Date(nowMs).toISOString().slice(0, 7);
  const key = keys.findLast(({ epoch }) => epoch <= month);
  if (key !== undefined) return key;
  throw new UserError("no key of the circle is in use yet", "add one for this month to the circle's keys");
}

/** The keys whose digests are compared with our log now, the one in use first. Throws a `UserError` where there is none. */
export function readableKeysAt(keys: readonly CircleKey[], nowMs: number): CircleKey[] {
  const end = keys.indexOf(circleKeyAt(keys, nowMs)) + 1;
  return keys.slice(Math.max(0, end - readableKeysMax), end).toReversed();
}
