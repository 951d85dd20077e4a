import { parse } from "yaml";
import { z } from "zod";
import { readPages } from "../../../decide/desk/pages.ts";
import { rowsPerStatementMax } from "../../../decide/desk/record.ts";
import { falseCampaignRate, familiesRequired } from "../../../detect/campaigns/verdict.ts";
import { fromMemory } from "../../../detect/watch/memory.ts";
import { inSlices } from "../../../kit/slices.ts";
import { UserError } from "../../../kit/user-error.ts";
import type { AuditEntry } from "../../../model/audit.ts";
import type { LiveCampaign } from "../../../model/live-campaign.ts";
import { type Evidence, verdictsSchema } from "../../../model/report.ts";
import type { LogSource } from "../../../share/log/verify-log.ts";
import type { CampaignStanding } from "../../../store/state/standings.ts";
import type { Repositories, State } from "../../../store/state/state.ts";
import { BrokenLogError } from "../../errors.ts";
import type { CaseAccount, CaseDecision, CaseFile, CasePolicy, CaseSource } from "../case-file.ts";
import { readLedger } from "../ledger.ts";
import { withProofs } from "../log-proofs.ts";

// Limits.
/** Entries of the audit log that are read at once. */
const auditPageMax = 1_000;
/** Ids that are offered where none is the one that was asked for. */
const offeredMax = 5;

/** What the audit log calls it. */
export const MADE = "dossier.made";

const verdictSchema = z.object({
  confidence: z.number(),
  verdicts: verdictsSchema,
  capabilities: z.array(z.string()),
});

/**
 * The case as a server has kept it, all of it as of one moment. A log that is not what was written, of the audit or of the circle, ends
 * in a `BrokenLogError`: what hangs on it is no evidence.
 *
 * @param log the transparency log, for proofs of what was shared; `null` where it is not at hand.
 */
export function stateSource(state: State, log: LogSource | null): CaseSource {
  return {
    read: (campaign) => state.transaction((repositories) => readCase(repositories, log, campaign)),
    record: ({ at, campaign, head, identified }) =>
      state.audit.append([
        {
          at,
          actor: identified?.by ?? "dossier",
          action: MADE,
          subject: { kind: "campaign", id: campaign },
          detail: {
            head,
            identifies: identified !== null,
            ...(identified === null ? {} : { reason: identified.reason }),
          },
        },
      ]),
  };
}

async function readCase(state: Repositories, log: LogSource | null, id: string): Promise<CaseFile> {
  const campaign = await findCampaign(state, id);
  const verdict = verdictSchema.parse(campaign.verdict);
  const stood = await readPages((page) => state.standings.everInCampaign(id, page));
  const decisions = await readDecisions(state, id);
  const appeals = await readPages((page) => state.appeals.ofCampaign(id, page));
  const policies = await readPolicies(state, decisions);
  const audit = await readAudit(state, [
    ["decision", decisions.map(({ decision }) => decision.id)],
    ["appeal", appeals.map((appeal) => appeal.id)],
    ["account", stood.map(({ standing }) => standing.account)],
    ["campaign", [id]],
    ["policy", [...new Set(policies.map(({ name }) => name))]],
    ["switch", ["kill", "dry-run"]],
  ]);
  return {
    source: { kind: "state", audit: await auditHead(state) },
    campaign: {
      ...verdict,
      id,
      state: campaign.state,
      first_seen: campaign.first_seen,
      last_seen: campaign.last_seen,
      exchanges: null,
    },
    evidence: evidenceOf(campaign, stood),
    without: null,
    resembles: null,
    missing: [],
    // Over all looks of which the watch remembers one another.
    bound: { false_campaign_rate: falseCampaignRate, families_required: familiesRequired },
    days: null,
    hours: null,
    models: [],
    accounts: stood.map(accountOf),
    policies,
    decisions,
    appeals,
    audit,
    shared: await withProofs(await readLedger(state, id), log),
  };
}

async function findCampaign(state: Repositories, id: string): Promise<LiveCampaign> {
  const found = await state.campaigns.find(id);
  if (found !== null) return found;
  const known = [...(await state.campaigns.inState("live")).rows, ...(await state.campaigns.inState("closed")).rows];
  throw new UserError(
    `the state has no campaign ${JSON.stringify(id)}`,
    known.length === 0
      ? "it has none at all"
      : `it has ${known
          .slice(0, offeredMax)
          .map((campaign) => campaign.id)
          .join(", ")}${known.length > offeredMax ? " and others" : ""}`,
  );
}

/** Of a closed campaign the detector keeps nothing: what its members were convicted on is in their standings. */
function evidenceOf(campaign: LiveCampaign, stood: readonly CampaignStanding[]): readonly Evidence[] {
  if (campaign.memory !== null) return fromMemory(campaign.id, campaign.memory, []).case.evidence;
  const convicted = stood
    .map(({ standing }) => standing)
    .filter(({ joined, status }) => joined === "convicted" && status === "member");
  return convicted.toSorted((a, b) => (a.time < b.time ? 1 : -1))[0]?.evidence ?? [];
}

function accountOf({ since, standing }: CampaignStanding): CaseAccount {
  return {
    account: standing.account,
    standing: standing.status,
    exchanges: null,
    shared: standing.status === "member" ? standing.harvest.share : null,
    score: standing.score,
    first_seen: since,
    last_seen: standing.time,
    proposed: null,
  };
}

async function readDecisions(state: Repositories, campaign: string): Promise<CaseDecision[]> {
  const records = await readPages((page) => state.decisions.ofCampaign(campaign, page));
  const told = new Map<string, string>();
  for (const some of inSlices(records, rowsPerStatementMax)) {
    const sent = await state.notices.firstSent(some.map(({ decision }) => decision.id));
    for (const [id, at] of sent) told.set(id, at);
  }
  return records.map((record) => ({ ...record, notice: told.get(record.decision.id) ?? null }));
}

const termsSchema = z.object({
  mode: z.enum(["dry-run", "enforce"]).default("dry-run"),
  "newly-affected-per-hour": z.int(),
});

async function readPolicies(state: Repositories, decisions: readonly CaseDecision[]): Promise<CasePolicy[]> {
  const versions = [...new Set(decisions.map(({ decision }) => decision.policy.version))].toSorted();
  const found: CasePolicy[] = [];
  for (const version of versions) {
    const policy = await state.policies.find(version);
    if (policy === null) continue;
    // Of its text only this: the allow-list is in it, with names.
    const terms = termsSchema.safeParse(parse(policy.text, { maxAliasCount: 0 })).data ?? null;
    found.push({
      name: policy.name,
      version,
      loaded: policy.loaded,
      mode: terms?.mode ?? null,
      newlyAffectedPerHour: terms?.["newly-affected-per-hour"] ?? null,
    });
  }
  return found;
}

async function readAudit(
  state: Repositories,
  subjects: readonly (readonly [kind: string, ids: readonly string[]])[],
): Promise<AuditEntry[]> {
  const entries: AuditEntry[] = [];
  for (const [kind, ids] of subjects) {
    for (const some of inSlices(ids, rowsPerStatementMax)) {
      let sequence: number | undefined = 0;
      while (sequence !== undefined) {
        const page = await state.audit.aboutAny(kind, some, sequence, auditPageMax);
        entries.push(...page);
        sequence = page.at(-1)?.sequence;
      }
    }
  }
  return entries.sort((a, b) => a.sequence - b.sequence);
}

async function auditHead(state: Repositories): Promise<{ entries: number; head: string }> {
  const verdict = await state.audit.verify();
  if (verdict.kind === "broken") {
    throw new BrokenLogError(
      `the audit log is broken at entry ${verdict.sequence}: ${verdict.reason}`,
      "a dossier of it would prove nothing: find out what happened first",
    );
  }
  return { entries: verdict.entries, head: verdict.head };
}
