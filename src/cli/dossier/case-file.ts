import type { Appeal } from "../../model/appeal.ts";
import type { AuditEntry } from "../../model/audit.ts";
import type { DossierSource, SharedEntry } from "../../model/dossier.ts";
import type { Action, Campaign, Evidence, Report, Verdicts } from "../../model/report.ts";
import type { DecisionRecord } from "../../store/state/decisions.ts";

/** All that is known about a campaign, as it lies in the source: with names, and with what must not leave. */
export interface CaseFile {
  readonly source: DossierSource;
  readonly campaign: {
    readonly id: string;
    readonly state: "found" | "live" | "closed";
    readonly first_seen: string;
    readonly last_seen: string;
    readonly exchanges: number | null;
    readonly confidence: number;
    readonly verdicts: Verdicts;
    readonly capabilities: readonly string[];
  };
  readonly evidence: readonly Evidence[];
  readonly without: Campaign["without"] | null;
  readonly resembles: Campaign["resembles"] | null;
  readonly missing: Report["missing"];
  readonly bound: Report["bound"];
  readonly days: Campaign["timeline"] | null;
  readonly hours: Campaign["hours"] | null;
  readonly models: readonly { readonly model: string; readonly released: string }[];
  readonly accounts: readonly CaseAccount[];
  readonly policies: readonly CasePolicy[];
  readonly decisions: readonly CaseDecision[];
  readonly appeals: readonly Appeal[];
  /** In the order of the log. */
  readonly audit: readonly AuditEntry[];
  readonly shared: readonly SharedEntry[] | null;
}

export interface CaseAccount {
  readonly account: string;
  readonly standing: "member" | "released";
  readonly exchanges: number | null;
  /** Of its requests, the share that belongs to the shared work. */
  readonly shared: number | null;
  readonly score: number;
  readonly first_seen: string;
  readonly last_seen: string;
  readonly proposed: Action | null;
}

export interface CaseDecision extends DecisionRecord {
  /** When the customer was first told of it. */
  readonly notice: string | null;
}

/** A version of a policy that decided in the case. */
export interface CasePolicy {
  readonly name: string;
  readonly version: string;
  readonly loaded: string;
  /** `null`: its text is not in the form of this version. */
  readonly mode: "dry-run" | "enforce" | null;
  readonly newlyAffectedPerHour: number | null;
}

/** Where cases are read from: the folder of a scan, or the state of a server. */
export interface CaseSource {
  /** Throws a `UserError` where there is no such campaign, or its case is too large. */
  read(campaign: string): Promise<CaseFile>;
  /** Writes down, where the case lies, that a dossier of it was made; call it before the dossier leaves. */
  record(making: Making): Promise<void>;
}

export interface Making {
  readonly at: string;
  readonly campaign: string;
  /** Of its manifest. */
  readonly head: string;
  readonly identified: { readonly by: string; readonly reason: string } | null;
}
