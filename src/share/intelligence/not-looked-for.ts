import { grouped } from "../../kit/grouped.ts";
import { BEHAVIOUR_PATTERN, parseBehaviour } from "../stix/behaviour.ts";
import { mayLookFor, permittedBy } from "../stix/iep.ts";
import type { PermittedActions } from "../stix/iep.ts";
import type { CircleKey } from "../stix/keyed.ts";
import type { StixObject } from "../stix/objects.ts";
import { holdsAt } from "./leads.ts";
import type { Said } from "./said.ts";

// Limits.
/** Rows that are told to a person at once: a member could name a month for each of its indicators. */
const rowsMax = 100;

export type Obstacle =
  /** The month of the key that it is made with: out of use for too long, not in use yet, or missing here. */
  | { readonly kind: "key"; readonly epoch: string }
  /** What its policy permits at most. */
  | { readonly kind: "policy"; readonly permitted: PermittedActions };

/** What a member tells of a behaviour that is not looked for here. */
export interface NotLookedFor {
  readonly member: string;
  readonly because: Obstacle;
  readonly indicators: number;
}

/** Indicators of a behaviour that hold, and are not compared with our log. Of whom most are not comes first. */
export function notLookedForAt(said: readonly Said[], keys: readonly CircleKey[], nowMs: number): NotLookedFor[] {
  const readable = new Set(keys.map(({ epoch }) => epoch));
  const left = said.flatMap(({ member, object }) => {
    if (object.type !== "indicator" || object.pattern_type !== BEHAVIOUR_PATTERN || !holdsAt(object, nowMs)) return [];
    const because = obstacleOf(object, readable);
    return because === null ? [] : [{ member, because }];
  });
  return [...grouped(left, orderOf).values()]
    .flatMap(([first, ...rest]) => (first === undefined ? [] : { ...first, indicators: rest.length + 1 }))
    .toSorted((one, other) => other.indicators - one.indicators || (orderOf(one) < orderOf(other) ? -1 : 1))
    .slice(0, rowsMax);
}

function obstacleOf(
  { pattern, object_marking_refs: markings }: Extract<StixObject, { readonly type: "indicator" }>,
  readable: ReadonlySet<string>,
): Obstacle | null {
  const permitted = permittedBy(markings);
  if (!mayLookFor(permitted)) return { kind: "policy", permitted };
  const parsed = parseBehaviour(pattern);
  if (parsed.kind === "refused" || readable.has(parsed.behaviour.key_epoch)) return null;
  return { kind: "key", epoch: parsed.behaviour.key_epoch };
}

function orderOf({ member, because }: Pick<NotLookedFor, "member" | "because">): string {
  return `${member} ${because.kind === "key" ? because.epoch : because.permitted}`;
}
