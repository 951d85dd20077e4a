import type { Clock } from "../../kit/clock.ts";
import { shuffled } from "../../kit/secure-random.ts";
import type { SecureRandom } from "../../kit/secure-random.ts";
import { UserError } from "../../kit/user-error.ts";
import type { OverlapSessions } from "../../store/state/overlap-sessions.ts";
import { inTurns } from "../group/in-turns.ts";
import { MalformedElementError } from "../group/ristretto255.ts";
import type { Ristretto255 } from "../group/ristretto255.ts";
import { identifierText } from "./identifier.ts";
import type { Identifier } from "./identifier.ts";
import {
  OverlapRefusedError,
  elementDomain,
  overlapVersion,
  packElements,
  parseBlinded,
  parseDoublyBlinded,
  parseHello,
  sessionOf,
  setCommitment,
  setSizeMax,
  unpackElements,
} from "./messages.ts";
import type { OverlapBlinded, OverlapDoublyBlinded, OverlapHello, OverlapMessage } from "./messages.ts";

// Limits.
/** With one peer within 24 hours. Who may ask often enough finds out a set by trying. */
const sessionsPerDayMax = 4;
const identifiersPerDayMax = 100_000;

const saltBytes = 32;
const nonceBytes = 32;

/** The way to the peer, which it authenticates. Both fail once the session's signal is given, and bound what they take. */
export interface OverlapChannel {
  send(message: OverlapMessage): Promise<void>;
  receive(): Promise<unknown>;
}

/** Where commitments are made public before a session. */
export interface CommitmentLog {
  /** Resolves, with a proof, once the commitment is in the log for good. */
  append(member: string, commitment: Uint8Array): Promise<string>;
  /** Whether the proof shows that this member's commitment is in the log. */
  holds(member: string, commitment: Uint8Array, proof: string): Promise<boolean>;
}

export interface OverlapParty {
  readonly group: Ristretto255;
  readonly random: SecureRandom;
  readonly clock: Clock;
  readonly log: CommitmentLog;
  /** Remembers sessions, for budgets and against replays. */
  readonly sessions: OverlapSessions;
  readonly self: string;
  readonly peer: string;
  /** The initiator sends first, in each of three turns. */
  readonly role: "initiator" | "responder";
}

/** What both learn, and what only this side keeps: the salt with which it can open its commitment. */
export interface Overlap {
  readonly common: readonly Identifier[];
  readonly peerSize: number;
  readonly session: string;
  readonly salt: Uint8Array;
}

/**
 * Private set intersection by Diffie-Hellman (Meadows 1986; Huberman, Franklin and Hogg 1999) over ristretto255, mutual: both members
 * learn which identifiers both have, and how many the other has. It is safe against a peer that keeps to the protocol; what one
 * that doesn't can do stands in docs/overlap.md. Throws an `OverlapRefusedError` where the peer departs from it, a `UserError` where
 * the set can't be used. Neither names an identifier.
 */
export async function findOverlap(
  party: OverlapParty,
  channel: OverlapChannel,
  identifiers: readonly Identifier[],
): Promise<Overlap> {
  const { group, random } = party;
  const set = shuffled(distinct(identifiers), random);
  const salt = random.bytes(saltBytes);
  const own = await greeting(party, setCommitment(salt, set), set.length);
  const exchange = turns(party, channel);

  const theirs = await exchange(own, async (message) => {
    const hello = parseHello(message);
    await admit(party, own, hello);
    return hello;
  });
  const session = party.role === "initiator" ? sessionOf(own, theirs) : sessionOf(theirs, own);
  const frame = { version: overlapVersion, session: session.toString("base64") } as const;

  const scalar = group.randomScalar(random);
  try {
    const blinded = await inTurns(set, (identifier) => {
      const message = Buffer.concat([session, Buffer.from(identifierText(identifier))]);
      return group.multiply(scalar, group.hashToElement(elementDomain, message));
    });
    const peerDoubly = await exchange({ kind: "blinded", ...frame, elements: packElements(blinded) }, (message) => {
      const elements = elementsOf(parseBlinded(message), frame.session, theirs.size);
      refuseReflected(blinded, elements);
      return inTurns(elements, (element) => group.multiply(scalar, element));
    });
    const ownDoubly = await exchange(
      { kind: "doubly-blinded", ...frame, elements: packElements(peerDoubly) },
      async (message) => elementsOf(parseDoublyBlinded(message), frame.session, set.length),
    );
    const peerHas = new Set(peerDoubly.map(key));
    const common = set.filter((_, i) => peerHas.has(key(ownDoubly[i]!)));
    return { common, peerSize: theirs.size, session: frame.session, salt };
  } catch (error) {
    if (error instanceof MalformedElementError) throw new OverlapRefusedError("element", { cause: error });
    throw error;
  } finally {
    group.destroy(scalar);
  }
}

async function greeting(party: OverlapParty, commitment: Uint8Array, size: number): Promise<OverlapHello> {
  return {
    kind: "hello",
    version: overlapVersion,
    from: party.self,
    to: party.peer,
    nonce: Buffer.from(party.random.bytes(nonceBytes)).toString("base64"),
    size,
    commitment: Buffer.from(commitment).toString("base64"),
    proof: await party.log.append(party.self, commitment),
  };
}

/** Everything that can be refused is refused before an element goes out. */
async function admit(party: OverlapParty, own: OverlapHello, theirs: OverlapHello): Promise<void> {
  if (theirs.from !== party.peer || theirs.to !== party.self) throw new OverlapRefusedError("addressee");
  if (theirs.size > setSizeMax) throw new OverlapRefusedError("too-large");
  const commitment = Buffer.from(theirs.commitment, "base64");
  if (!(await party.log.holds(party.peer, commitment, theirs.proof))) throw new OverlapRefusedError("not-logged");
  const verdict = await party.sessions.admit(
    { peer: party.peer, nonce: theirs.nonce, own_size: own.size, peer_size: theirs.size },
    { sessionsMax: sessionsPerDayMax, identifiersMax: identifiersPerDayMax },
    party.clock.nowMs(),
  );
  if (verdict !== "admitted") throw new OverlapRefusedError(verdict);
}

/**
 * Sends one message and takes one, in the order that the role says: as a request and its answer. The responder answers only what
 * it has checked.
 */
function turns({ role }: OverlapParty, channel: OverlapChannel) {
  return async <T>(message: OverlapMessage, check: (received: unknown) => Promise<T>): Promise<T> => {
    if (role === "initiator") await channel.send(message);
    const checked = await check(await channel.receive());
    if (role === "responder") await channel.send(message);
    return checked;
  };
}

function elementsOf(message: OverlapBlinded | OverlapDoublyBlinded, session: string, count: number): Uint8Array[] {
  if (message.session !== session) throw new OverlapRefusedError("session");
  return unpackElements(message.elements, count);
}

/**
 * The responder sees the initiator's elements before it sends its own: to send them back would pass for a set that is all in
 * common.
 */
function refuseReflected(sent: readonly Uint8Array[], received: readonly Uint8Array[]): void {
  const own = new Set(sent.map(key));
  if (received.some((element) => own.has(key(element)))) throw new OverlapRefusedError("reflected");
}

function distinct(identifiers: readonly Identifier[]): Identifier[] {
  const set = [...new Map(identifiers.map((identifier) => [identifierText(identifier), identifier])).values()];
  if (set.length === 0) throw new UserError("there are no identifiers to compare", "give one at least");
  if (set.length > setSizeMax) {
    throw new UserError(
      `${set.length} identifiers are more than a session may have`,
      `give ${setSizeMax} at most: those of the campaigns that the peer was asked about`,
    );
  }
  return set;
}

function key(element: Uint8Array): string {
  return Buffer.from(element).toString("base64");
}
