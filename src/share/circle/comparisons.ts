import { auditEvent } from "../../decide/desk/record.ts";
import type { Clock } from "../../kit/clock.ts";
import { createPlaces } from "../../kit/places.ts";
import type { SecureRandom } from "../../kit/secure-random.ts";
import type { OverlapOffer, OverlapResult } from "../../model/overlap.ts";
import type { OverlapBudget, OverlapSession } from "../../store/state/overlap-sessions.ts";
import type { Repositories, State } from "../../store/state/state.ts";
import { drawSessionScalar } from "../group/session-scalar.ts";
import { identifierText } from "../overlap/identifier.ts";
import type { Identifier } from "../overlap/identifier.ts";
import { OverlapRefusedError } from "../overlap/messages.ts";
import { findOverlap } from "../overlap/overlap.ts";
import type { Overlap, OverlapChannel, OverlapParty } from "../overlap/overlap.ts";
import type { CircleMember } from "./members.ts";
import { witnessedCommitments } from "./witnessed-commitments.ts";
import type { CommittingMember, WitnessedCommitmentsOptions } from "./witnessed-commitments.ts";

// Limits.
/** Sessions at once, whoever began them: each has a thread that computes for as long as half a minute. */
const sessionsMax = 2;

/** How much may be compared; within what the protocol allows. */
export interface OverlapLimits {
  readonly setSizeMax: number;
  /** With one member within 24 hours. */
  readonly budget: OverlapBudget;
}

export interface ComparisonsOptions extends WitnessedCommitmentsOptions {
  readonly state: Pick<State, "audit" | "transaction" | "witnessed">;
  readonly self: () => CircleMember;
  readonly limits: OverlapLimits;
  readonly random: SecureRandom;
  readonly clock: Clock;
}

export interface Comparison {
  readonly member: CommittingMember;
  readonly identifiers: readonly Identifier[];
  readonly channel: OverlapChannel;
  /** Who of us has asked for it, or had offered the set. */
  readonly person: string;
  /** What the other takes up; null: we have begun it. */
  readonly offer: OverlapOffer | null;
  /** Ends it, whatever is under way. */
  readonly signal: AbortSignal;
}

/** Sessions of overlap with other members: counted, logged, entered in the audit log, and kept with what they have found. */
export interface Comparisons {
  /**
   * Null, and nothing happens, where as many are under way as may be. Otherwise as `findOverlap`, whose errors it throws; the result is in
   * the state by then.
   */
  compare(comparison: Comparison): Promise<OverlapResult> | null;
  /** Resolves once none is under way. */
  settled(): Promise<void>;
}

export function createComparisons(options: ComparisonsOptions): Comparisons {
  const places = createPlaces(sessionsMax);
  const running = new Set<Promise<OverlapResult>>();
  return {
    compare(comparison) {
      const comparing = places.take(() => compare(options, comparison));
      if (comparing === null) return null;
      running.add(comparing);
      const forget = (): void => void running.delete(comparing);
      comparing.then(forget, forget);
      return comparing;
    },
    async settled() {
      await Promise.allSettled(running);
    },
  };
}

async function compare(options: ComparisonsOptions, comparison: Comparison): Promise<OverlapResult> {
  const { state, self, limits, random, clock } = options;
  const { member, identifiers, channel, signal } = comparison;
  let isAdmitted = false;
  const party: OverlapParty = {
    drawScalar: () => drawSessionScalar(signal),
    random,
    log: witnessedCommitments(options, member, signal),
    async admit(session) {
      await state.transaction((inside) => admit(inside, session, comparison, limits.budget, clock.nowMs()));
      isAdmitted = true;
    },
    setSizeMax: limits.setSizeMax,
    self: self().id,
    peer: member.id,
    role: roleIn(comparison),
  };
  try {
    const result = resultOf(await findOverlap(party, channel, identifiers), comparison, clock.nowMs());
    const { session, own_size, peer_size, common_size } = result;
    await state.transaction(async (inside) => {
      await inside.overlapResults.put(result);
      await record(inside, "overlap.found", comparison, { session, own_size, peer_size, common_size }, clock.nowMs());
    });
    return result;
  } catch (error) {
    // What was not admitted is not entered: who is refused could fill the log.
    if (isAdmitted) {
      const reason = error instanceof OverlapRefusedError ? error.reason : "broken-off";
      await record(state, "overlap.failed", comparison, { reason }, clock.nowMs());
    }
    throw error;
  }
}

/** Uses up the offer and a part of the pair's budget, or nothing of both. */
async function admit(
  inside: Repositories,
  session: OverlapSession,
  comparison: Comparison,
  budget: OverlapBudget,
  nowMs: number,
): Promise<void> {
  const { offer } = comparison;
  if (offer !== null && !(await inside.overlapOffers.take(offer, nowMs))) {
    throw new OverlapRefusedError("not-offered");
  }
  const verdict = await inside.overlaps.admit(session, budget, nowMs);
  if (verdict !== "admitted") throw new OverlapRefusedError(verdict);
  const { own_size, peer_size } = session;
  await record(inside, "overlap.admitted", comparison, { own_size, peer_size }, nowMs);
}

function roleIn({ offer }: Comparison): OverlapParty["role"] {
  return offer === null ? "initiator" : "responder";
}

/** Sizes only: the audit log is kept for good. */
async function record(
  { audit }: Pick<Repositories, "audit">,
  action: `overlap.${string}`,
  comparison: Comparison,
  detail: Readonly<Record<string, string | number>>,
  nowMs: number,
): Promise<void> {
  const { member, person, offer } = comparison;
  const role = roleIn(comparison);
  // Who offered a set does nothing by now.
  const [actor, offered] = offer === null ? [person, {}] : ["circle", { offered_by: person }];
  const subject = { kind: "member", id: member.name };
  await audit.append([auditEvent(action, subject, { role, ...detail, ...offered }, nowMs, { name: actor })]);
}

function resultOf(
  { common, session, set, salt, own, theirs }: Overlap,
  comparison: Comparison,
  nowMs: number,
): OverlapResult {
  return {
    session: Buffer.from(session).toString("hex"),
    peer: comparison.member.id,
    role: roleIn(comparison),
    at: new Date(nowMs).toISOString(),
    person: comparison.person,
    own_size: set.length,
    peer_size: theirs.size,
    common_size: common.length,
    common: common.map(identifierText).toSorted(),
    identifiers: set.map(identifierText).toSorted(),
    salt: Buffer.from(salt).toString("base64"),
    commitment: own.commitment,
    peer_commitment: theirs.commitment,
    peer_proof: theirs.proof,
  };
}
