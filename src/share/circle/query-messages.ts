import { z } from "zod";
import { canonicalJson } from "../../kit/canonical-json.ts";
import { SnapshotError } from "../query/snapshot.ts";
import type { SealedSnapshot } from "../query/snapshot.ts";

/** Both from a member's URL. */
export const queryPaths = { snapshot: "/query/snapshot", evaluations: "/query/evaluations" } as const;

/** What is said of an identifier: no number, no campaign, no day. */
export const knownOfIdentifierSchema = z.strictObject({
  verdicts: z.array(z.enum(["coordinated", "extractive", "unauthorised"])),
  /** The month in which the campaign was last seen. */
  seen: z.string().regex(/^\d{4}-\d{2}$/),
});
export type KnownOfIdentifier = Readonly<z.output<typeof knownOfIdentifierSchema>>;

export function formatKnown(known: KnownOfIdentifier): Uint8Array {
  return Buffer.from(canonicalJson(known));
}

/** Throws a `SnapshotError` where the hub has put something else there. */
export function parseKnown(content: Uint8Array): KnownOfIdentifier {
  try {
    return knownOfIdentifierSchema.parse(JSON.parse(Buffer.from(content).toString("utf8")));
  } catch (error) {
    throw new SnapshotError("an entry of the snapshot is not what an entry says", { cause: error });
  }
}

/** Manifest and body in one answer, so that both are of one snapshot. A manifest is text, which has no zero byte. */
export function packSnapshot({ manifest, body }: SealedSnapshot): Buffer {
  return Buffer.concat([Buffer.from(manifest), Buffer.of(0), body]);
}

/** Throws a `SnapshotError`. */
export function unpackSnapshot(packed: Buffer): SealedSnapshot {
  const end = packed.indexOf(0);
  if (end < 0) throw new SnapshotError("this is no snapshot");
  return { manifest: packed.subarray(0, end).toString("utf8"), body: packed.subarray(end + 1) };
}
