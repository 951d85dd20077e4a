import { randomUUID } from "node:crypto";
import { auditEvent } from "../../decide/desk/record.ts";
import { dayMs } from "../../kit/time-units.ts";
import { UserError } from "../../kit/user-error.ts";
import type { OfferSummary, OverlapResult } from "../../model/overlap.ts";
import type { State } from "../../store/state/state.ts";
import { identifierText } from "../overlap/identifier.ts";
import type { Identifier } from "../overlap/identifier.ts";
import { distinct } from "../overlap/overlap.ts";
import { createComparisons } from "./comparisons.ts";
import type { ComparisonsOptions } from "./comparisons.ts";
import type { CircleMember } from "./members.ts";
import { compareWith } from "./overlap-client.ts";
import { createOverlapService } from "./overlap-service.ts";
import type { OverlapService } from "./overlap-service.ts";
import type { By } from "./proposals.ts";

/** Comparing sets with other members: what people of ours ask for, and what they let others ask. All of it throws a `UserError`. */
export interface Overlaps {
  /** Lets a member, by its name, compare a set of its own with this one, once, within so many days; in place of what was offered before. */
  offer(member: string, identifiers: readonly Identifier[], days: number, by: By): Promise<OfferSummary>;
  /** False: nothing was offered to it. A session that has begun goes on. */
  withdraw(member: string, by: By): Promise<boolean>;
  /** Compares with what a member, by its name, has offered us. */
  compare(member: string, identifiers: readonly Identifier[], by: By): Promise<OverlapResult>;
}

export interface OverlapsOptions extends ComparisonsOptions {
  readonly state: Pick<State, "audit" | "overlapOffers" | "transaction" | "witnessed">;
  /** Throws a `UserError` where there is no other member of this name. */
  readonly memberNamed: (name: string) => CircleMember;
  readonly signal: AbortSignal;
}

/** The same with its parts for the circle. */
export interface OpenOverlaps {
  readonly overlaps: Overlaps;
  readonly service: OverlapService;
  /** Ends what others have begun, and waits for what was begun here, which ends with the signal. */
  close(): Promise<void>;
}

export function createOverlaps(options: OverlapsOptions): OpenOverlaps {
  const { state, limits, memberNamed, transport, signal, clock, onFailure } = options;
  const comparisons = createComparisons(options);
  const event = (action: string, name: string, detail: Readonly<Record<string, number>>, { person, nowMs }: By) =>
    auditEvent(action, { kind: "member", id: name }, detail, nowMs, { name: person });
  const service = createOverlapService({ comparisons, offers: state.overlapOffers, clock, onFailure });
  const overlaps: Overlaps = {
    async offer(name, identifiers, days, by) {
      const { id: peer, roles, log } = memberNamed(name);
      if (!roles.has("overlap") || log === null) {
        throw new UserError(
          `${name} could not take it up`,
          "the members' file has to give it the role overlap, and its log",
        );
      }
      const set = distinct(identifiers, limits.setSizeMax);
      const expires = new Date(by.nowMs + days * dayMs).toISOString();
      const about = {
        id: randomUUID(),
        peer,
        offered: new Date(by.nowMs).toISOString(),
        offered_by: by.person,
        expires,
      };
      await state.transaction(async (inside) => {
        await inside.overlapOffers.put({ ...about, identifiers: set.map(identifierText).toSorted() });
        await inside.audit.append([event("overlap.offered", name, { identifiers: set.length, days }, by)]);
      });
      return { ...about, size: set.length };
    },
    async withdraw(name, by) {
      const { id } = memberNamed(name);
      return state.transaction(async (inside) => {
        if (!(await inside.overlapOffers.withdraw(id))) return false;
        await inside.audit.append([event("overlap.withdrawn", name, {}, by)]);
        return true;
      });
    },
    async compare(name, identifiers, by) {
      const member = memberNamed(name);
      // Before it goes, and how many only: the log is kept for good.
      await state.audit.append([event("overlap.asked", name, { identifiers: identifiers.length }, by)]);
      return compareWith({ comparisons, transport: transport(), signal }, member, identifiers, by.person);
    },
  };
  return {
    overlaps,
    service,
    async close() {
      await service.close();
      await comparisons.settled();
    },
  };
}
