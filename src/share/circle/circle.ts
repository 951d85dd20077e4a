import type { IncomingMessage, ServerResponse } from "node:http";
import { randomUUID } from "node:crypto";
import type { Dispatcher } from "undici";
import type { Clock } from "../../kit/clock.ts";
import type { Random } from "../../kit/random.ts";
import type { SecureRandom } from "../../kit/secure-random.ts";
import { UserError } from "../../kit/user-error.ts";
import type { Flow } from "../../model/sharing.ts";
import type { Wait } from "../../kit/wait.ts";
import type { State } from "../../store/state/state.ts";
import { openLog } from "../log/log.ts";
import type { TransparencyLog } from "../log/log.ts";
import { witness } from "../log/witness.ts";
import { loadRistretto255 } from "../group/ristretto255.ts";
import type { Identifier } from "../overlap/identifier.ts";
import { openEpochs } from "../query/epoch-file.ts";
import type { SnapshotEntry } from "../query/snapshot.ts";
import type { MemberSigner } from "../sign/member-keys.ts";
import { createTaxiiServer } from "../taxii/server/server.ts";
import type { FaultOf } from "../taxii/server/submissions.ts";
import type { TaxiiServer } from "../taxii/server/server.ts";
import { dispatchReleased, readersOf } from "./dispatch.ts";
import { createInbox, faultOfHandedIn } from "./inbox.ts";
import type { Inbox, Intelligence } from "./inbox.ts";
import { createCircleListener } from "./listener.ts";
import { readMembers } from "./members.ts";
import type { CircleMember, Members } from "./members.ts";
import { openLogKeys, openSigner, readCircleKeys } from "./own-keys.ts";
import type { OverlapLimits } from "./comparisons.ts";
import { createOverlaps } from "./overlaps.ts";
import type { Overlaps } from "./overlaps.ts";
import { createProposals } from "./proposals.ts";
import type { Proposals } from "./proposals.ts";
import { flowOfCollection } from "./flows.ts";
import { cosignLog, pollMembers, pushToMembers, takeHandedIn, throughMembers } from "./exchange.ts";
import { lookUp } from "./look-up.ts";
import { askCount } from "./count-client.ts";
import type { CountedAccounts, CountQuestion } from "./count-messages.ts";
import { createCountService } from "./count-service.ts";
import { askMember } from "./query-client.ts";
import type { KnownOfIdentifier } from "./query-messages.ts";
import { createQueryService } from "./query-service.ts";
import type { QueryService } from "./query-service.ts";
import { siteOf } from "./site.ts";
import { memberTransport } from "./transport.ts";

export interface CircleSettings {
  /** Our name in the members' file. */
  readonly self: string;
  readonly membersFile: string;
  readonly signingKeyFile: string;
  readonly logKeyFile: string;
  readonly circleKeysFile: string;
  readonly logFolder: string;
  /** Of the present epoch of blind queries; made where it is not there. */
  readonly queryKeyFile: string;
  /** How others reach the listener, with its trailing slash. */
  readonly publicUrl: string;
  /** Names; null: all members that have a URL. */
  readonly pollFrom: readonly string[] | null;
  readonly pushTo: readonly string[];
  readonly witnesses: readonly string[];
  /** How much is compared with one member. */
  readonly overlap: OverlapLimits;
}

export interface CircleOptions {
  readonly settings: CircleSettings;
  readonly state: State;
  readonly intelligence: Intelligence;
  /** What members with the role may ask about blindly. */
  readonly answers: (nowMs: number) => Promise<readonly SnapshotEntry[]>;
  /** What members with the role may ask a count of: the true number. */
  readonly accountsIn: (question: CountQuestion) => Promise<number>;
  /** For requests to others, where the machine's own way is not the one. */
  readonly dispatcher: Dispatcher | null;
  readonly clock: Clock;
  readonly random: SecureRandom;
  /** Spreads repeated requests in time. */
  readonly jitter: Random;
  readonly wait: Wait;
  readonly signal: AbortSignal;
  readonly onFailure: (error: unknown) => void;
}

export interface CircleRound {
  readonly sent: number;
  readonly pushed: number;
  readonly received: number;
}

/** Our part in a circle of providers. */
export interface Circle {
  /** Answers a request of the circle's listener. */
  readonly handle: (request: IncomingMessage, response: ServerResponse) => void;
  readonly proposals: Proposals;
  /** Names of the members that what goes this way reaches directly. */
  readonly recipients: (flow: Flow) => readonly string[];
  /** The name of the member with this id; the id where there is none. */
  readonly nameOf: (id: string) => string;
  /** What another member knows of identifiers: see `askMember`. */
  readonly ask: (member: string, identifiers: readonly Identifier[]) => Promise<readonly (KnownOfIdentifier | null)[]>;
  /** How many accounts another member has in campaigns: see `askCount`. */
  readonly count: (member: string, question: CountQuestion) => Promise<CountedAccounts>;
  readonly overlaps: Overlaps;
  /**
   * Reads the members' file anew, sends what was released, has the log cosigned, hands on what is to be handed on, reads what others
   * have, and looks that up in their logs. What fails is told, and tried again with the next round; one member that fails stops no other.
   */
  round(): Promise<CircleRound>;
  close(): Promise<void>;
}

/** What changes with the members' file. */
interface Standing {
  readonly members: Members;
  readonly self: CircleMember;
  readonly signer: MemberSigner;
  readonly taxii: TaxiiServer;
}

/** Throws a `UserError` where the files do not go together. */
export async function openCircle(options: CircleOptions): Promise<Circle> {
  const { settings, state, intelligence, clock, onFailure } = options;
  let standing = standingOf(options, readMembers(settings.membersFile));
  const keys = openLogKeys(settings.logKeyFile, standing.self);
  const circleKeys = readCircleKeys(settings.circleKeysFile);
  const log = await openLog(settings.logFolder, keys.log);
  const members = (): Members => standing.members;
  const inbox = createInbox({ state, intelligence, members, self: standing.self.id, clock });
  const queries = createQueryService({
    group: await loadRistretto255(),
    epochAt: openEpochs(settings.queryKeyFile, options.random),
    signer: keys.snapshots,
    quotas: state.quotas,
    entries: options.answers,
    random: options.random,
    clock,
  });
  const memberNamed = (name: string): CircleMember => {
    const member = standing.members.find(name);
    if (member !== null && member.id !== standing.self.id) return member;
    throw new UserError(`there is no other member ${name}`);
  };
  const asking = () => ({ ...options, transport: transportOf(options, standing) });
  const comparing = createOverlaps({
    ...options,
    log,
    cosigner: keys.cosigner,
    self: () => standing.self,
    witnesses: () => witnessesOf(settings, standing),
    limits: settings.overlap,
    memberNamed,
    transport: () => transportOf(options, standing),
  });
  const renew = async (): Promise<void> => {
    const next = readMembers(settings.membersFile);
    if (next.digest === standing.members.digest) return;
    const before = standing;
    standing = standingOf(options, next);
    await before.taxii.close();
  };
  return {
    handle: createCircleListener({
      members,
      taxii: () => standing.taxii,
      logFolder: settings.logFolder,
      services: [queries, createCountService({ ...options, disclosures: state.disclosures }), comparing.service],
      witness: witness(keys.cosigner, state.witnessed, clock),
      clock,
      onFailure,
    }),
    proposals: createProposals({
      state,
      self: () => standing.self,
      circleKeys,
      newItemId: randomUUID,
    }),
    recipients: (flow) => recipientsOf(standing, settings.pushTo, flow),
    nameOf: (id) => standing.members.find(id)?.name ?? id,
    ask: async (name, identifiers) => askMember(asking(), memberNamed(name), identifiers),
    count: async (name, question) => askCount(asking(), memberNamed(name), question),
    overlaps: comparing.overlaps,
    async round() {
      await comparing.service.expire();
      await told(onFailure, undefined, renew);
      await told(onFailure, undefined, () => renewSnapshot(queries, standing));
      return exchange(options, standing, log, inbox);
    },
    async close() {
      await comparing.close();
      await standing.taxii.close();
      await log.close();
    },
  };
}

/** The log and the ledger only grow; and who could remove an object could remove a retraction before others have read it. */
const keptBecause = "what was said stays here: take back what you have said with a revoked version of it";

/** Throws a `UserError` where a start would, because of the files: they are read, and nothing is opened or made. */
export function checkCircleFiles(settings: CircleSettings, nowMs: number): void {
  const { self } = ourselves(settings, readMembers(settings.membersFile), nowMs);
  openLogKeys(settings.logKeyFile, self);
  readCircleKeys(settings.circleKeysFile);
}

function ourselves(settings: CircleSettings, members: Members, nowMs: number): Pick<Standing, "self" | "signer"> {
  const memberNamed = (name: string): CircleMember => {
    const member = members.find(name);
    if (member !== null) return member;
    throw new UserError(`there is no ${name} in ${settings.membersFile}`, "name a member of the circle, or enter it");
  };
  for (const name of [...(settings.pollFrom ?? []), ...settings.pushTo, ...settings.witnesses]) {
    if (memberNamed(name).url === null) throw new UserError(`${name} has no url in ${settings.membersFile}`);
  }
  const self = memberNamed(settings.self);
  return { self, signer: openSigner(settings.signingKeyFile, self, nowMs) };
}

function standingOf(options: CircleOptions, members: Members): Standing {
  const { settings, state, clock, onFailure } = options;
  const { self, signer } = ourselves(settings, members, clock.nowMs());
  const site = siteOf(members, self, settings.publicUrl);
  const faultOf: FaultOf = (user, collection, object) => {
    const flow = flowOfCollection(collection);
    return flow === null ? "there is no such flow" : faultOfHandedIn(user, flow, object, members);
  };
  const taxii = createTaxiiServer({ site, state, clock, faultOf, keptBecause, onFailure });
  return { members, self, signer, taxii };
}

function transportOf(
  { random, clock, dispatcher }: CircleOptions,
  { signer }: Pick<Standing, "signer">,
): ReturnType<typeof memberTransport> {
  return memberTransport({ signer, random, clock, dispatcher });
}

/** Whose cosignatures we ask for: others', since a log is no witness of itself. */
function witnessesOf(
  { witnesses }: CircleSettings,
  { members, self }: Pick<Standing, "members" | "self">,
): CircleMember[] {
  const named = new Set(witnesses.flatMap((name) => members.find(name) ?? []));
  return [...named].filter(({ id }) => id !== self.id);
}

/** Where nobody may ask, nothing is made ready to be asked about. */
async function renewSnapshot(queries: QueryService, { members, self }: Standing): Promise<void> {
  if (members.list.some(({ id, roles }) => id !== self.id && roles.has("query"))) await queries.renew();
}

function recipientsOf({ members, self }: Standing, pushTo: readonly string[], flow: Flow): string[] {
  return [...new Set([...readersOf(members, self, flow), ...pushTo])];
}

async function exchange(
  options: CircleOptions,
  { members, self, signer }: Standing,
  log: TransparencyLog,
  inbox: Inbox,
): Promise<CircleRound> {
  const { settings, state, clock, random, onFailure, signal } = options;
  const transport = transportOf(options, { signer });
  const named = (names: readonly string[]): CircleMember[] => names.flatMap((name) => members.find(name) ?? []);
  const witnesses = witnessesOf(settings, { members, self });
  const others = members.list.filter(({ id, url }) => id !== self.id && url !== null);
  const way = { ...options, random: options.jitter, transport, inbox };
  const dispatching = { state, log, signer, self, members, pushTo: settings.pushTo, random, clock };
  const sent = await told(onFailure, 0, () => dispatchReleased(dispatching));
  await cosignLog({ log, transport, signal, onFailure }, witnesses);
  const pushed = await pushToMembers(way, named(settings.pushTo));
  const handedIn = await told(onFailure, 0, () => takeHandedIn(way, self));
  const polled = await pollMembers(way, settings.pollFrom === null ? others : named(settings.pollFrom));
  const lookingUp = { commitments: state.receivedCommitments, witnesses, transport, signal, clock };
  await throughMembers(others, onFailure, (member) => lookUp(lookingUp, member));
  return { sent, pushed, received: handedIn + polled };
}

/** What `work` resolves to; where it fails, that is told, and `otherwise` is it. */
async function told<T>(onFailure: (error: unknown) => void, otherwise: T, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    onFailure(error);
    return otherwise;
  }
}
