import { auditEvent } from "../../decide/desk/record.ts";
import type { Clock } from "../../kit/clock.ts";
import { createPlaces } from "../../kit/places.ts";
import type { SecureRandom } from "../../kit/secure-random.ts";
import type { OverlapOffer, OverlapResult } from "../../model/overlap.ts";
import type { OverlapSession } from "../../store/state/overlap-sessions.ts";
import type { OverlapBudget } from "../../store/state/overlap-sessions.ts";
import type { Repositories, State } from "../../store/state/state.ts";
import { drawSessionScalar } from "../group/session-scalar.ts";
import { commitmentLog } from "../log/commitments.ts";
import type { TransparencyLog } from "../log/log.ts";
import type { NoteVerifier } from "../note/note.ts";
import { identifierText } from "../overlap/identifier.ts";
import type { Identifier } from "../overlap/identifier.ts";
import { OverlapRefusedError } from "../overlap/messages.ts";
import { findOverlap } from "../overlap/overlap.ts";
import type { Overlap, OverlapChannel, OverlapParty } from "../overlap/overlap.ts";
import type { CircleMember } from "./members.ts";

// Limits.
/** Sessions at once, whoever began them: each has a thread that computes for as long as half a minute. */
const sessionsMax = 2;

/** How much may be compared; within what the protocol allows. */
export interface OverlapLimits {
  readonly setSizeMax: number;
  /** With one member within 24 hours. */
  readonly budget: OverlapBudget;
}

export interface ComparisonsOptions {
  readonly state: Pick<State, "audit" | "transaction">;
  readonly log: TransparencyLog;
  readonly self: () => CircleMember;
  readonly limits: OverlapLimits;
  readonly random: SecureRandom;
  readonly clock: Clock;
}

/** Another member, as one to compare with. */
export type ComparedMember = Pick<CircleMember, "id" | "name"> & { readonly log: NoteVerifier };

export interface Comparison {
  readonly member: ComparedMember;
  readonly identifiers: readonly Identifier[];
  readonly channel: OverlapChannel;
  /** Who of us wants it: has asked for it now, or has offered the set before. */
  readonly by: { readonly person: string } | { readonly offer: OverlapOffer };
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
}

export function createComparisons(options: ComparisonsOptions): Comparisons {
  const places = createPlaces(sessionsMax);
  return { compare: (comparison) => places.take(() => compare(options, comparison)) };
}

async function compare(options: ComparisonsOptions, comparison: Comparison): Promise<OverlapResult> {
  const { state, log, self, limits, random, clock } = options;
  const { member, identifiers, channel, by, signal } = comparison;
  let isAdmitted = false;
  const party: OverlapParty = {
    drawScalar: () => drawSessionScalar(signal),
    random,
    // Whether witnesses have seen the other's log so is for its log to show later: the proof is kept with the result.
    log: commitmentLog(log, { log: member.log, witnesses: [], witnessesMin: 0 }),
    async admit(session) {
      await state.transaction((inside) => admit(inside, session, comparison, limits.budget, clock.nowMs()));
      isAdmitted = true;
    },
    setSizeMax: limits.setSizeMax,
    self: self().id,
    peer: member.id,
    role: "person" in by ? "initiator" : "responder",
  };
  try {
    const result = resultOf(await findOverlap(party, channel, identifiers), comparison, party.role, clock.nowMs());
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
  const { by } = comparison;
  if ("offer" in by && !(await inside.overlapOffers.take(by.offer, nowMs))) {
    throw new OverlapRefusedError("not-offered");
  }
  const verdict = await inside.overlaps.admit(session, budget, nowMs);
  if (verdict !== "admitted") throw new OverlapRefusedError(verdict);
  const { own_size, peer_size } = session;
  await record(inside, "overlap.admitted", comparison, { own_size, peer_size }, nowMs);
}

/** Sizes only: the audit log is kept for good. */
async function record(
  { audit }: Pick<Repositories, "audit">,
  action: `overlap.${string}`,
  { member, by }: Comparison,
  detail: Readonly<Record<string, string | number>>,
  nowMs: number,
): Promise<void> {
  const [actor, role] = "person" in by ? [by.person, "initiator"] : ["circle", "responder"];
  const offered = "offer" in by ? { offered_by: by.offer.offered_by } : {};
  const subject = { kind: "member", id: member.name };
  await audit.append([auditEvent(action, subject, { role, ...detail, ...offered }, nowMs, { name: actor })]);
}

function resultOf(
  { common, session, set, salt, own, theirs }: Overlap,
  { member, by }: Comparison,
  role: OverlapParty["role"],
  nowMs: number,
): OverlapResult {
  return {
    session: Buffer.from(session).toString("hex"),
    peer: member.id,
    role,
    at: new Date(nowMs).toISOString(),
    person: "person" in by ? by.person : by.offer.offered_by,
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
