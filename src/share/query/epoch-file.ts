import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeFileSync, writeSync } from "node:fs";
import { z } from "zod";
import { errorCode } from "../../kit/error-code.ts";
import type { SecureRandom } from "../../kit/secure-random.ts";
import { UserError } from "../../kit/user-error.ts";
import { base64Bytes } from "../group/base64.ts";
import { nextEpoch, retireEpoch } from "./epochs.ts";
import type { Epoch } from "./epochs.ts";
import { elementBytes, scalarBytes } from "./oprf.ts";

const fileSchema = z.strictObject({
  number: z.int().min(1),
  starts: z.iso.datetime(),
  ends: z.iso.datetime(),
  secret: base64Bytes(scalarBytes),
  public: base64Bytes(elementBytes),
});

/** The epoch at a time, the next one where the last is over. A server that starts anew goes on with the one that it had. */
export type EpochAt = (nowMs: number) => Epoch;

/**
 * The key of the present epoch in a file that only its owner can read. At the end of an epoch its bytes are overwritten, as far as the
 * disk does that where it is told to. Throws a `UserError` where the file can't be used.
 */
export function openEpochs(path: string, random: SecureRandom): EpochAt {
  let present = readEpoch(path);
  return (nowMs) => {
    if (present !== null && nowMs < present.endsMs) return present;
    const next = nextEpoch(present, nowMs, random);
    replace(path, next);
    if (present !== null) retireEpoch(present);
    present = next;
    return next;
  };
}

function readEpoch(path: string): Epoch | null {
  const text = readIfThere(path);
  if (text === null) return null;
  try {
    const kept = fileSchema.parse(JSON.parse(text));
    return {
      number: kept.number,
      startsMs: Date.parse(kept.starts),
      endsMs: Date.parse(kept.ends),
      key: { secret: bytesOf(kept.secret), public: bytesOf(kept.public) },
    };
  } catch {
    // What the parser says quotes the file, which is a secret.
    throw new UserError(`${path} holds no key for queries`, "remove it: a new epoch begins, with a new key");
  }
}

function readIfThere(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (errorCode(error) === "ENOENT") return null;
    throw new UserError(`the key for queries, ${path}, can't be read`, "give the server's user the right to", {
      cause: error,
    });
  }
}

/** The new key is on disk, whole, before the old one goes. */
function replace(path: string, { number, startsMs, endsMs, key }: Epoch): void {
  const kept: z.input<typeof fileSchema> = {
    number,
    starts: new Date(startsMs).toISOString(),
    ends: new Date(endsMs).toISOString(),
    secret: Buffer.from(key.secret).toString("base64"),
    public: Buffer.from(key.public).toString("base64"),
  };
  const before = readIfThere(path);
  const old = before === null ? null : openSync(path, "r+");
  try {
    const temporary = `${path}.new`;
    writeFileSync(temporary, `${JSON.stringify(kept)}\n`, { mode: 0o600, flush: true });
    renameSync(temporary, path);
    if (old === null || before === null) return;
    writeSync(old, Buffer.alloc(Buffer.byteLength(before)), 0, null, 0);
    fsyncSync(old);
  } finally {
    if (old !== null) closeSync(old);
  }
}

function bytesOf(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, "base64"));
}
