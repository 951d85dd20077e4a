import { createHash } from "node:crypto";
import { canonicalJson } from "../../kit/canonical-json.ts";
import type { Clock } from "../../kit/clock.ts";
import { isNestedDeeper } from "../../kit/nesting.ts";
import { grouped } from "../../kit/grouped.ts";
import { UserError } from "../../kit/user-error.ts";
import type { Flow, Quarantined } from "../../model/sharing.ts";
import type { ReceivedCommitment } from "../../model/received-object.ts";
import type { State } from "../../store/state/state.ts";
import { SignatureError } from "../sign/member-keys.ts";
import type { MemberKey } from "../sign/member-keys.ts";
import { verifyObject } from "../sign/object-signature.ts";
import { admit, NotAdmittedError } from "../stix/admit.ts";
import type { StixObject } from "../stix/objects.ts";
import { tlpOf } from "../stix/tlp.ts";
import type { ReceivedObject } from "../taxii/client/poll.ts";
import { isPublished } from "./dispatch.ts";
import { flowOf } from "./flows.ts";
import type { Members } from "./members.ts";
import { commitmentTo, unsealed } from "./origin.ts";

// Limits.
/** One object, in its canonical form. */
const objectBytesMax = 64 * 1_024;
/** Lists and objects in each other, of one object. */
const levelsMax = 64;
/** What is kept of one that is not taken. */
const quarantinedCharactersMax = 64 * 1_024;
const idCharactersMax = 320;

/** What is made of what others say. */
export interface Intelligence {
  /**
   * Objects that this member has signed with this key, in the order in which they came; the same may come more than once. Incidents and answers to
   * them come here, too: they are for people, and an indicator never comes with them. Resolves once they are kept, with those that are
   * not and why.
   */
  receive(
    by: { readonly member: string; readonly key: string },
    objects: readonly StixObject[],
    nowMs: number,
  ): Promise<{ readonly refused: readonly { readonly id: string; readonly reason: string }[] }>;
  /** What the member has said under these ids before these versions, which are not for a circle, counts as taken back. */
  withdraw(
    by: { readonly member: string; readonly key: string },
    versions: readonly WithdrawnVersion[],
    nowMs: number,
  ): Promise<unknown>;
}

interface WithdrawnVersion {
  readonly id: string;
  readonly versionMs: number;
}

export interface InboxOptions {
  readonly state: Pick<State, "quarantine" | "receivedCommitments">;
  readonly intelligence: Intelligence;
  readonly members: () => Members;
  /** Our own id: what comes back from a hub is no news. */
  readonly self: string;
  readonly clock: Clock;
}

/**
 * Takes what was read from `source` (a member's name). What is signed at its origin by a member that may say it goes on; what is not is
 * kept aside with the reason. Throws a `UserError` where too much is kept aside of this source: nothing is read from it until a
 * person has looked at it.
 */
export type Inbox = (source: string, flow: Flow, objects: readonly ReceivedObject[]) => Promise<void>;

export function createInbox({ state, intelligence, members, self, clock }: InboxOptions): Inbox {
  return async (source, flow, objects) => {
    const nowMs = clock.nowMs();
    const known = members();
    const aside = new Map<string, Quarantined>();
    const setAside = (received: ReceivedObject, reason: string, isShown = true): void => {
      const kept = quarantined({ source, flow, received, reason, isShown, nowMs });
      aside.set(kept.digest, kept);
    };
    const withdrawn: Extract<Verdict, { kind: "not for a circle" }>[] = [];
    const taken: (Extract<Verdict, { kind: "said" }> & { readonly received: ReceivedObject })[] = [];
    for (const received of objects) {
      const verdict = judge(received, flow, known);
      if (verdict.kind === "refused") setAside(received, verdict.reason);
      else if (verdict.kind === "not for a circle") {
        setAside(received, notForCircle, false);
        withdrawn.push(verdict);
      } else if (verdict.kind === "said" && verdict.by.member !== self) taken.push({ ...verdict, received });
    }
    for (const [{ member, id: key }, said] of grouped(taken, ({ by }) => by)) {
      const { refused: notKept } = await intelligence.receive(
        { member, key },
        said.map(({ object }) => object),
        nowMs,
      );
      const reasons = new Map(notKept.map(({ id, reason }) => [id, reason]));
      const kept = said.filter(({ object }) => !reasons.has(object.id));
      await state.receivedCommitments.put(member, latest(kept.map(({ commitment }) => commitment)), nowMs);
      for (const { object, received } of said) {
        const reason = reasons.get(object.id);
        if (reason !== undefined) setAside(received, `it is not kept: ${reason}`);
      }
    }
    for (const [{ member, id: key }, versions] of grouped(withdrawn, ({ by }) => by)) {
      await intelligence.withdraw({ member, key }, versions, nowMs);
    }
    if (aside.size > 0 && !(await state.quarantine.put(source, [...aside.values()]))) {
      throw new UserError(
        `too much of what came from ${source} is kept aside`,
        `look through it and clear it: stillwatch share quarantine --clear ${source}`,
      );
    }
  };
}

/** Of each object the commitment to its last version. */
function latest(commitments: readonly ReceivedCommitment[]): ReceivedCommitment[] {
  const inOrder = commitments.toSorted((one, other) => one.versionMs - other.versionMs);
  return [...new Map(inOrder.map((commitment) => [commitment.object, commitment])).values()];
}

/**
 * Why an object that a member hands in to a collection of ours is not taken; null where it is. Only what the member says itself: who
 * could hand in something in another's name could put it in the place of what that one says.
 */
export function faultOfHandedIn(
  submitter: string,
  flow: Flow,
  object: ReceivedObject,
  members: Members,
): string | null {
  const verdict = judge(object, flow, members);
  switch (verdict.kind) {
    case "published":
      return null;
    case "refused":
      return verdict.reason;
    case "not for a circle":
      return notForCircle;
    case "said":
      return members.find(submitter)?.id === verdict.by.member ? null : "it is not said by the member that hands it in";
  }
}

type Verdict =
  | {
      readonly kind: "said";
      readonly by: MemberKey;
      readonly object: StixObject;
      readonly commitment: ReceivedCommitment;
    }
  /** The same at everybody: there is nothing to learn from it. */
  | { readonly kind: "published" }
  /** Its member has signed that it is TLP:RED. */
  | ({ readonly kind: "not for a circle"; readonly by: MemberKey } & WithdrawnVersion)
  | { readonly kind: "refused"; readonly reason: string };

const publishedTypes = new Set<unknown>(["marking-definition", "extension-definition", "attack-pattern", "identity"]);

const notForCircle = "TLP:RED is for persons, not for a circle";

const refused = (reason: string): Verdict => ({ kind: "refused", reason });

/** Whose an object is, and whether it may be taken for what it is. The reasons are for people, and quote nothing. */
function judge(received: ReceivedObject, flow: Flow, members: Members): Verdict {
  if (isNestedDeeper(received, levelsMax)) return refused("it is nested too deeply");
  try {
    if (Buffer.byteLength(canonicalJson(received)) > objectBytesMax)
      return refused(`it is over ${objectBytesMax} bytes`);
    const opened = unsealed(received);
    if (opened === null) {
      const isKnown = publishedTypes.has(received["type"]) && isPublished(admit(received));
      return isKnown ? { kind: "published" } : refused("it does not say where it comes from");
    }
    const by = verifyObject(opened.object, opened.origin.jws, members.keys);
    const object = admit(opened.object);
    const versionMs = "modified" in object ? Date.parse(object.modified) : 0;
    const commitment = { object: object.id, versionMs, ...commitmentTo(opened) };
    const isRed = "object_marking_refs" in object && tlpOf(object.object_marking_refs) === "red";
    return (
      fault(object, by.member, flow, members) ??
      (isRed ? { kind: "not for a circle", by, id: object.id, versionMs } : { kind: "said", by, object, commitment })
    );
  } catch (error) {
    if (error instanceof SignatureError || error instanceof NotAdmittedError) return refused(error.message);
    // A text that has no canonical form can't have been signed.
    if (error instanceof TypeError) return refused("it has no canonical form");
    throw error;
  }
}

function fault(object: StixObject, member: string, flow: Flow, members: Members): Verdict | null {
  const name = members.find(member)?.name ?? member;
  const right = members.find(member)?.collections[flow] ?? "read";
  if (right === "read") return refused(`${name} has no right to say something in ${flow}`);
  const saidBy = "created_by_ref" in object ? object.created_by_ref : object.type === "identity" ? object.id : member;
  if (saidBy !== member) return refused(`it is signed by ${name} and says that it is somebody else's`);
  return [flow, null].includes(flowOf(object)) ? null : refused(`it does not belong in ${flow}`);
}

function quarantined({
  source,
  flow,
  received,
  reason,
  isShown,
  nowMs,
}: {
  readonly source: string;
  readonly flow: Flow;
  readonly received: ReceivedObject;
  readonly reason: string;
  /** Whether what came is kept with it. */
  readonly isShown: boolean;
  readonly nowMs: number;
}): Quarantined {
  const body = isNestedDeeper(received, levelsMax) ? "" : JSON.stringify(received);
  const id = received["id"];
  return {
    digest: createHash("sha256").update(`${source}\n${flow}\n${body}`).digest("hex"),
    source,
    flow,
    object: typeof id === "string" && /^[\w-]+$/.test(id) ? id.slice(0, idCharactersMax) : "without an id",
    reason,
    at: new Date(nowMs).toISOString(),
    body: isShown ? body.slice(0, quarantinedCharactersMax) : "",
  };
}
