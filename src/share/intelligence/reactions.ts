import { assertNever } from "../../kit/assert.ts";
import type { Remark } from "../stix/words.ts";
import type { Said } from "./said.ts";

/** What a member makes of what was said. An opinion without a remark is no evidence, and counts for nothing. */
export type Stance =
  /** It has seen the same, by evidence of its own. */
  | "saw"
  /** It has looked, and there is nothing: the campaign need not be everywhere, so that speaks against nobody. */
  | "absent"
  | "honest"
  /** Of what it said itself: it has it from others. */
  | "repeats";

export interface Reaction {
  readonly member: string;
  readonly stance: Stance;
  readonly atMs: number;
  readonly on: readonly Target[];
}

/** An object, and whose it is: of several who have said the id, the first. */
export interface Target {
  readonly id: string;
  readonly owner: string;
}

export function reactionsOf(said: readonly Said[]): Reaction[] {
  const owners = new Map<string, string>();
  for (const { object, member } of said) if (!owners.has(object.id)) owners.set(object.id, member);
  return said.flatMap(({ object, member, saidMs }) => {
    const reaction = reactionIn(object);
    if (reaction === null) return [];
    // Nobody bears himself out, and nobody says of another that he only repeats.
    const isOwn = reaction.stance === "repeats";
    const on = reaction.on.flatMap((id): Target[] => {
      const owner = owners.get(id);
      return owner === undefined || (owner === member) !== isOwn ? [] : [{ id, owner }];
    });
    return on.length === 0 ? [] : [{ member, atMs: saidMs, stance: reaction.stance, on }];
  });
}

function reactionIn(object: Said["object"]): { readonly stance: Stance; readonly on: readonly string[] } | null {
  if (object.type === "sighting") return { stance: "saw", on: [object.sighting_of_ref] };
  if (object.type !== "opinion" && object.type !== "note") return null;
  const remark = object.type === "note" ? object.content : object.explanation;
  const stance = remark === undefined ? null : stanceOf(remark);
  return stance === null ? null : { stance, on: object.object_refs };
}

function stanceOf(remark: Remark): Stance | null {
  switch (remark) {
    case "Seen here too, by own evidence.":
      return "saw";
    case "Looked for and not found here.":
      return "absent";
    case "The accounts behind this were found to be honest.":
    case "An appeal against action on this was upheld.":
      return "honest";
    case "This repeats what another object says.":
      return "repeats";
    case "What was done here because of this is undone.":
      return null;
    default:
      return assertNever(remark, "remark");
  }
}
