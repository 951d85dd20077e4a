import type { Handovers, SidesOfTime } from "./handovers.ts";
import type { HandedOver } from "./refusals.ts";
import type { Candidate } from "../candidates/candidates.ts";

/** What is counted of each task, to compare accounts with each other. */
export const FEATURE_KINDS = ["stream", "model", "params", "output", "hour", "topic", "intent", "release"] as const;
export type FeatureKind = (typeof FEATURE_KINDS)[number];

/**
 * Counts of tasks by value, one row per member, kept apart by half: half 0 to learn from, half 1 to judge on.
 *
 * - `stream`: the template that the task belongs to
 * - `model`, `params`: as requested; tools are parameters, too
 * - `output`: tokens returned, in powers of two
 * - `hour`: of the day, UTC, when the task began
 * - `topic`: content words, hashed into 64 bins (counts words, not tasks)
 * - `intent`: the set of intents that a task shows; tasks without any, or not looked through, are left out
 * - `release`: how long its model was out, where that is a week at most (see `releases.ts`); other tasks are left out
 */
export interface CountTable {
  readonly columns: number;
  readonly halves: readonly [readonly (readonly number[])[], readonly (readonly number[])[]];
}

/** Facts that the provider holds about an account; '' and null mean unknown. */
export interface MemberFacts {
  readonly createdMs: number | null;
  readonly organization: string;
  readonly emailDomain: string;
  readonly emailShape: string;
  readonly verified: boolean | null;
  readonly declaredUse: string;
}

export interface Member {
  readonly index: number;
  readonly account: string;
  /** All its exchanges and tasks, shared or not. */
  readonly exchanges: number;
  readonly tasks: number;
  /** Tasks that carry the candidate's signature, by half, and the exchanges they took. */
  readonly harvestTasks: readonly [number, number];
  readonly harvestExchanges: number;
  /** Harvest tasks of a single turn, and how many of them were asked more than once. */
  readonly singleTasks: number;
  readonly sampledTasks: number;
  /** Harvest tasks in which nobody ever answered back: one user message, however many tool calls, or what a script says after each answer. */
  readonly unattendedTasks: number;
  /** Mean tokens returned per harvest exchange; null if unknown. */
  readonly outputTokens: number | null;
  readonly firstMs: number;
  readonly lastMs: number;
  readonly activeDays: number;
  /** Harvest tasks by intent (bit order of the intent pack), with any, and how many were looked through for them. */
  readonly intents: readonly number[];
  readonly intentTasks: number;
  readonly lookedTasks: number;
  /** Harvest tasks whose answers can be recognised, how many of them are an end of a chain among the members, and how many of one that leads from member to member. */
  readonly answeredTasks: number;
  readonly chainedTasks: number;
  readonly crossedTasks: number;
  /** Requests of the judged halves that were refused, and those of them that came again at another member within the hour. */
  readonly refused: number;
  readonly resumed: number;
  /** Positions in `members` of those to whom, or from whom, a refused request of either half went. */
  readonly ties: readonly number[];
  readonly facts: MemberFacts | null;
}

/** How many tasks of the work a member did, in both halves. */
export const harvestOf = ({ harvestTasks: [forming, judging] }: Pick<Member, "harvestTasks">): number =>
  forming + judging;

/** Of all members together. */
export const totalOf = <Counted>(members: readonly Counted[], of: (member: Counted) => number): number =>
  members.reduce((total, member) => total + of(member), 0);

/** Shared tasks that show an intent, by its bit. */
export const askedFor = (members: readonly Pick<Member, "intents">[], bit: number): number =>
  totalOf(members, ({ intents }) => intents[bit] ?? 0);

/** Whether the provider was told anything of who a member is. */
export const isKnown = ({ facts }: Pick<Member, "facts">): boolean =>
  facts !== null && (facts.organization !== "" || facts.emailDomain !== "" || facts.verified !== null);

/** Whether a member goes by a name of which no check is known to have failed. */
export const isInTheOpen = ({ facts }: Pick<Member, "facts">): boolean =>
  facts !== null && facts.organization !== "" && facts.verified !== false;

/** Names that customers give themselves: openly shared, they speak of one customer, not of a hidden link. */
export const IDENTITY_KINDS = ["organization", "email_domain"] as const;
/** Traces that customers leave without meaning to. */
export const TRACE_KINDS = ["payment", "device", "phone", "signup_ip", "ip", "end_user"] as const;
export type TokenKind = (typeof IDENTITY_KINDS)[number] | (typeof TRACE_KINDS)[number];

/** Whether two members go by one name in the open: what the accounts of one customer share, such as his payment, is no hidden link. */
export function isOneCustomer(one: Pick<Member, "facts">, other: Pick<Member, "facts">): boolean {
  const name = one.facts?.organization ?? "";
  return name !== "" && name === other.facts?.organization;
}

/** An identifier or an address that some members share. */
export interface SharedToken {
  readonly kind: TokenKind;
  readonly token: string;
  /** Members that hold it (positions in `members`), and all accounts of the log that do. */
  readonly members: readonly number[];
  readonly accounts: number;
}

/** So many accounts under one name are a customer's. */
const customerAccountsMin = 3;

/** The names under which customers openly have several of the accounts. */
export const customersOf = (tokens: readonly SharedToken[]): SharedToken[] =>
  tokens.filter(({ kind, members }) => kind === "organization" && members.length >= customerAccountsMin);

/** Of time. */
export interface Span {
  readonly startedMs: number;
  readonly endedMs: number;
}

/** How many of an average member's items it has in common with another: what one queue deals out is not. */
export const inCommon = ({ shared, dealt }: Observation["fillings"]): number => shared - dealt;

/** Everything that the families look at. */
export interface Observation {
  readonly candidate: Candidate;
  readonly members: readonly Member[];
  readonly features: Readonly<Record<FeatureKind, CountTable>>;
  /**
   * Items (first messages) of the judged halves at each member; how many of an average member's stand at another as well; and of those
   * how many were asked at one time by a few, as samples of it that one queue deals out.
   */
  readonly fillings: { readonly items: number; readonly shared: number; readonly dealt: number };
  readonly tokens: readonly SharedToken[];
  /** Topics of what the members do besides, where that is a good part of it. */
  readonly besides: CountTable | null;
  /** Refused tasks that were asked at another member in whatever words, after the refusal or (by chance) before. */
  readonly handovers: Handovers;
  /** Refused requests that came again at another member word for word. */
  readonly handedOver: HandedOver;
  /** The member (position in `members`) of each harvest task in the order in which they began; the first of very many. */
  readonly order: readonly number[];
  /** Where traces brought the accounts together, and all that they do is looked at: when each of `order` began and ended. */
  readonly spans: readonly Span[] | null;
  /** Where there is no text: what came next to refused requests. */
  readonly sequels: SidesOfTime | null;
  /** Accounts in the log, how many of them carry at least one token of each kind, and the share of its tasks in which somebody answers back. */
  readonly world: {
    readonly accounts: number;
    readonly holders: Readonly<Record<TokenKind, number>>;
    readonly answeredBack: number;
  };
}
