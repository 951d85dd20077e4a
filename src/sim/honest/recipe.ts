import type { Random } from "../../kit/random.ts";
import type { SimAccount } from "../people/account.ts";
import type { Source } from "../traffic/source.ts";
import type { World } from "../world.ts";

/** Accounts that appeared together, and what drives them. */
export interface Group {
  readonly accounts: readonly SimAccount[];
  readonly sources: readonly Source[];
}

/** One group of several. */
export const together = (groups: readonly Group[]): Group => ({
  accounts: groups.flatMap(({ accounts }) => accounts),
  sources: groups.flatMap(({ sources }) => sources),
});

/** One class of honest customers. Sizes and loads are data; `build` makes one group. */
export interface Recipe {
  /** The `class` in the labels. */
  readonly name: string;
  /** Accounts of a group: from, to. */
  readonly size: readonly [number, number];
  /** Mean exchanges of an account, relative to the other classes. */
  readonly load: number;
  /** Standard deviation of the logarithm of an account's load. */
  readonly sigma: number;
  /** `loads`: exchanges that each account of the group is expected to send over the whole world. */
  build(world: World, random: Random, loads: readonly number[]): Group;
}
