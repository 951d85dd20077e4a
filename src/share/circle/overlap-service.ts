import { EventEmitter, once } from "node:events";
import type { Clock } from "../../kit/clock.ts";
import type { OverlapOffers } from "../../store/state/overlap-offers.ts";
import { identifierOfText } from "../overlap/identifier.ts";
import { OverlapRefusedError } from "../overlap/messages.ts";
import type { OverlapMessage, OverlapRefusal } from "../overlap/messages.ts";
import type { OverlapChannel } from "../overlap/overlap.ts";
import type { Comparisons } from "./comparisons.ts";
import type { CircleMember } from "./members.ts";
import { jsonAnswer, problemAnswer } from "./service.ts";
import type { Service, ServiceAnswer } from "./service.ts";

// Limits.
/** Between our answer and the next message: the initiator computes meanwhile. */
const turnMsMax = 300_000;

/** From a member's URL. All messages of a session are posted there; the answer to each is our message of the same kind. */
export const overlapPath = "/overlap";

export interface OverlapServiceOptions {
  readonly comparisons: Comparisons;
  readonly offers: Pick<OverlapOffers, "find">;
  readonly clock: Clock;
  /** Of failures that nobody is there to be answered of. */
  readonly onFailure: (error: unknown) => void;
}

/** Overlaps that other members begin, with what a person here has offered them. */
export interface OverlapService extends Service {
  /** Ends sessions that the other has not gone on with; resolves once their places are free. */
  expire(): Promise<void>;
  /** Ends all of them. */
  close(): Promise<void>;
}

interface Session {
  readonly way: AnsweringWay;
  readonly stopping: AbortController;
  readonly ended: Promise<void>;
  deadlineMs: number;
}

export function createOverlapService({ comparisons, offers, clock, onFailure }: OverlapServiceOptions): OverlapService {
  const sessions = new Map<string, Session>();
  const told = async (session: Session, asking: Promise<OverlapMessage>): Promise<ServiceAnswer> => {
    try {
      return jsonAnswer(200, await asking);
    } catch (error) {
      if (session.stopping.signal.aborted) return problemAnswer(503, "the session was ended");
      throw error;
    } finally {
      session.deadlineMs = clock.nowMs() + turnMsMax;
    }
  };
  const begin = async (member: CircleMember, hello: unknown): Promise<ServiceAnswer> => {
    const { id, name, roles, log } = member;
    if (log === null) return problemAnswer(403, "the members' file here has no log of yours");
    const offer = await offers.find(id, clock.nowMs());
    if (offer === null) throw new OverlapRefusedError("not-offered");
    if (sessions.has(id)) return problemAnswer(409, "a session of yours is under way");
    const stopping = new AbortController();
    const { signal } = stopping;
    const way = answeringWay(signal);
    const asking = way.ask(hello);
    const identifiers = offer.identifiers.map(identifierOfText);
    const comparing = comparisons.compare({
      member: { id, name, roles, log },
      identifiers,
      channel: way.channel,
      person: offer.offered_by,
      offer,
      signal,
    });
    if (comparing === null) return problemAnswer(503, "as many sessions as may be are under way");
    const ended = comparing
      .then(way.finish, (error: unknown) => {
        if (!way.fail(error) && !signal.aborted) onFailure(error);
      })
      .finally(() => sessions.delete(id));
    const session = { way, stopping, ended, deadlineMs: clock.nowMs() + turnMsMax };
    sessions.set(id, session);
    return told(session, asking);
  };
  const end = async (some: readonly Session[]): Promise<void> => {
    for (const { stopping } of some) stopping.abort();
    await Promise.all(some.map(({ ended }) => ended));
  };
  const expire = (): Promise<void> => {
    const nowMs = clock.nowMs();
    return end([...sessions.values()].filter(({ way, deadlineMs }) => !way.isAsked() && deadlineMs <= nowMs));
  };
  const answer = async (member: CircleMember, message: unknown): Promise<ServiceAnswer> => {
    if (isHello(message)) return begin(member, message);
    const session = sessions.get(member.id);
    if (session === undefined) return problemAnswer(409, "no session of yours is under way");
    if (session.way.isAsked()) return problemAnswer(409, "a message of yours is being answered");
    return told(session, session.way.ask(message));
  };
  return {
    async handle(member, { method, path, body }) {
      if (path !== overlapPath) return null;
      if (!member.roles.has("overlap")) return problemAnswer(403, "this takes the role overlap");
      if (method !== "POST") return problemAnswer(405, "this is asked in another way");
      await expire();
      try {
        return await answer(member, parsed(body));
      } catch (error) {
        if (error instanceof OverlapRefusedError) return problemAnswer(statuses[error.reason], error.message);
        throw error;
      }
    },
    expire,
    close: () => end([...sessions.values()]),
  };
}

const statuses = {
  malformed: 400,
  version: 400,
  addressee: 400,
  session: 400,
  size: 400,
  element: 400,
  reflected: 400,
  "not-logged": 403,
  unwitnessed: 412,
  "other-past": 412,
  "not-offered": 404,
  replayed: 409,
  "too-large": 413,
  "over-budget": 429,
} as const satisfies Record<OverlapRefusal, number>;

function parsed(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString("utf8"));
  } catch {
    throw new OverlapRefusedError("malformed");
  }
}

function isHello(message: unknown): boolean {
  return typeof message === "object" && message !== null && "kind" in message && message.kind === "hello";
}

/** A responder's end of a way on which each message is a request, and what we send next is the answer to it. */
interface AnsweringWay {
  readonly channel: OverlapChannel;
  /** Gives the message to the session; resolves with what it sends next. Not before the one before is answered. */
  ask(message: unknown): Promise<OverlapMessage>;
  isAsked(): boolean;
  /** The session has come to its end: the last answer goes out only now, when we have the result as well. */
  finish(): void;
  /** The session has failed. False: nobody waits for an answer. */
  fail(error: unknown): boolean;
}

function answeringWay(signal: AbortSignal): AnsweringWay {
  interface Asked {
    readonly answer: (message: OverlapMessage) => void;
    readonly refuse: (error: unknown) => void;
  }
  const arrivals = new EventEmitter();
  const arrived: unknown[] = [];
  let asked: Asked | null = null;
  let last: OverlapMessage | null = null;
  const settle = (how: (asked: Asked) => void): boolean => {
    const waiting = asked;
    asked = null;
    if (waiting !== null) how(waiting);
    return waiting !== null;
  };
  return {
    channel: {
      async send(message) {
        if (message.kind === "doubly-blinded") last = message;
        else settle(({ answer }) => answer(message));
      },
      async receive() {
        signal.throwIfAborted();
        if (arrived.length === 0) await once(arrivals, "message", { signal });
        return arrived.shift();
      },
    },
    ask: (message) =>
      new Promise((answer, refuse) => {
        asked = { answer, refuse };
        arrived.push(message);
        arrivals.emit("message");
      }),
    isAsked: () => asked !== null,
    finish() {
      const message = last;
      if (message !== null) settle(({ answer }) => answer(message));
    },
    fail: (error) => settle(({ refuse }) => refuse(error)),
  };
}
