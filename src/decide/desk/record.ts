import { inSlices } from "../../kit/slices.ts";
import type { AuditEvent } from "../../model/audit.ts";
import type { Decision } from "../../model/decision.ts";
import type { Evidence } from "../../model/report.ts";
import type { EndCause } from "../../store/state/decisions.ts";
import type { Repositories } from "../../store/state/state.ts";

// Limits.
/** Rows of one statement. */
export const rowsPerStatementMax = 1_000;
/** Pieces of evidence that the audit log keeps of a case, the strongest, and of each so many characters. */
const evidenceMax = 6;
const summaryCharactersMax = 300;

export interface Actor {
  readonly name: string;
  readonly reason?: string;
}

/** Whoever gives an order says why; both are kept. */
export interface Person extends Actor {
  readonly reason: string;
}

export interface RecordedChange {
  readonly ends?: readonly { readonly decision: Decision; readonly cause: EndCause }[];
  readonly renews?: readonly Decision[];
  readonly makes?: readonly Decision[];
  /** Those that waited and come into force. */
  readonly admits?: readonly Decision[];
}

export interface Circumstances {
  /** Absent: the desk acts by itself. */
  readonly by?: Person;
  evidenceOf?(account: string): readonly Evidence[];
}

/**
 * Writes decisions with their audit entries; call it within the transaction that found them out. What gateways follow holds no
 * evidence: that stays here, for who has to answer for the decision.
 */
export async function recordChange(
  state: Repositories,
  { ends = [], renews = [], makes = [], admits = [] }: RecordedChange,
  nowMs: number,
  { by, evidenceOf }: Circumstances = {},
): Promise<void> {
  const causes = [...new Set(ends.map(({ cause }) => cause))];
  for (const cause of causes) {
    const ids = ends.filter((end) => end.cause === cause).map(({ decision }) => decision.id);
    for (const some of inSlices(ids, rowsPerStatementMax)) await state.decisions.end(some, cause, nowMs);
  }
  for (const some of inSlices([...renews, ...makes, ...admits], rowsPerStatementMax))
    await state.decisions.put(some, nowMs);
  const entry = (action: string, decision: Decision, detail: AuditEvent["detail"]): AuditEvent =>
    auditEvent(action, { kind: "decision", id: decision.id }, detail, nowMs, by);
  const entries = [
    ...ends.map(({ decision, cause }) => entry("decision.ended", decision, { account: decision.account, cause })),
    ...admits.map((decision) => entry("decision.admitted", decision, { account: decision.account })),
    ...makes.map((decision) =>
      entry("decision.made", decision, detailOf(decision, evidenceOf?.(decision.account) ?? [])),
    ),
  ];
  for (const some of inSlices(entries, rowsPerStatementMax)) await state.audit.append(some);
}

/** Without `by` it is the desk that acts, by itself. */
export function auditEvent(
  action: string,
  subject: AuditEvent["subject"],
  detail: AuditEvent["detail"],
  nowMs: number,
  by?: Actor,
): AuditEvent {
  const reason = by?.reason === undefined ? {} : { reason: by.reason };
  return {
    at: new Date(nowMs).toISOString(),
    actor: by?.name ?? "desk",
    action,
    subject,
    detail: { ...detail, ...reason },
  };
}

function detailOf(decision: Decision, evidence: readonly Evidence[]): AuditEvent["detail"] {
  const { account, scope, action, parameters, campaign, policy, held } = decision;
  const strongest = evidence.toSorted((one, other) => other.strength - one.strength).slice(0, evidenceMax);
  return {
    account,
    scope,
    action,
    parameters: Object.fromEntries(
      Object.entries(parameters).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
    ),
    campaign,
    policy,
    held,
    evidence: strongest.map(({ signal, summary, strength, against }) => ({
      signal,
      summary: summary.slice(0, summaryCharactersMax),
      strength,
      against,
    })),
  };
}
