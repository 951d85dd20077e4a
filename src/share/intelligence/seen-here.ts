import type { CampaignSignals } from "../../detect/leads/signals.ts";
import type { LeadName } from "../../store/state/lead-uses.ts";
import { fingerprint, skeletonSketch } from "../stix/keyed.ts";
import type { CircleKey } from "../stix/keyed.ts";
import { grouped } from "../../kit/grouped.ts";
import { agree, tokensOf } from "./clusters.ts";
import type { Bridges, Cluster, Comparable } from "./clusters.ts";
import { hoursInCommon } from "./hours.ts";
import type { Hours } from "./hours.ts";
import type { Statement } from "./statements.ts";

/** A live campaign of ours, told or not, by what it would be recognised if it were told. */
export interface LiveHere {
  readonly id: string;
  /** Of others, from which it was formed. */
  readonly leads: readonly LeadName[];
  readonly signals: CampaignSignals;
  readonly hours: Hours;
}

/** Where something of ours is the same as what others have told. */
export interface SeenHere {
  /** The id that it has here. */
  readonly campaign: string;
  /** With whose word it agrees, and the share of the work that falls into the same hours, which says nothing by itself. */
  readonly agreesWith: readonly { readonly member: string; readonly hoursInCommon: number | null }[];
}

/** What the campaign is made of under each of these keys. */
function comparable(keys: readonly CircleKey[], { fingerprints, skeletonPieces: pieces }: CampaignSignals): Comparable {
  return {
    fingerprints: new Map(
      keys.map((key) => [
        key.epoch,
        new Map(fingerprints.map(({ kind, value }) => [fingerprint(key, kind, value), kind])),
      ]),
    ),
    sketches: new Map(pieces.size === 0 ? [] : keys.map((key) => [key.epoch, skeletonSketch(key, pieces)])),
  };
}

/** Our live campaigns beside what is said. */
export interface Compared {
  /** Of which of ours each statement is. */
  readonly bridges: Bridges;
  /** Which of ours are the same as what others say here: also those that were formed from a lead of it. It is for us alone. */
  seenIn(cluster: Cluster): SeenHere[];
}

/**
 * Compares our live campaigns with what is said, by what joins statements of several members. Nothing is told by it.
 *
 * @param keys under which others' digests are compared with ours.
 */
export function compareWithOurs(
  here: readonly LiveHere[],
  keys: readonly CircleKey[],
  self: string,
  statements: readonly Statement[],
): Compared {
  const ours = here.map(({ id, leads, signals, hours }) => ({
    id,
    leads,
    hours,
    marks: comparable(keys, signals),
    sources: new Set(leads.map(({ source }) => source)),
  }));
  const byToken = grouped(
    ours.flatMap((one) => tokensOf(one.marks).map((token) => ({ one, token }))),
    ({ token }) => token,
  );
  const bridges = new Map(
    statements.map((statement) => {
      const near = new Set(tokensOf(statement).flatMap((token) => (byToken.get(token) ?? []).map(({ one }) => one)));
      return [statement, [...near].filter(({ marks }) => agree(statement, marks))] as const;
    }),
  );
  return {
    bridges,
    seenIn: (cluster) =>
      ours.flatMap((own) => {
        const agreeing = cluster.statements.filter(
          (statement) =>
            statement.member !== self &&
            (bridges.get(statement)?.includes(own) === true ||
              own.leads.some((lead) => lead.source === statement.member && statement.objects.has(lead.id))),
        );
        const agreesWith = [...grouped(agreeing, ({ member }) => member)].map(([member, [first]]) => ({
          member,
          hoursInCommon: hoursInCommon(first?.hours ?? null, own.hours),
        }));
        return agreesWith.length === 0 ? [] : { campaign: own.id, agreesWith };
      }),
  };
}
