import type { Random } from "../../kit/random.ts";
import { weighted } from "../draw.ts";
import type { SimAccount } from "../people/account.ts";
import { type Rhythm, rhythmLevel } from "./arrivals.ts";

/** Decides which account a piece of work is sent from. */
export interface Desk {
  /** The account for a new task; undefined when nobody is on duty and the task is dropped. */
  seat(timeMs: number): SimAccount | undefined;
  /** The account for the next call of a running task, after a failure or not. */
  keep(current: SimAccount, timeMs: number, failed: boolean): SimAccount | undefined;
}

/** One account does everything itself. */
export function ownDesk(account: SimAccount): Desk {
  return { seat: () => account, keep: () => account };
}

/** A load balancer over an enterprise's accounts: a conversation stays where it is until that account is throttled. */
export function balancerDesk(random: Random, accounts: readonly SimAccount[], failoverChance: number): Desk {
  return {
    seat: () => random.pick(accounts),
    keep: (current, _timeMs, failed) => (failed && random.chance(failoverChance) ? random.pick(accounts) : current),
  };
}

/** `at-will`: each account in its own hours, as diligent as it is, as separate people would work. */
export type Rotation = "least-recently-used" | "sticky" | "random" | "at-will";

/** One place in a rotation, held by one account after another as they are banned. */
export interface Slot {
  /** Chance that it takes its turn: slots differ in quota, or in care. */
  readonly diligence: number;
  /** Its own hours; without, it is on duty around the clock. */
  readonly rhythm?: Rhythm;
  /** Ascending in time; times do not overlap. */
  readonly terms: readonly {
    readonly account: SimAccount;
    readonly fromMs: number;
    readonly untilMs: number;
  }[];
}

export interface RotationOptions {
  readonly random: Random;
  readonly slots: readonly Slot[];
  readonly rotation: Rotation;
  /** Whether a running task takes another turn for each of its calls. */
  readonly movesOn: boolean;
  /** Tasks before a sticky rotation moves on. */
  readonly stickyTasks: number;
  /** Whether refused work goes on from another account. Otherwise it waits, and what a ban cut short is dropped. */
  readonly resumes: boolean;
}

/** A pool of accounts in rotation: a relay's, or a campaign's. */
export function rotationDesk(options: RotationOptions): Desk {
  const { random, slots, rotation, movesOn, stickyTasks, resumes } = options;
  // The least recently used slot stands at `turn`: a ring, as every task takes the next one.
  let turn = 0;
  let tasks = 0;
  const slotOf = new Map<SimAccount, Slot>();
  for (const slot of slots) for (const term of slot.terms) slotOf.set(term.account, slot);
  const step = (): number => {
    if (rotation === "random") return random.integer(0, slots.length - 1);
    if (rotation === "sticky") return tasks++ % stickyTasks === 0 ? (turn = random.integer(0, slots.length - 1)) : turn;
    return (turn = (turn + 1) % slots.length);
  };
  const atWill = (timeMs: number): SimAccount | undefined => {
    const present = slots.flatMap((slot) => {
      const account = holder(slot, timeMs);
      const level = slot.rhythm === undefined ? 1 : rhythmLevel(slot.rhythm, timeMs);
      return account === undefined ? [] : [[account, slot.diligence * level] as const];
    });
    return present.length === 0 ? undefined : weighted(present).draw(random);
  };
  const pick = (timeMs: number): SimAccount | undefined => {
    if (rotation === "at-will") return atWill(timeMs);
    // A slot between two accounts is passed over; eight misses mean that the pool is (nearly) gone.
    for (let attempt = 0; attempt < 8; attempt++) {
      const slot = slots[step()];
      const account = slot === undefined ? undefined : holder(slot, timeMs);
      if (account !== undefined && random.chance(slot?.diligence ?? 1)) return account;
    }
    return undefined;
  };
  return {
    seat: pick,
    keep(current, timeMs, failed) {
      const slot = slotOf.get(current);
      const now = slot === undefined ? undefined : holder(slot, timeMs);
      if (now === current) return (failed ? resumes : movesOn) ? pick(timeMs) : current;
      return now ?? (resumes ? pick(timeMs) : undefined);
    },
  };
}

function holder(slot: Slot, timeMs: number): SimAccount | undefined {
  return slot.terms.find((term) => timeMs >= term.fromMs && timeMs < term.untilMs)?.account;
}
