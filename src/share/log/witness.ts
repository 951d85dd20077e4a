import type { Clock } from "../../kit/clock.ts";
import type { WitnessedHeads } from "../../store/state/witnessed-heads.ts";
import type { NoteSignature, NoteSigner, NoteVerifier } from "../note/note.ts";
import { cosign, openCheckpoint } from "./checkpoint.ts";
import { emptyRoot, isConsistent } from "./merkle.ts";
import type { TreeHead } from "./merkle.ts";

/** What a log asks of a witness: to sign that it has only grown from `from` entries to the checkpoint. */
export interface WitnessRequest {
  readonly checkpoint: string;
  readonly from: number;
  readonly proof: readonly Uint8Array[];
}

export type WitnessAnswer =
  | { readonly kind: "cosigned"; readonly signature: NoteSignature }
  /** The log has to begin its proof at this size, the last that the witness has seen. */
  | { readonly kind: "conflict"; readonly size: number }
  /**
   * The log does not show that it has only grown from what was cosigned before, with the checkpoint that it had signed then (null: not
   * kept): tell everybody. With this one and a proof of the log's that does not hold it is for the log to explain; two checkpoints of one size are proof.
   */
  | { readonly kind: "inconsistent"; readonly before: string | null };

/**
 * A member that watches logs of others. It keeps one head a log, and moves it before it signs: of two trees that can't both be
 * true it never signs the second. Throws a `NoteError` where the checkpoint is not by a log that it knows.
 */
export function witness(
  signer: NoteSigner,
  heads: WitnessedHeads,
  clock: Clock,
): (log: NoteVerifier, request: WitnessRequest) => Promise<WitnessAnswer> {
  return async (log, { checkpoint, from, proof }) => {
    const next = openCheckpoint(checkpoint, { log, witnesses: [], witnessesMin: 0 });
    const known = await heads.find(log.name);
    const last: TreeHead =
      known === null ? { size: 0, root: emptyRoot } : { size: known.size, root: Buffer.from(known.root, "base64") };
    if (from !== last.size) return { kind: "conflict", size: last.size };
    if (!isConsistent(last, next, proof)) return { kind: "inconsistent", before: known?.checkpoint ?? null };
    const moved = await heads.advance(log.name, last.size, {
      size: next.size,
      root: Buffer.from(next.root).toString("base64"),
      checkpoint,
    });
    if (!moved) return { kind: "conflict", size: (await heads.find(log.name))?.size ?? 0 };
    return { kind: "cosigned", signature: cosign(checkpoint, signer, clock.nowMs()) };
  };
}
