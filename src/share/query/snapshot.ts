import { createCipheriv, createDecipheriv, createHash, hkdfSync } from "node:crypto";
import { z } from "zod";
import { canonicalJson } from "../../kit/canonical-json.ts";
import type { SecureRandom } from "../../kit/secure-random.ts";
import { base64Bytes } from "../group/base64.ts";
import { mapInTurns } from "../../kit/turns.ts";
import type { Ristretto255 } from "../group/ristretto255.ts";
import { NoteError, parseNote, signNote, verifiedSignature } from "../note/note.ts";
import type { NoteSigner, NoteVerifier } from "../note/note.ts";
import { identifierText } from "../overlap/identifier.ts";
import type { Identifier } from "../overlap/identifier.ts";
import type { Epoch } from "./epochs.ts";
import { elementBytes, evaluateDirectly, suite } from "./oprf.ts";

/*
 * All that a hub has on identifiers in one file that everybody gets whole, so that nobody learns who looks for what. An entry can be
 * found, and read, only with the pseudorandom function of its identifier, which the hub evaluates blindly and counts.
 *
 * The body is cells of one size, in the order of their locators: a locator of 16 bytes, and the content, padded, under AES-256-GCM.
 * Locator and key come out of HKDF-SHA256 (RFC 5869) from the function's output.
 */

// Limits.
/** Of one entry's content. All cells have this size, so that size says nothing. */
export const contentBytesMax = 510;
/** 560 MB. */
const entriesMax = 1_000_000;

const locatorBytes = 16;
const keyBytes = 32;
const tagBytes = 16;
const lengthBytes = 2;
const paddedBytes = contentBytesMax + lengthBytes;
const cellBytes = locatorBytes + paddedBytes + tagBytes;
const snapshotIdBytes = 16;

const version = "stillwatch-snapshot/1";

export interface SnapshotEntry {
  readonly identifier: Identifier;
  /** What is said of it: at most `contentBytesMax`. */
  readonly content: Uint8Array;
}

/** `manifest` is a signed note; `body` is what it vouches for. */
export interface SealedSnapshot {
  readonly manifest: string;
  readonly body: Uint8Array;
}

const manifestSchema = z.strictObject({
  version: z.literal(version),
  suite: z.literal(suite),
  /** Drawn for each snapshot: no locator and no key comes again in another. */
  id: base64Bytes(snapshotIdBytes),
  epoch: z.int().min(0),
  public_key: base64Bytes(elementBytes),
  created: z.iso.datetime(),
  expires: z.iso.datetime(),
  entries: z.int().min(0).max(entriesMax),
  /** SHA-256 of the body. */
  digest: base64Bytes(32),
});
export type SnapshotManifest = Readonly<z.infer<typeof manifestSchema>>;

/** The snapshot is not what its hub has signed, or is over. */
export class SnapshotError extends Error {
  override readonly name = "SnapshotError";
}

export interface SnapshotMaking {
  readonly group: Ristretto255;
  readonly random: SecureRandom;
  readonly signer: NoteSigner;
  readonly epoch: Epoch;
  readonly nowMs: number;
}

/** Some thousands of entries a second. Throws a `RangeError` where an entry, or their number, is over the limit, or an identifier comes twice. */
export async function sealSnapshot(
  { group, random, signer, epoch, nowMs }: SnapshotMaking,
  entries: readonly SnapshotEntry[],
): Promise<SealedSnapshot> {
  if (entries.length > entriesMax) throw new RangeError(`${entries.length} entries are more than a snapshot may have`);
  if (new Set(entries.map(({ identifier }) => identifierText(identifier))).size !== entries.length) {
    throw new RangeError("an identifier comes twice");
  }
  const id = random.bytes(snapshotIdBytes);
  const cells = await mapInTurns(entries, ({ identifier, content }) =>
    sealCell(secretsOf(evaluateDirectly(group, epoch.key, Buffer.from(identifierText(identifier))), id), content),
  );
  const body = Buffer.concat(cells.sort((a, b) => Buffer.compare(a, b)));
  const manifest: SnapshotManifest = {
    version,
    suite,
    id: Buffer.from(id).toString("base64"),
    epoch: epoch.number,
    public_key: Buffer.from(epoch.key.public).toString("base64"),
    created: new Date(nowMs).toISOString(),
    expires: new Date(epoch.endsMs).toISOString(),
    entries: entries.length,
    digest: createHash("sha256").update(body).digest("base64"),
  };
  return { manifest: signNote(`${version}\n${canonicalJson(manifest)}\n`, signer), body };
}

/** A snapshot that is its hub's. */
export interface Snapshot {
  readonly manifest: SnapshotManifest;
  /** What is said of the identifier whose output this is; null where nothing is. Throws a `SnapshotError` where the cell is damaged. */
  find(output: Uint8Array): Uint8Array | null;
}

/** Throws a `SnapshotError` where the hub has not signed it, where a byte is another, or where its epoch is over. */
export function openSnapshot({ manifest: text, body }: SealedSnapshot, hub: NoteVerifier, nowMs: number): Snapshot {
  const manifest = readManifest(text, hub);
  if (Date.parse(manifest.expires) <= nowMs) throw new SnapshotError("the snapshot's epoch is over: get the next one");
  const isWhole =
    body.length === manifest.entries * cellBytes &&
    createHash("sha256").update(body).digest("base64") === manifest.digest;
  if (!isWhole) throw new SnapshotError("the snapshot's body is not what its hub has signed");
  const id = Buffer.from(manifest.id, "base64");
  return {
    manifest,
    find(output) {
      const { locator, key } = secretsOf(output, id);
      const cell = cellAt(body, locator);
      return cell === null ? null : openCell(key, cell);
    },
  };
}

function readManifest(text: string, hub: NoteVerifier): SnapshotManifest {
  try {
    const note = parseNote(text);
    if (verifiedSignature(note, hub) === null) throw new SnapshotError(`the snapshot is not signed by ${hub.name}`);
    const [first, json, ...rest] = note.text.split("\n");
    if (first !== version || json === undefined || rest.join("") !== "")
      throw new SnapshotError("no manifest of a snapshot");
    return manifestSchema.parse(JSON.parse(json));
  } catch (error) {
    if (error instanceof SnapshotError) throw error;
    const isKnown = error instanceof NoteError || error instanceof SyntaxError || error instanceof z.ZodError;
    if (!isKnown) throw error;
    throw new SnapshotError("no manifest of a snapshot", { cause: error });
  }
}

interface CellSecrets {
  readonly locator: Buffer;
  readonly key: Buffer;
}

function secretsOf(output: Uint8Array, snapshotId: Uint8Array): CellSecrets {
  const bytes = Buffer.from(hkdfSync("sha256", output, snapshotId, `${version} cell`, locatorBytes + keyBytes));
  return { locator: bytes.subarray(0, locatorBytes), key: bytes.subarray(locatorBytes) };
}

/** A key is used for one cell of one snapshot and never again, so that the nonce may be the same. */
const nonce = Buffer.alloc(12);

function sealCell({ locator, key }: CellSecrets, content: Uint8Array): Buffer {
  if (content.length > contentBytesMax) throw new RangeError(`content of ${content.length} bytes is over the limit`);
  const padded = Buffer.alloc(paddedBytes);
  padded.writeUInt16BE(content.length);
  padded.set(content, lengthBytes);
  const cipher = createCipheriv("aes-256-gcm", key, nonce, { authTagLength: tagBytes });
  return Buffer.concat([locator, cipher.update(padded), cipher.final(), cipher.getAuthTag()]);
}

function openCell(key: Uint8Array, cell: Uint8Array): Uint8Array {
  const decipher = createDecipheriv("aes-256-gcm", key, nonce, { authTagLength: tagBytes });
  decipher.setAuthTag(cell.subarray(cellBytes - tagBytes));
  let padded: Buffer;
  try {
    padded = Buffer.concat([decipher.update(cell.subarray(locatorBytes, cellBytes - tagBytes)), decipher.final()]);
  } catch (error) {
    throw new SnapshotError("a cell of the snapshot is damaged", { cause: error });
  }
  const length = padded.readUInt16BE();
  if (length > contentBytesMax) throw new SnapshotError("a cell of the snapshot is damaged");
  return padded.subarray(lengthBytes, lengthBytes + length);
}

/** Binary search: cells are in the order of their locators. */
function cellAt(body: Uint8Array, locator: Uint8Array): Uint8Array | null {
  let [low, high] = [0, body.length / cellBytes];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const cell = body.subarray(middle * cellBytes, (middle + 1) * cellBytes);
    const order = Buffer.compare(cell.subarray(0, locatorBytes), locator);
    if (order === 0) return cell;
    if (order < 0) low = middle + 1;
    else high = middle;
  }
  return null;
}
