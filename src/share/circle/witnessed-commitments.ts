import { UserError } from "../../kit/user-error.ts";
import type { WitnessedHeads } from "../../store/state/witnessed-heads.ts";
import type { LogPolicy } from "../log/checkpoint.ts";
import { commitmentEntry, isCommitted } from "../log/commitments.ts";
import type { TransparencyLog } from "../log/log.ts";
import { checkpointOf } from "../log/proof.ts";
import type { NoteVerifier } from "../note/note.ts";
import type { CommitmentFault, CommitmentLog } from "../overlap/overlap.ts";
import type { Transport } from "../taxii/client/connection.ts";
import { cosignLog } from "./exchange.ts";
import type { Witness } from "./exchange.ts";
import type { CircleMember } from "./members.ts";

// Limits.
/** Of asking all witnesses, since the log may grow meanwhile. */
const cosigningAttemptsMax = 3;

export interface WitnessedCommitmentsOptions {
  /** Ours. */
  readonly log: TransparencyLog;
  /** Whose cosignatures we ask for, and look for below others' checkpoints. */
  readonly witnesses: () => readonly Witness[];
  /** With which we cosign others' logs ourselves. */
  readonly cosigner: NoteVerifier;
  readonly state: { readonly witnessed: Pick<WitnessedHeads, "find"> };
  readonly transport: () => Transport;
  readonly onFailure: (error: unknown) => void;
}

/** The member on the other side, with the log that it commits itself in. */
export type CommittingMember = Pick<CircleMember, "id" | "name" | "roles"> & { readonly log: NoteVerifier };

/**
 * Our log, and the other's as far as it is seen by more than one: a fork is believed by nobody who has a witness that was shown the
 * other half. A witness that can't be reached is told; what that means is for the other to say.
 */
export function witnessedCommitments(
  { log, witnesses, cosigner, state, transport, onFailure }: WitnessedCommitmentsOptions,
  peer: CommittingMember,
  signal: AbortSignal,
): CommitmentLog {
  return {
    async append(member, commitment) {
      const index = await log.append([commitmentEntry(member, commitment)]);
      for (let attempt = 1; ; attempt++) {
        const size = log.size();
        await cosignLog({ log, transport: transport(), signal, onFailure }, witnesses());
        if (log.size() === size || attempt === cosigningAttemptsMax) return log.proof(index);
      }
    },
    async fault(member, commitment, proof) {
      const head = peer.roles.has("witness") ? await state.witnessed.find(peer.log.name) : null;
      const demands: [CommitmentFault, LogPolicy][] = [
        ["not-logged", { log: peer.log, witnesses: [], witnessesMin: 0 }],
        ["unwitnessed", { log: peer.log, ...majorityOf(witnesses(), peer) }],
        // As its witness we sign nothing that does not go on from the head that we keep: our own line is the proof that this does.
        ["other-past", { log: peer.log, witnesses: [cosigner], witnessesMin: head === null ? 0 : 1 }],
      ];
      const [fault] = demands.find(([, policy]) => !isCommitted(member, commitment, proof, policy)) ?? [null];
      if (fault === "other-past") onFailure(twoPasts(peer, head?.checkpoint ?? null, checkpointOf(proof)));
      return fault;
    },
  };
}

/** Any two majorities have a witness in common, who does not sign both halves of a fork. A log is no witness of itself. */
export function majorityOf(
  witnesses: readonly Witness[],
  peer: Pick<CircleMember, "id">,
): Pick<LogPolicy, "witnesses" | "witnessesMin"> {
  const keys = witnesses.flatMap(({ id, cosigner }) => (id === peer.id || cosigner === null ? [] : [cosigner]));
  return { witnesses: keys, witnessesMin: keys.length === 0 ? 0 : Math.floor(keys.length / 2) + 1 };
}

/** What our people are told of a log whose past is not the one that we have cosigned, with what the log has signed then and now. */
export function twoPasts({ name }: Pick<CircleMember, "name">, before: string | null, now: string): UserError {
  return new UserError(
    `the log of ${name} does not show that it has only grown since we cosigned it`,
    `keep what it has signed, and tell the others: ${JSON.stringify({ before, now })}`,
  );
}
