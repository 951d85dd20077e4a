import { grouped } from "../../kit/grouped.ts";
import type { Dossier, SharedEntry } from "../../model/dossier.ts";
import type { LogPolicy } from "../../share/log/checkpoint.ts";
import { commitmentEntry, readCommitmentEntry } from "../../share/log/commitments.ts";
import { verifyProof } from "../../share/log/proof.ts";
import { proofsIn } from "../../share/log/read-proof.ts";
import type { LogSource } from "../../share/log/verify-log.ts";
import { NoteError } from "../../share/note/note.ts";
import { BrokenLogError } from "../errors.ts";
import { counted } from "../report/words.ts";
import type { LedgerRow } from "./ledger.ts";

/**
 * What was shared, with the proofs that the transparency log holds it; without them where there is no log. Throws a `BrokenLogError` where the
 * log does not hold what the ledger says that it does.
 */
export async function withProofs(rows: readonly LedgerRow[], log: LogSource | null): Promise<SharedEntry[]> {
  try {
    const prove = log === null ? null : await proofsIn(log);
    if (prove === null) return rows.map(({ entry }) => entry);
    const shared: SharedEntry[] = [];
    for (const { entry, commitment } of rows) {
      const { entry: bytes, proof } = await prove(entry.log_index);
      const logged = { ...readCommitmentEntry(bytes), proof };
      if (commitment !== null && commitment !== logged.commitment)
        throw new NoteError(`entry ${entry.log_index} is no commitment to ${entry.object.id}`);
      shared.push({ ...entry, logged });
    }
    return shared;
  } catch (error) {
    if (!(error instanceof NoteError)) throw error;
    throw new BrokenLogError(
      `the transparency log is not the one that the ledger speaks of: ${error.message}`,
      "restore the folder of the log as it was: a dossier of it would prove nothing",
      { cause: error },
    );
  }
}

/** Checks the proofs of a dossier by whom the reader believes; without a policy says that it takes one. */
export function proofFaults(
  { shared }: Dossier,
  policy: LogPolicy | null,
): { readonly faults: string[]; readonly unchecked: string[] } {
  const whether = "whether the transparency log holds what was shared";
  const without = (shared ?? []).filter(({ logged }) => logged === null).length;
  const unchecked = without === 0 ? [] : [`${whether}: ${counted(without, "entry has", "entries have")} no proof`];
  const proven = (shared ?? []).length - without;
  if (policy === null) {
    return { faults: [], unchecked: proven === 0 ? unchecked : [...unchecked, `${whether}: give the log's --log-key`] };
  }
  if (shared === null) unchecked.push(`${whether}: the source of this dossier keeps no ledger`);
  else if (shared.length === 0) unchecked.push(`${whether}: nothing about this campaign was`);
  const faults = (shared ?? []).flatMap((entry) => faultOf(entry, policy) ?? []);
  // Where the checkpoint is not believed, that is so for all of them.
  const told = [...grouped(faults, ({ reason }) => reason)].map(([reason, [first, ...others]]) => {
    const rest = others.length === 0 ? "" : `, and ${counted(others.length, "other entry", "other entries")},`;
    return `that the transparency log holds ${first?.object ?? ""}${rest} is not shown: ${reason}`;
  });
  return { faults: told, unchecked };
}

interface ProofFault {
  /** Of the object. */
  readonly object: string;
  readonly reason: string;
}

function faultOf({ object, log_index: index, logged }: SharedEntry, policy: LogPolicy): ProofFault | null {
  if (logged === null) return null;
  const { member, commitment, proof } = logged;
  try {
    const found = verifyProof(proof, commitmentEntry(member, Buffer.from(commitment, "base64")), policy);
    return found === index
      ? null
      : { object: object.id, reason: `the proof is of entry ${found} of the log, not of ${index}` };
  } catch (error) {
    if (!(error instanceof NoteError)) throw error;
    return { object: object.id, reason: error.message };
  }
}
