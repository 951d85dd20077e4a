import { grouped } from "../../kit/grouped.ts";
import { BEHAVIOUR_PATTERN, parseBehaviour } from "../stix/behaviour.ts";
import type { CircleKey } from "../stix/keyed.ts";
import { holdsAt } from "./leads.ts";
import type { Said } from "./said.ts";

// Limits.
/** Rows that are told to a person at once: a member could name a month for each of its indicators. */
const rowsMax = 100;

/** What a member tells of a behaviour that can't be looked for here. */
export interface Unreadable {
  readonly member: string;
  /** Of the key that it is made with. */
  readonly epoch: string;
  readonly indicators: number;
}

/**
 * Indicators of a behaviour that hold, and are made with a key of the circle that is not compared with our log: it has been out of use for
 * too long, is not in use yet, or is missing. Of whom most can't be read comes first.
 */
export function unreadableAt(said: readonly Said[], keys: readonly CircleKey[], nowMs: number): Unreadable[] {
  const readable = new Set(keys.map(({ epoch }) => epoch));
  const unread = said.flatMap(({ member, object }) => {
    if (object.type !== "indicator" || object.pattern_type !== BEHAVIOUR_PATTERN || !holdsAt(object, nowMs)) return [];
    const parsed = parseBehaviour(object.pattern);
    if (parsed.kind === "refused" || readable.has(parsed.behaviour.key_epoch)) return [];
    return [{ member, epoch: parsed.behaviour.key_epoch }];
  });
  return [...grouped(unread, keyOf).values()]
    .flatMap(([first, ...rest]) => (first === undefined ? [] : { ...first, indicators: rest.length + 1 }))
    .toSorted((one, other) => other.indicators - one.indicators || (keyOf(one) < keyOf(other) ? -1 : 1))
    .slice(0, rowsMax);
}

function keyOf({ member, epoch }: Pick<Unreadable, "member" | "epoch">): string {
  return `${member} ${epoch}`;
}
