import { createHash } from "node:crypto";
import type { Appeal } from "../../model/appeal.ts";
import type { AuditEvent } from "../../model/audit.ts";
import type { Decision, Standing } from "../../model/decision.ts";
import type { Exemption } from "../../model/exemption.ts";
import type { OverlapResult } from "../../model/overlap.ts";

/** Values of the domain for the contract suite: whole ones, of which a case changes what it is about. */

export const startMs = Date.parse("2026-03-01T00:00:00.000Z");
export const hourMs = 3_600_000;
export const dayMs = 24 * hourMs;
export const iso = (ms: number): string => new Date(ms).toISOString();

let last = 0;
/** Cases share a database: what each calls by such a name is its own. Names sort in the order in which they were made. */
export function own(kind: string): string {
  return `${kind}-${String(++last).padStart(6, "0")}`;
}

export function decision(change: Partial<Decision> = {}): Decision {
  const account = change.account ?? own("account");
  return {
    id: own("decision"),
    scope: { kind: "account", value: account },
    account,
    action: "throttle",
    parameters: { requests_per_minute: 6, burst: 2 },
    campaign: null,
    category: "coordinated-extraction",
    reasons: ["12 of 14 members hand on work, 0.1 expected"],
    policy: { name: "default", rule: "newcomers", version: "0f3a" },
    since: iso(startMs),
    created: iso(startMs),
    expires: iso(startMs + dayMs),
    simulated: false,
    held: null,
    ...change,
  };
}

export function standing(change: Partial<Standing> = {}): Standing {
  return {
    account: own("account"),
    time: iso(startMs),
    status: "member",
    campaign: campaignOf(own("campaign")),
    score: 0.9,
    harvest: { tasks: 120, share: 0.8 },
    exchanges_per_day: 26,
    carriers: [],
    joined: "later",
    reasons: [],
    evidence: [],
    ...change,
  };
}

export function campaignOf(id: string): Standing["campaign"] {
  return {
    id,
    accounts: 14,
    confidence: 0.99,
    verdicts: { coordinated: 0.99, extractive: 0.9, unauthorised: 0.9 },
    families: { twins: 4.2, partition: 3.1 },
    capabilities: ["reasoning"],
    restricted: false,
  };
}

export function exemption(change: Partial<Exemption> = {}): Exemption {
  return {
    id: own("exemption"),
    holder: { kind: "organization", value: own("organization") },
    use: "research",
    campaign: null,
    requests_per_day: 5_000,
    granted_by: "someone",
    reason: "registered on paper",
    starts: iso(startMs),
    expires: iso(startMs + dayMs),
    revoked: null,
    ...change,
  };
}

type Opening = Omit<Appeal, "state" | "changed" | "reviewer" | "answer">;

export function appeal(change: Partial<Opening> = {}): Opening {
  return {
    id: own("appeal"),
    account: own("account"),
    campaign: null,
    decisions: [own("decision")],
    opened: iso(startMs),
    deadline: iso(startMs + 7 * dayMs),
    ...change,
  };
}

export function auditEvent(change: Partial<AuditEvent> = {}): AuditEvent {
  return {
    at: iso(startMs),
    actor: "desk",
    action: "decision.made",
    subject: { kind: "decision", id: own("decision") },
    detail: { policy: "default", accounts: 3 },
    ...change,
  };
}

export function overlapResult(change: Partial<OverlapResult> = {}): OverlapResult {
  return {
    session: createHash("sha256").update(own("session")).digest("hex"),
    peer: "identity--b",
    role: "responder",
    at: iso(startMs),
    person: "Ada",
    own_size: 2,
    peer_size: 7,
    common_size: 1,
    common: ["payment:fp_1a2B3c4D"],
    identifiers: ["email:ann@example.com", "payment:fp_1a2B3c4D"],
    salt: "AAAA",
    commitment: "AAEC",
    peer_commitment: "AwQF",
    peer_proof: "a proof",
    ...change,
  };
}
