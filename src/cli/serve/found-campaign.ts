import { campaignSignals } from "../../detect/leads/signals.ts";
import { toldOf } from "../../model/told-campaign.ts";
import type { Watch } from "../../detect/watch/watch.ts";
import type { FoundCampaign } from "../../share/circle/proposals.ts";
import type { Store } from "../../store/engine.ts";
import { sql, texts } from "../../store/sql.ts";
import type { State } from "../../store/state/state.ts";
import { actionsAgainst } from "./actions-against.ts";

// Defaults.
/** What a campaign is known by is looked for in so many days, as many as the longest look sees. */
const signalDays = 16;
const dayMs = 86_400_000;

/** A live campaign as a report has it, as far as it is told to others. Null: there is none with this id. */
export async function findLiveCampaign(
  {
    state,
    watch,
    store,
  }: { readonly state: Pick<State, "campaigns" | "decisions">; readonly watch: Watch; readonly store: Store },
  id: string,
  nowMs: number,
): Promise<FoundCampaign | null> {
  const kept = await state.campaigns.find(id);
  const live = watch.campaigns.find((campaign) => campaign.id === id);
  if (kept === null || live === undefined) return null;
  const { case: found, members } = live;
  const accounts = [...members.keys()];
  const hours = await store.rows<{ hour: number; exchanges: number }>(sql`
    SELECT toHour(time, 'UTC') AS hour, toUInt32(count()) AS exchanges FROM exchange
    WHERE has(${texts(accounts)}, account) GROUP BY hour`);
  const byHour = new Map(hours.map(({ hour, exchanges }) => [hour, exchanges]));
  const campaign = toldOf({
    id,
    accounts,
    exchanges: hours.reduce((sum, { exchanges }) => sum + exchanges, 0),
    first_seen: kept.first_seen,
    last_seen: kept.last_seen,
    confidence: found.confidence,
    verdicts: found.verdicts,
    capabilities: found.capabilities,
    evidence: found.evidence,
    hours: Array.from({ length: 24 }, (_, hour) => byHour.get(hour) ?? 0),
  });
  const window = { sinceMs: nowMs - signalDays * dayMs, untilMs: nowMs };
  const actions = await actionsAgainst(state.decisions, id, nowMs);
  return { campaign, signals: await campaignSignals(store, accounts, window), actions };
}
