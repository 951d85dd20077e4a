import { shuffled } from "../../kit/secure-random.ts";
import type { SecureRandom } from "../../kit/secure-random.ts";
import { UserError } from "../../kit/user-error.ts";
import type { OverlapBudget, OverlapSession } from "../../store/state/overlap-sessions.ts";
import { mapInTurns } from "../../kit/turns.ts";
import { MalformedElementError } from "../group/ristretto255.ts";
import type { SessionScalar } from "../group/session-scalar.ts";
import { identifierText } from "./identifier.ts";
import type { Identifier } from "./identifier.ts";
import {
  OverlapRefusedError,
  elementDomain,
  elementKey,
  overlapVersion,
  packElements,
  parseBlinded,
  parseDoublyBlinded,
  parseHello,
  sessionOf,
  setCommitment,
  unpackElements,
} from "./messages.ts";
import type { OverlapBlinded, OverlapDoublyBlinded, OverlapHello, OverlapMessage, OverlapRefusal } from "./messages.ts";

// Limits.
/** With one peer within 24 hours. Who may ask often enough finds out a set by trying. */
export const overlapBudgetMax: OverlapBudget = { sessionsMax: 4, identifiersMax: 100_000 };

const saltBytes = 32;
const nonceBytes = 32;

/** The way to the peer, which it authenticates. Both fail once the session's signal is given, and bound what they take. */
export interface OverlapChannel {
  send(message: OverlapMessage): Promise<void>;
  receive(): Promise<unknown>;
}

export type CommitmentFault = Extract<OverlapRefusal, "not-logged" | "unwitnessed" | "other-past">;

/** Where commitments are made public before a session. */
export interface CommitmentLog {
  /** Resolves, with a proof, once the commitment is in our log for good, and its witnesses have seen it. */
  append(member: string, commitment: Uint8Array): Promise<string>;
  /** Why the proof does not show well enough that the other's commitment is in its log; null: it does. */
  fault(member: string, commitment: Uint8Array, proof: string): Promise<CommitmentFault | null>;
}

export interface OverlapParty {
  /** See `drawSessionScalar`. */
  readonly drawScalar: () => Promise<SessionScalar>;
  readonly random: SecureRandom;
  readonly log: CommitmentLog;
  /**
   * Remembers the session, against replays and for the budget of the pair. Throws an `OverlapRefusedError` where it goes no further.
   * Nothing that hangs on our set but its size and the commitment has left by then.
   */
  readonly admit: (session: OverlapSession) => Promise<void>;
  /** Identifiers that either side may put in; at most as many as the protocol allows. */
  readonly setSizeMax: number;
  readonly self: string;
  readonly peer: string;
  /** The initiator sends first, in each of three turns. */
  readonly role: "initiator" | "responder";
}

/** What both learn, and what only this side keeps: the salt with which it can open its commitment. */
export interface Overlap {
  readonly common: readonly Identifier[];
  readonly session: Uint8Array;
  /** The set as it was put in. */
  readonly set: readonly Identifier[];
  readonly salt: Uint8Array;
  readonly own: OverlapHello;
  readonly theirs: OverlapHello;
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
  const set = shuffled(distinct(identifiers, party.setSizeMax), party.random);
  const salt = party.random.bytes(saltBytes);
  const { own, theirs } = await greet(party, channel, await setCommitment(salt, set), set.length);
  const session = party.role === "initiator" ? sessionOf(own, theirs) : sessionOf(theirs, own);
  const frame = { version: overlapVersion, session: session.toString("base64") } as const;
  const exchange = turns(party, channel);

  const scalar = await party.drawScalar();
  try {
    const messages = await mapInTurns(set, (identifier) =>
      Buffer.concat([session, Buffer.from(identifierText(identifier))]),
    );
    const blinded = await scalar.blind(elementDomain, messages);
    const peerDoubly = await exchange({ kind: "blinded", ...frame, elements: packElements(blinded) }, (message) => {
      const elements = elementsOf(parseBlinded(message), frame.session, theirs.size);
      refuseReflected(blinded, elements);
      return scalar.multiply(elements);
    });
    const ownDoubly = await exchange(
      { kind: "doubly-blinded", ...frame, elements: packElements(peerDoubly) },
      async (message) => elementsOf(parseDoublyBlinded(message), frame.session, set.length),
    );
    const peerHas = new Set(peerDoubly.map(elementKey));
    const common = set.filter((_, i) => peerHas.has(elementKey(ownDoubly[i]!)));
    return { common, session, set, salt, own, theirs };
  } catch (error) {
    if (error instanceof MalformedElementError) throw new OverlapRefusedError("element", { cause: error });
    throw error;
  } finally {
    await scalar.destroy();
  }
}

/** The first turn. Everything that can be refused is refused before an element goes out. */
async function greet(
  party: OverlapParty,
  channel: OverlapChannel,
  commitment: Uint8Array,
  size: number,
): Promise<{ readonly own: OverlapHello; readonly theirs: OverlapHello }> {
  if (party.role === "initiator") {
    const own = await greeting(party, commitment, size);
    await channel.send(own);
    return { own, theirs: await admitted(party, size, await channel.receive()) };
  }
  const theirs = await admitted(party, size, await channel.receive());
  // Not before: who is refused leaves nothing in the log.
  const own = await greeting(party, commitment, size);
  await channel.send(own);
  return { own, theirs };
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

async function admitted(party: OverlapParty, ownSize: number, message: unknown): Promise<OverlapHello> {
  const theirs = parseHello(message);
  if (theirs.from !== party.peer || theirs.to !== party.self) throw new OverlapRefusedError("addressee");
  if (theirs.size > party.setSizeMax) throw new OverlapRefusedError("too-large");
  const commitment = Buffer.from(theirs.commitment, "base64");
  const fault = await party.log.fault(party.peer, commitment, theirs.proof);
  if (fault !== null) throw new OverlapRefusedError(fault);
  await party.admit({ peer: party.peer, nonce: theirs.nonce, own_size: ownSize, peer_size: theirs.size });
  return theirs;
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
  const own = new Set(sent.map(elementKey));
  if (received.some((element) => own.has(elementKey(element)))) throw new OverlapRefusedError("reflected");
}

/** The set of a session. Throws a `UserError` where it can't be used. */
export function distinct(identifiers: readonly Identifier[], sizeMax: number): Identifier[] {
  const set = [...new Map(identifiers.map((identifier) => [identifierText(identifier), identifier])).values()];
  if (set.length === 0) throw new UserError("there are no identifiers to compare", "give one at least");
  if (set.length > sizeMax) {
    throw new UserError(
      `${set.length} identifiers are more than a session may have`,
      `give ${sizeMax} at most: those of the campaigns that the peer was asked about`,
    );
  }
  return set;
}
