import { dossierSchema } from "../../model/dossier.ts";
import type { Dossier } from "../../model/dossier.ts";
import { isPlain, plainNameSchema } from "../../model/plain-text.ts";
import { UserError } from "../../kit/user-error.ts";
import type { CaseDecision, CaseFile } from "./case-file.ts";
import type { Names } from "./names.ts";

/** Who asked that the accounts be named, and why. */
export type Identified = NonNullable<Dossier["identified"]>;

export interface AssembleOptions {
  readonly written: string;
  readonly software: Dossier["software"];
  readonly names: Names;
  readonly identified: Identified | null;
}

/**
 * What leaves of a case. Fields are named one by one: what is not named here does not leave, and what a field holds the schema
 * checks again. A sentence that may identify somebody is withheld; its weight stays.
 */
export function assemble(file: CaseFile, { written, software, names, identified }: AssembleOptions): Dossier {
  const reference = (kind: "decision" | "appeal", id: string): string =>
    identified === null ? names.of(kind, id) : id;
  const accounts = file.accounts.map((one) => ({
    account: names.of("account", one.account),
    identity: identified === null ? null : one.account,
    standing: one.standing,
    exchanges: one.exchanges,
    shared: one.shared,
    score: one.score,
    first_seen: one.first_seen,
    last_seen: one.last_seen,
    proposed: one.proposed,
  }));
  const { campaign } = file;
  const dossier: Dossier = {
    schema: "https://stillwatch.dev/schemas/dossier-1.json",
    written,
    software,
    source: file.source,
    identified,
    campaign: {
      id: campaign.id,
      state: campaign.state,
      first_seen: campaign.first_seen,
      last_seen: campaign.last_seen,
      exchanges: campaign.exchanges,
      confidence: campaign.confidence,
      verdicts: campaign.verdicts,
      capabilities: campaign.capabilities.filter((name) => isName(name, file)),
    },
    evidence: file.evidence.map(({ signal, summary, strength, accounts: of, against }) => ({
      family: signal,
      sentence: plainOrNull(summary, file),
      strength,
      accounts: of,
      against,
    })),
    without: file.without,
    resembles: resemblesIn(file),
    missing: file.missing.map(({ family, reason }) => ({ family, reason: plainOrNull(reason, file) })),
    bound: file.bound,
    timeline: {
      days: file.days,
      hours: file.hours,
      releases: file.models
        .filter(({ model }) => isName(model, file))
        .map(({ model, released }) => ({ model, released })),
    },
    accounts: accounts.sort((a, b) => (b.exchanges ?? 0) - (a.exchanges ?? 0) || (a.account < b.account ? -1 : 1)),
    policies: file.policies.map(({ name, version, loaded, mode, newlyAffectedPerHour }) => ({
      name,
      version,
      loaded,
      mode,
      newly_affected_per_hour: newlyAffectedPerHour,
    })),
    decisions: file.decisions.map((decision) => decisionIn(decision, names, reference)),
    appeals: file.appeals.map((appeal) => ({
      id: reference("appeal", appeal.id),
      account: names.of("account", appeal.account),
      decisions: appeal.decisions.map((id) => reference("decision", id)),
      state: appeal.state,
      opened: appeal.opened,
      deadline: appeal.deadline,
      changed: appeal.changed,
    })),
    shared: file.shared === null ? null : [...file.shared],
  };
  return checked(dossier);
}

type Named = Pick<CaseFile, "accounts">;

function decisionIn(
  { decision, ended, notice }: CaseDecision,
  names: Names,
  reference: (kind: "decision", id: string) => string,
): Dossier["decisions"][number] {
  const { action, parameters, category, policy, created, expires, held } = decision;
  return {
    id: reference("decision", decision.id),
    account: names.of("account", decision.account),
    scope: decision.scope.kind,
    action,
    parameters,
    category,
    policy,
    created,
    expires,
    held,
    ended,
    notice,
  };
}

function resemblesIn(file: CaseFile): Dossier["resembles"] {
  const { resembles } = file;
  if (resembles === null) return null;
  const { kind, difference } = resembles;
  return [kind, difference].every((text) => plainOrNull(text, file) !== null) ? { kind, difference } : null;
}

/** Null: it may identify somebody, by an account's name if by nothing else. */
function plainOrNull(sentence: string, file: Named): string | null {
  return isPlain(sentence) && !isNaming(sentence, file) ? sentence : null;
}

function isName(text: string, file: Named): boolean {
  return plainNameSchema.safeParse(text).success && !isNaming(text, file);
}

/** Shorter names are within words by chance. */
const namingCharactersMin = 4;

function isNaming(text: string, { accounts }: Named): boolean {
  return accounts.some(({ account }) => account.length >= namingCharactersMin && text.includes(account));
}

function checked(dossier: Dossier): Dossier {
  const result = dossierSchema.safeParse(dossier);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  // The value is not told: it may be what must not leave.
  throw new UserError(
    `the case holds what does not belong into a dossier: ${issue?.path.join(".") ?? ""}`,
    `it was refused because: ${issue?.message ?? "unknown"}`,
    { cause: new Error(result.error.issues.map(({ path, code }) => `${path.join(".")}: ${code}`).join("\n")) },
  );
}
