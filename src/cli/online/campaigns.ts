import { readPages } from "../../decide/desk/pages.ts";
import { isConfirmed } from "../../detect/watch/live-campaign.ts";
import type { LiveCampaign, LiveMember } from "../../detect/watch/live-campaign.ts";
import { fromMemory, memberMemoryOf, memoryOf } from "../../detect/watch/memory.ts";
import { mapInTurns } from "../../kit/turns.ts";
import type { State } from "../../store/state/state.ts";

// Limits.
/** Members of one campaign that are kept for the next start: some ten times as many as were ever disclosed. */
const keptMembersMaxDefault = 250_000;

/** Writes down what the watch knows, for the next start. */
export interface CampaignKeeper {
  /** Campaigns that are live no more are closed. @returns members that are not kept, since a campaign has too many. */
  keep(campaigns: readonly LiveCampaign[], nowMs: number): Promise<number>;
}

/** The campaigns that were live when the program ended. */
export async function readLiveCampaigns({ campaigns }: Pick<State, "campaigns">): Promise<LiveCampaign[]> {
  const known = await readPages((page) => campaigns.live(page));
  return Promise.all(
    known.map(async ({ id, memory }) => fromMemory(id, memory, await readPages((page) => campaigns.members(id, page)))),
  );
}

/**
 * Only members that changed are written. Where a campaign has more than are kept, those stay of whom most is known; the others are
 * found again by the next looks after a restart.
 *
 * @param known what is written down already, as `readLiveCampaigns` gave it.
 */
export function createCampaignKeeper(
  { campaigns: repository }: Pick<State, "campaigns">,
  known: readonly LiveCampaign[] = [],
  keptMembersMax = keptMembersMaxDefault,
): CampaignKeeper {
  const kept = new Map(known.map(({ id, members }) => [id, members]));

  async function write(campaign: LiveCampaign, members: ReadonlyMap<string, LiveMember>, now: string): Promise<void> {
    const earlier = await repository.find(campaign.id);
    // Somebody may have closed it meanwhile, and then nothing is kept of it.
    const before = earlier?.state === "live" ? kept.get(campaign.id) : undefined;
    const { confidence, verdicts, families, capabilities } = campaign.case;
    // A member that changes is a new value: what is the same object needs no look.
    const changed = [...members].filter(([account, member]) => before?.get(account) !== member);
    await repository.put(
      {
        id: campaign.id,
        state: "live",
        first_seen: earlier?.first_seen ?? now,
        last_seen: lastSeen(members, earlier?.first_seen ?? now, now),
        verdict: { confidence, verdicts, families: { ...families }, capabilities: [...capabilities] },
        memory: memoryOf(campaign),
      },
      {
        changed: await mapInTurns(changed, ([account, member]) => ({ account, memory: memberMemoryOf(member) })),
        gone: [...(before?.keys() ?? [])].filter((account) => !members.has(account)),
      },
    );
    kept.set(campaign.id, members);
  }

  return {
    async keep(campaigns, nowMs) {
      const now = new Date(nowMs).toISOString();
      const live = new Set(campaigns.map(({ id }) => id));
      let unkept = 0;
      for (const campaign of campaigns) {
        const members = firstOf(campaign.members, keptMembersMax);
        unkept += campaign.members.size - members.size;
        await write(campaign, members, now);
      }
      for (const { id } of await readPages((page) => repository.inState("live", page)))
        if (!live.has(id)) {
          await repository.close(id);
          kept.delete(id);
        }
      return unkept;
    },
  };
}

/** When a member of it was last seen at work, to a day; of one that is new no look has said it yet. */
function lastSeen(members: ReadonlyMap<string, LiveMember>, first: string, now: string): string {
  const seenMs = [...members.values()].reduce(
    (latest, member) => Math.max(latest, member.seenMs ?? Date.parse(now)),
    Date.parse(first),
  );
  return new Date(Math.min(seenMs, Date.parse(now))).toISOString();
}

/** The confirmed ones first, and the most suspect of them. */
function firstOf(members: ReadonlyMap<string, LiveMember>, membersMax: number): ReadonlyMap<string, LiveMember> {
  if (members.size <= membersMax) return members;
  const rank = (member: LiveMember): number => (isConfirmed(member) ? 1 : 0) + member.score / 2;
  return new Map([...members].toSorted(([, one], [, other]) => rank(other) - rank(one)).slice(0, membersMax));
}
