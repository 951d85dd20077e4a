import { isConfirmed } from "../../detect/watch/live-campaign.ts";
import type { LiveCampaign } from "../../detect/watch/live-campaign.ts";
import type { Watch } from "../../detect/watch/watch.ts";
import { UserError } from "../../kit/user-error.ts";
import { isTold } from "../../share/circle/own-word.ts";
import { formatKnown } from "../../share/circle/query-messages.ts";
import type { KnownOfIdentifier } from "../../share/circle/query-messages.ts";
import { canonicalIdentifier, identifierText } from "../../share/overlap/identifier.ts";
import type { Identifier } from "../../share/overlap/identifier.ts";
import type { SnapshotEntry } from "../../share/query/snapshot.ts";
import type { Store } from "../../store/engine.ts";
import { integer, sql, texts } from "../../store/sql.ts";
import type { State } from "../../store/state/state.ts";

// Limits.
/** Identifiers that are answered about: a snapshot of 55 MB. */
const identifiersMax = 100_000;

/** From which probability a verdict is told. */
const verdictMin = 0.5;

interface AnswerableOptions {
  readonly state: Pick<State, "campaigns" | "outbox">;
  readonly watch: Pick<Watch, "campaigns">;
  readonly store: Store;
}

/**
 * What other members may ask about blindly: means of payment and telephones of confirmed members of live campaigns, each with a coarse
 * verdict. Only of campaigns that a person has let out to the circle; and none that an account outside of the campaign holds, too. Networks
 * are left out, since honest neighbours are in them.
 */
export async function readAnswerable({ state, watch, store }: AnswerableOptions): Promise<SnapshotEntry[]> {
  const entries = new Map<string, SnapshotEntry>();
  for (const campaign of watch.campaigns) {
    const kept = await state.campaigns.find(campaign.id);
    if (kept === null || !(await isTold(state.outbox, campaign.id))) continue;
    const content = formatKnown(coarse(campaign, kept.last_seen));
    for (const identifier of await held(store, campaign)) {
      entries.set(identifierText(identifier), { identifier, content });
    }
    if (entries.size > identifiersMax) {
      throw new UserError(
        `more than ${identifiersMax} identifiers could be asked about`,
        "the snapshot of before stays until there are fewer: take back what was told of a large campaign",
      );
    }
  }
  return [...entries.values()];
}

function coarse({ case: { verdicts } }: LiveCampaign, lastSeen: string): KnownOfIdentifier {
  const names = ["coordinated", "extractive", "unauthorised"] as const;
  return { verdicts: names.filter((name) => verdicts[name] >= verdictMin), seen: lastSeen.slice(0, 7) };
}

/**
 * What a person may compare with another member's set, or offer one to compare with: the same of one live campaign, whether it was let out or
 * not. Null: there is none with this id.
 */
export async function readComparable(
  { watch, store }: Pick<AnswerableOptions, "watch" | "store">,
  id: string,
): Promise<Identifier[] | null> {
  const campaign = watch.campaigns.find((live) => live.id === id);
  return campaign === undefined ? null : held(store, campaign);
}

async function held(store: Store, { members }: LiveCampaign): Promise<Identifier[]> {
  const accounts = [...members].flatMap(([account, member]) => (isConfirmed(member) ? [account] : []));
  const found = await store.rows<{ kind: "payment" | "phone"; value: string }>(sql`
    SELECT pair.1 AS kind, pair.2 AS value
    FROM (SELECT account, arrayJoin([('payment', payment), ('phone', phone)]) AS pair FROM account_facts FINAL)
    WHERE value != '' GROUP BY kind, value
    HAVING countIf(has(${texts(accounts)}, account)) > 0 AND countIf(NOT has(${texts([...members.keys()])}, account)) = 0
    ORDER BY kind, value LIMIT ${integer(identifiersMax + 1)}`);
  return found.flatMap(({ kind, value }) => canonicalIdentifier(kind, value) ?? []);
}
