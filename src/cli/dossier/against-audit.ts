import type { Dossier, DossierAuditLine, DossierManifest } from "../../model/dossier.ts";
import type { State } from "../../store/state/state.ts";
import type { Names } from "./names.ts";
import { MADE } from "./sources/state.ts";

// Limits.
/** Entries about the campaign itself among which the dossier's is looked for, the latest. */
const campaignEntriesMax = 1_000;

interface Given {
  readonly dossier: Dossier;
  readonly lines: readonly DossierAuditLine[];
  readonly manifest: DossierManifest;
}

/** Compares an excerpt with the log that it is of. What can't be compared without the key is named. */
export async function auditFaults(
  { audit }: Pick<State, "audit">,
  names: Names | null,
  { dossier, lines, manifest }: Given,
): Promise<{ faults: string[]; unchecked: string[] }> {
  const verdict = await audit.verify();
  if (verdict.kind === "broken") {
    return { faults: [`the audit log is broken at entry ${verdict.sequence}: ${verdict.reason}`], unchecked: [] };
  }
  const faults: string[] = [];
  const hashAt = async (sequence: number): Promise<string | null> => {
    const [entry] = await audit.entriesAfter(sequence - 1, 1);
    return entry?.sequence === sequence ? entry.hash : null;
  };
  if (dossier.source.kind === "state" && dossier.source.audit.entries > 0) {
    const { entries, head } = dossier.source.audit;
    if ((await hashAt(entries)) !== head)
      faults.push(`the audit log is not the one that ended at entry ${entries} when this was written`);
  }
  let sealed = 0;
  for (const { sequence, proof } of lines) {
    if (proof.kind === "sealed" && names === null) {
      sealed++;
      continue;
    }
    const hash = await hashAt(sequence);
    const isSame =
      hash !== null && (proof.kind === "open" ? proof.entry.hash === hash : names?.seal(hash) === proof.seal);
    if (!isSame) faults.push(`entry ${sequence} is not the one in the audit log`);
  }
  const about = await audit.about({ kind: "campaign", id: manifest.campaign }, campaignEntriesMax);
  if (!about.some(({ action, detail }) => action === MADE && detail["head"] === manifest.head))
    faults.push("the audit log does not know that this dossier was made");
  const unchecked =
    sealed === 0 ? [] : [`whether the audit log holds the ${sealed} sealed entries: give the dossier's --key`];
  return { faults, unchecked };
}
