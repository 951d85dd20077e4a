import { assertNever } from "../../kit/assert.ts";
import type { Opinion, Remark } from "../stix/words.ts";
import type { Said } from "./said.ts";

/** What a member makes of what was said. */
export type Stance =
  /** It has seen the same, by evidence of its own. */
  | "saw"
  /** It has looked, and there is nothing: the campaign need not be everywhere, so that speaks against nobody. */
  | "absent"
  | "honest"
  /** Of what it said itself: it has it from others. */
  | "repeats"
  | BareOpinion;

/** Without a remark: no evidence. It counts for nothing, and is shown. */
export type BareOpinion = "agrees" | "disagrees" | "is undecided";

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
  const stance = stanceIn(object);
  return stance === null ? null : { stance, on: object.object_refs };
}

function stanceIn(object: Extract<Said["object"], { readonly type: "opinion" | "note" }>): Stance | null {
  if (object.type === "note") return stanceOf(object.content);
  const { opinion, explanation } = object;
  return explanation === undefined ? bareOpinion(opinion) : stanceOf(explanation);
}

function bareOpinion(opinion: Opinion): BareOpinion {
  switch (opinion) {
    case "agree":
    case "strongly-agree":
      return "agrees";
    case "disagree":
    case "strongly-disagree":
      return "disagrees";
    case "neutral":
      return "is undecided";
    default:
      return assertNever(opinion, "opinion");
  }
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
