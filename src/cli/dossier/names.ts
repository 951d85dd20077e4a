import { createHmac, randomBytes } from "node:crypto";
import { mkdir, open, readFile } from "node:fs/promises";
import { dirname } from "node:path";
import { errorCode } from "../../kit/error-code.ts";
import { UserError } from "../../kit/user-error.ts";

// Limits.
const keyBytes = 32;
/** Five bits each: with 25,000 accounts the chance that two share a name is below one in a billion. */
const symbols = 12;

/** D. Crockford's base 32: no letter that is read as a digit. */
const alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

const letters = { account: "A", decision: "D", appeal: "D", person: "P" } as const;

/** Names of things in a dossier: the same for the same thing and key, and nobody's without the key. */
export interface Names {
  of(kind: keyof typeof letters, id: string): string;
  /** A keyed hash, in hex, of a hash that would give something away by itself. */
  seal(hash: string): string;
}

export function createNames(key: Uint8Array): Names {
  const keyed = (about: string, text: string): Buffer =>
    createHmac("sha256", key).update(`stillwatch-dossier/1 ${about}\n`).update(text).digest();
  return {
    of(kind, id) {
      const digest = keyed(kind, id);
      const text = Array.from({ length: symbols }, (_, i) => alphabet.charAt((digest[i] ?? 0) % alphabet.length));
      return `${letters[kind]}-${text.join("").replaceAll(/.{4}(?!$)/gu, "$&-")}`;
    },
    seal: (hash) => keyed("seal", hash).toString("hex"),
  };
}

/** The key in a file, which is made where there is none. Throws a `UserError` where it is no key. */
export async function openKey(path: string): Promise<Uint8Array> {
  return (await readKey(path)) ?? makeKey(path);
}

/** Null where there is no such file. */
export async function readKey(path: string): Promise<Uint8Array | null> {
  try {
    const text = (await readFile(path, "utf8")).trim();
    if (!/^[\da-f]{64}$/iu.test(text)) {
      throw new UserError(
        `${path} is no key of a dossier`,
        `one is ${keyBytes} random bytes in hex: openssl rand -hex ${keyBytes}`,
      );
    }
    return Buffer.from(text, "hex");
  } catch (error) {
    if (errorCode(error) === "ENOENT") return null;
    throw error;
  }
}

async function makeKey(path: string): Promise<Uint8Array> {
  const key = randomBytes(keyBytes);
  await mkdir(dirname(path), { recursive: true });
  // Not over one that somebody made meanwhile.
  const file = await open(path, "wx", 0o600);
  try {
    await file.writeFile(`${key.toString("hex")}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
  return key;
}
