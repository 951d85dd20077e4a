import type { Store } from "../../store/engine.ts";
import type { Calibration } from "../calibration/cohorts.ts";
import { barOf, judge } from "../campaigns/verdict.ts";
import type { Bars, Verdict } from "../campaigns/verdict.ts";
import { examineWithCores } from "../examine.ts";
import type { IntentName } from "../intent/intent.ts";
import type { Observer } from "../observation/observe.ts";
import { formLeadCandidates, leadsWithinLimits } from "./candidates.ts";
import type { Leads } from "./lead.ts";

/** What the log's own candidates have established. */
export interface LeadContext {
  readonly observer: Observer;
  readonly intents: readonly IntentName[];
  readonly nulls: Calibration;
  /** Bound on the share of false campaigns, for all members together. */
  readonly rate: number;
  /** Of the candidates. */
  readonly firstId: number;
}

export interface ExaminedLeads {
  readonly verdicts: readonly Verdict[];
  readonly bars: Bars["bySource"];
}

/**
 * Looks at whom leads draw attention to through every family. What is normal is learnt from the log's own candidates, and each
 * member's leads share a bar: a member who floods raises no other's. Without leads nothing is done.
 */
export async function examineLeads(store: Store, leads: Leads | null, context: LeadContext): Promise<ExaminedLeads> {
  const { observer, intents, nulls, rate, firstId } = context;
  const list = leadsWithinLimits(leads?.list ?? []);
  if (leads === null || list.length === 0) return { verdicts: [], bars: new Map() };
  const candidates = await formLeadCandidates(store, list, leads, firstId);
  if (candidates.length === 0) return { verdicts: [], bars: new Map() };
  const { cases } = await examineWithCores(observer, candidates, { intents, nulls });
  const sources = new Set(list.map(({ source }) => source));
  const bars = new Map<string, number>();
  const verdicts: Verdict[] = [];
  for (const source of sources) {
    const own = cases.filter(({ observation }) => observation.candidate.leads?.[0]?.source === source);
    const bar = barOf(own, rate / sources.size);
    bars.set(source, bar);
    verdicts.push(...own.map((examined) => judge(examined, bar)));
  }
  return { verdicts, bars };
}
