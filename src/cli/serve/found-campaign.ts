import { campaignSignals } from "../../detect/leads/signals.ts";
import type { CampaignSignals } from "../../detect/leads/signals.ts";
import { isOpen } from "../../detect/watch/live-campaign.ts";
import type { LiveCampaign } from "../../detect/watch/live-campaign.ts";
import { dayMs } from "../../kit/time-units.ts";
import { toldOf } from "../../model/told-campaign.ts";
import type { LiveHere } from "../../share/intelligence/seen-here.ts";
import type { Watch } from "../../detect/watch/watch.ts";
import type { FoundCampaign } from "../../share/circle/proposals.ts";
import type { Store } from "../../store/engine.ts";
import { sql, texts } from "../../store/sql.ts";
import type { State } from "../../store/state/state.ts";
import { actionsAgainst } from "./actions-against.ts";

// Limits.
/** Live campaigns that are compared with what others say, those with most members: each is looked up in the log. */
const comparedMax = 50;

// Defaults.
/** What a campaign is known by is looked for in so many days, as many as the longest look sees. */
const signalDays = 16;

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
  const hours = await hoursOf(store, accounts);
  const campaign = toldOf({
    id,
    accounts,
    exchanges: hours.reduce((sum, exchanges) => sum + exchanges, 0),
    first_seen: kept.first_seen,
    last_seen: kept.last_seen,
    confidence: found.confidence,
    verdicts: found.verdicts,
    capabilities: found.capabilities,
    evidence: found.evidence,
    hours,
  });
  const actions = await actionsAgainst(state.decisions, id, nowMs);
  return { campaign, signals: await signalsOf(store, live, nowMs), actions };
}

/** Live campaigns that are confirmed, by what others could recognise them. */
export async function readLiveHere(
  { watch, store }: { readonly watch: Pick<Watch, "campaigns">; readonly store: Store },
  nowMs: number,
): Promise<LiveHere[]> {
  const confirmed = watch.campaigns
    .filter(isOpen)
    .toSorted((one, other) => other.members.size - one.members.size)
    .slice(0, comparedMax);
  const here: LiveHere[] = [];
  for (const campaign of confirmed) {
    const signals = await signalsOf(store, campaign, nowMs);
    const hours = await hoursOf(store, [...campaign.members.keys()]);
    here.push({ id: campaign.id, leads: campaign.case.leads, signals, hours });
  }
  return here;
}

/** Exchanges of the accounts by the hour of the day, UTC. */
async function hoursOf(store: Store, accounts: readonly string[]): Promise<number[]> {
  const hours = await store.rows<{ hour: number; exchanges: number }>(sql`
    SELECT toHour(time, 'UTC') AS hour, toUInt32(count()) AS exchanges FROM exchange
    WHERE has(${texts(accounts)}, account) GROUP BY hour`);
  const byHour = new Map(hours.map(({ hour, exchanges }) => [hour, exchanges]));
  return Array.from({ length: 24 }, (_, hour) => byHour.get(hour) ?? 0);
}

function signalsOf(store: Store, { members }: LiveCampaign, nowMs: number): Promise<CampaignSignals> {
  return campaignSignals(store, [...members.keys()], { sinceMs: nowMs - signalDays * dayMs, untilMs: nowMs });
}
