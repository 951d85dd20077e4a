import { formLeadCandidates, leadsWithinLimits } from "../../src/detect/leads/candidates.ts";
import { campaignSignals } from "../../src/detect/leads/signals.ts";
import { FAMILIES } from "../../src/model/report.ts";
import { integers, sql } from "../../src/store/sql.ts";
import { itemOf, terms } from "./lab-staff.ts";
import type { Lab } from "./lab.ts";
import type { Drawn, Item, Signals } from "./orders.ts";

/*
 * What one member makes up of another's customers, and what follows from it. The liar is given the most that it could know: what these very
 * customers have in common in the other's own log.
 */

/** What these accounts have in common up to now. Of their payments and devices a liar would have to know, and would tell himself. */
export async function signalsOf(lab: Lab, accounts: readonly string[]): Promise<Signals> {
  const window = { sinceMs: 0, untilMs: lab.nowMs() };
  const { fingerprints, skeletonPieces } = await campaignSignals(lab.online.store, accounts, window);
  return { fingerprints: fingerprints.filter(({ kind }) => kind === "tls"), pieces: [...skeletonPieces] };
}

/** Puts a campaign that does not exist into the outbox, as sure as can be. */
export async function tellLie(lab: Lab, { fingerprints, pieces }: Signals, person: string): Promise<Item> {
  const nowMs = lab.nowMs();
  const now = new Date(nowMs).toISOString();
  const campaign = {
    id: "made up",
    accounts: 100,
    exchanges: 10_000,
    first_seen: now,
    last_seen: now,
    confidence: 1,
    verdicts: { coordinated: 1, extractive: 1, unauthorised: 1 },
    capabilities: ["reasoning"],
    evidence: FAMILIES.map((signal) => ({ signal, against: false })),
    hours: Array.from({ length: 24 }, () => 1),
  };
  const found = { campaign, signals: { fingerprints, skeletonPieces: new Set(pieces) }, actions: [] };
  const telling = { ...terms, flows: ["intelligence"], actor: null } as const;
  return itemOf(lab, await lab.circle().proposals.campaign(found, telling, { person, nowMs }));
}

/** What of these indicators is looked for now, at which accounts it points in the log of the last look, and whom the watch accused. */
export async function drawnBy(lab: Lab, indicators: readonly string[]): Promise<Drawn> {
  const { store } = lab.online;
  const meant = new Set(indicators);
  const leads = await lab.leads();
  const list = leadsWithinLimits(leads?.list ?? []).filter(({ id }) => meant.has(id));
  const accused = [...lab.accusedBy(meant)];
  if (leads === null || list.length === 0) return { leads: 0, accounts: [], accused };
  const candidates = await formLeadCandidates(store, list, leads, 0);
  const indices = [...new Set(candidates.flatMap(({ accounts }) => accounts))];
  const rows = await store.rows<{ account: string }>(sql`
    SELECT account FROM detect_account WHERE has(${integers(indices)}, account_index)`);
  return { leads: list.length, accounts: rows.map(({ account }) => account), accused };
}
