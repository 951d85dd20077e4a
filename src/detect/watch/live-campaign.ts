import { createHash } from "node:crypto";
import { dayMs } from "../../kit/time-units.ts";
import type { Evidence, Family, Verdicts } from "../../model/report.ts";
import type { LeadName } from "../leads/lead.ts";
import { tasksMin } from "../tasks/tasks.ts";
import type { CampaignMarks } from "./likelihood.ts";
import { memoryMs } from "./schedule.ts";

/*
 * What is remembered of a campaign from look to look. One look may be wrong, and looks are many: whom one convicts waits for a
 * second to agree before anything follows. Accounts leave when two looks in a row have seen at least as much of them and do not
 * count them in.
 */

/** On what somebody is accused. */
interface Grounds {
  /** log10 of the e-value by family. */
  readonly families: Readonly<Partial<Record<Family, number>>>;
  readonly evidence: readonly Evidence[];
}

/** What a campaign was found to be when it was last looked at. */
export interface CampaignCase extends Grounds {
  readonly confidence: number;
  readonly verdicts: Verdicts;
  readonly capabilities: readonly string[];
  /** Of other providers: what drew attention to it. */
  readonly leads: readonly LeadName[];
  /** Nothing but leads drew attention to it, and of none of them more is permitted than to look. */
  readonly restricted: boolean;
}

export interface LiveMember {
  readonly joined: "convicted" | "later";
  /** It joined by itself, or a look has convicted it in whose finding no lead of others had a part. */
  readonly alone: boolean;
  /** Looks that have convicted it. */
  readonly looks: number;
  /** Looks in a row, up to the last, that have seen as much of it and did not count it in. */
  readonly missed: number;
  /** The most of its tasks that spoke for it at one time: what a look must have seen to say otherwise. */
  readonly tasks: number;
  readonly harvest: { readonly tasks: number; readonly share: number };
  /** 0 to 1. */
  readonly score: number;
  /** The end of the last look at which it was at work, to a day; null until the next look. */
  readonly seenMs: number | null;
  /** What it has shown itself, if it joined later; the others stand on the campaign's case. */
  readonly own: Grounds | null;
}

export interface LiveCampaign {
  readonly id: string;
  readonly case: CampaignCase;
  readonly members: ReadonlyMap<string, LiveMember>;
  /** What newcomers are known by; null until it is learnt. */
  readonly marks: CampaignMarks | null;
}

/** A campaign as one look found it. */
export interface FoundCampaign {
  readonly case: CampaignCase;
  readonly members: ReadonlyMap<string, LiveMember>;
}

export interface Assimilated {
  readonly campaigns: readonly LiveCampaign[];
  /** Ids of those that this look found. */
  readonly seen: ReadonlySet<string>;
  /** Confirmed members that are members no more, with the campaign that they were in. */
  readonly released: readonly { readonly account: string; readonly campaign: LiveCampaign }[];
}

/** A found campaign is one that is known where it has this share of the smaller of both. */
const sameShareMin = 0.5;
/** Looks that must agree before anything follows from them, or is undone. */
const looksRequired = 2;
/** What a look must have seen of an account, as a share of what spoke for it, to take it out. Windows slide: not quite all. */
const overrulingTasksShare = 0.8;
/** And where it did not see the campaign of an account that several looks have convicted. */
const unseenTasksFactor = 2;

/** Whether anything may follow for a member. */
export const isConfirmed = (member: LiveMember): boolean => member.joined === "later" || member.looks >= looksRequired;

/** Whether accounts may join it by their own evidence. */
export const isOpen = (campaign: Pick<LiveCampaign, "members">): boolean =>
  [...campaign.members.values()].some((member) => member.looks >= looksRequired);

/** Whether anybody whom a look could see waits for a second one to agree. */
export const hasUnconfirmed = ({ members }: LiveCampaign, tasks: Seen["tasks"]): boolean =>
  [...members].some(([account, member]) => !isConfirmed(member) && tasks.has(account));

/** What a look could see. */
export interface Seen {
  /** All tasks in the window of each account that was looked at and asked anything. */
  readonly tasks: ReadonlyMap<string, number>;
  /** Whether every account was looked at. */
  readonly isWhole: boolean;
}

/**
 * Brings what a look found together with what is known. A campaign keeps its id; where two turn out to be one, the older id
 * stays.
 *
 * @param day of the look, ISO: part of the ids of campaigns that are new.
 */
export function assimilate(
  known: readonly LiveCampaign[],
  found: readonly FoundCampaign[],
  { tasks, isWhole }: Seen,
  day: string,
): Assimilated {
  const campaigns: (Omit<LiveCampaign, "case" | "members"> & {
    case: CampaignCase;
    members: Map<string, LiveMember>;
  })[] = known.map((campaign) => ({ ...campaign, members: new Map(campaign.members) }));
  const seen = new Set<string>();
  for (const one of found) {
    const same = campaigns.filter((campaign) => isSame(campaign.members, one.members, tasks));
    const [first] = same;
    const host = first ?? { id: idOf(one, day), case: one.case, members: new Map<string, LiveMember>(), marks: null };
    if (first === undefined) campaigns.push(host);
    for (const other of same.slice(1)) {
      for (const [account, member] of other.members) host.members.set(account, member);
      campaigns.splice(campaigns.indexOf(other), 1);
    }
    for (const [account, member] of one.members) {
      host.members.set(account, confirm(host.members.get(account), member));
      for (const campaign of campaigns) if (campaign !== host) campaign.members.delete(account);
    }
    host.case = one.case;
    seen.add(host.id);
  }
  const convicted = new Set(found.flatMap((one) => [...one.members.keys()]));
  const released: { account: string; campaign: LiveCampaign }[] = [];
  for (const campaign of campaigns)
    for (const [account, member] of campaign.members) {
      // A campaign of which some of the members were looked at may not have shown in them, which says nothing of any of them.
      if (convicted.has(account) || (!isWhole && !seen.has(campaign.id))) continue;
      if (!isOverruled(member, tasks.get(account) ?? 0, seen.has(campaign.id))) continue;
      const missed = member.missed + 1;
      if (isConfirmed(member) && missed < looksRequired) campaign.members.set(account, { ...member, missed });
      else {
        campaign.members.delete(account);
        if (isConfirmed(member)) released.push({ account, campaign });
      }
    }
  return { campaigns: campaigns.filter((campaign) => campaign.members.size > 0), seen, released };
}

/**
 * What is remembered of campaigns after a look, to `untilMs`. Members who have asked nothing for as long as exchanges are looked at are
 * forgotten, and with the last of them their campaign: nothing that spoke for it is left, and newcomers are not to be judged by it. Nobody
 * is told of that; what was decided about them ends by itself.
 */
export function forgetSilent(
  campaigns: readonly LiveCampaign[],
  isAtWork: (account: string) => boolean,
  untilMs: number,
): LiveCampaign[] {
  const remembered = campaigns.map((campaign) => {
    const members = new Map<string, LiveMember>();
    for (const [account, member] of campaign.members) {
      const silentMs = untilMs - (member.seenMs ?? Infinity);
      // Once a day is enough, since a member that changes is written down; and the clock may have been ahead.
      if (silentMs < 0 || (silentMs >= dayMs && isAtWork(account)))
        members.set(account, { ...member, seenMs: untilMs });
      else if (silentMs <= memoryMs) members.set(account, member);
    }
    return { ...campaign, members };
  });
  return remembered.filter(({ members }) => members.size > 0);
}

/** Whether what was found is a campaign that is known. Only members that the look could see count: others may have been banned before. */
export function isSame(
  members: ReadonlyMap<string, LiveMember>,
  found: ReadonlyMap<string, LiveMember>,
  tasks: ReadonlyMap<string, number>,
): boolean {
  let active = 0;
  let common = 0;
  for (const account of members.keys()) {
    if (tasks.has(account)) active += 1;
    if (found.has(account)) common += 1;
  }
  return common > 0 && common >= sameShareMin * Math.min(active, found.size);
}

/**
 * Whether a look that does not count a member in says something by that. An account that joined later did so because of the
 * campaign: where that was not to be seen, it does not; nor about an account that has asked too little to be told from anybody.
 */
function isOverruled(member: LiveMember, tasks: number, campaignSeen: boolean): boolean {
  if (isConfirmed(member) && tasks < tasksMin) return false;
  if (campaignSeen || !isConfirmed(member)) return tasks >= overrulingTasksShare * member.tasks;
  return member.joined === "convicted" && tasks >= unseenTasksFactor * member.tasks;
}

function confirm(before: LiveMember | undefined, now: LiveMember): LiveMember {
  return before === undefined
    ? now
    : {
        ...now,
        alone: before.alone || now.alone,
        looks: before.looks + 1,
        tasks: Math.max(before.tasks, now.tasks),
      };
}

/** Told apart by the day and by who was found first: the same log gives the same ids, and no counter has to be kept. */
function idOf(found: FoundCampaign, day: string): string {
  const members = JSON.stringify([...found.members.keys()].sort());
  return `C-${day}-${createHash("sha256").update(members).digest("hex").slice(0, 6)}`;
}
