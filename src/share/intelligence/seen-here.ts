import type { CampaignSignals } from "../../detect/leads/signals.ts";
import type { LeadName } from "../../store/state/lead-uses.ts";
import type { FingerprintKind } from "../../model/campaign-signals.ts";
import { fingerprint, skeletonSketch } from "../stix/keyed.ts";
import type { CircleKey } from "../stix/keyed.ts";
import { agree } from "./clusters.ts";
import type { Cluster, Comparable } from "./clusters.ts";

/** A live campaign of ours, told or not, by what it would be recognised if it were told. */
export interface LiveHere {
  readonly id: string;
  /** Of others, from which it was formed. */
  readonly leads: readonly LeadName[];
  readonly signals: CampaignSignals;
}

/** Where something of ours is the same as what others have told. */
export interface SeenHere {
  /** The id that it has here. */
  readonly campaign: string;
  /** With whose word it agrees. */
  readonly agreesWith: readonly string[];
}

/** What the campaign is made of under each of these keys. */
function comparable(keys: readonly CircleKey[], { fingerprints, skeletonPieces: pieces }: CampaignSignals): Comparable {
  return {
    fingerprints: new Map<string, FingerprintKind>(
      keys.flatMap((key) => fingerprints.map(({ kind, value }) => [fingerprint(key, kind, value), kind] as const)),
    ),
    sketches: new Map(pieces.size === 0 ? [] : keys.map((key) => [key.epoch, skeletonSketch(key, pieces)])),
  };
}

/**
 * Compares our live campaigns with what others have told, one statement at a time: by what joins statements of several members, and by the
 * leads from which ours were formed. It is for us alone: nothing is told by it, and it counts for nothing in what the circle makes of it.
 *
 * @param keys under which others' digests are compared with ours.
 * @returns a function of a cluster, since ours are made comparable once.
 */
export function compareWithOurs(
  here: readonly LiveHere[],
  keys: readonly CircleKey[],
  self: string,
): (cluster: Cluster) => SeenHere[] {
  const ours = here.map(({ id, leads, signals }) => ({ id, leads, marks: comparable(keys, signals) }));
  return ({ statements }) =>
    ours.flatMap(({ id, leads, marks }) => {
      const agreeing = statements.filter(
        (statement) =>
          statement.member !== self &&
          (agree(statement, marks) ||
            leads.some((lead) => lead.source === statement.member && statement.objects.has(lead.id))),
      );
      const agreesWith = [...new Set(agreeing.map(({ member }) => member))];
      return agreesWith.length === 0 ? [] : { campaign: id, agreesWith };
    });
}
