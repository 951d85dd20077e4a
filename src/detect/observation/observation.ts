import type { CountTable, FeatureKind } from "./count-table.ts";
import type { Handovers, SidesOfTime } from "./handovers.ts";
import type { HandedOver } from "./refusals.ts";
import type { TokenKind } from "./token-kinds.ts";
import type { Candidate } from "../candidates/candidate.ts";

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
