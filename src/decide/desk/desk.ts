import type { Decision, Standing } from "../../model/decision.ts";
import type { Allowance, Exemption } from "../../model/exemption.ts";
import type { SwitchName } from "../../model/policy.ts";
import type { Repositories, State } from "../../store/state/state.ts";
import type { Policy } from "../policy/policy.ts";
import { readBlastRadius } from "./blast-radius.ts";
import type { BlastRadius } from "./blast-radius.ts";
import { adopt, nothingDone, take, tick } from "./decide.ts";
import type { Outcome } from "./decide.ts";
import { allow, exempt, lift, order, revoke, setSwitch } from "./orders.ts";
import type { Order } from "./orders.ts";
import type { Person } from "./record.ts";
import { createSerial } from "./serial.ts";

/**
 * The one writer of decisions: whatever makes or ends one goes through here, one after the other, each in one transaction with
 * its audit entries. Followers read the log of changes (`state.decisions.deltasAfter`). One desk works on a state.
 */
export interface Desk {
  /** Makes the policy the active one. What its dry run, or its allow-list, does not want in force is ended. Call it at start. */
  adopt(nowMs: number): Promise<Outcome>;
  /**
   * Decides on accounts. The same again changes nothing, except that what nears its end is renewed. An organisation's exemption is
   * capped on what those of its accounts send in all that were handed in lately.
   */
  take(standings: readonly Standing[], nowMs: number): Promise<Outcome>;
  /** Ends what has expired, and lets in what waits. */
  tick(nowMs: number): Promise<Outcome>;
  /**
   * Kill: nothing is enforced, at once; off: what is still due comes back. Dry run: what policies enforce is ended, and they
   * write down only; off: they begin anew.
   */
  setSwitch(name: SwitchName, on: boolean, by: Person, nowMs: number): Promise<void>;
  /** A person decides, whatever the policy says. Throws a `UserError` if it is on the allow-list. */
  order(given: Order, by: Person, nowMs: number): Promise<Decision>;
  /** Ends what a person decided. Throws a `UserError` if that is not in force, or is a policy's. */
  lift(id: string, by: Person, nowMs: number): Promise<void>;
  /** Grants a declared use, and ends what it covers. */
  exempt(exemption: Omit<Exemption, "granted_by" | "reason" | "revoked">, by: Person, nowMs: number): Promise<void>;
  /** Puts something on the allow-list, and ends what hits it. */
  allow(allowance: Omit<Allowance, "granted_by" | "reason" | "revoked">, by: Person, nowMs: number): Promise<void>;
  /** Takes an exemption or an entry of the allow-list back. Throws a `UserError` if there is none in force. */
  revoke(kind: "exemption" | "allowance", id: string, by: Person, nowMs: number): Promise<void>;
  /** For what belongs to decisions and is kept beside them: `work` runs as a step of the desk, all of it or nothing. */
  transaction<T>(work: (state: Repositories) => Promise<T>): Promise<T>;
  /** What is in force or held, told as whom it hits. */
  blastRadius(nowMs: number): Promise<BlastRadius>;
}

export function createDesk({ state, policy }: { readonly state: State; readonly policy: Policy }): Desk {
  const serial = createSerial();
  const write = <T>(work: (tables: Repositories) => Promise<T>): Promise<T> => serial(() => state.transaction(work));
  return {
    adopt: (nowMs) => write((tables) => adopt(tables, policy, nowMs)),
    take: (standings, nowMs) => write((tables) => take(tables, policy, standings, nowMs)),
    tick: (nowMs) =>
      serial(async () =>
        // Most steps find nothing to do, and a transaction of several statements is long for that.
        (await state.decisions.isDue(nowMs)) ? state.transaction((tables) => tick(tables, policy, nowMs)) : nothingDone,
      ),
    setSwitch: (name, on, by, nowMs) => write((tables) => setSwitch(tables, policy, { name, on, by }, nowMs)),
    order: (given, by, nowMs) => write((tables) => order(tables, policy, given, by, nowMs)),
    lift: (id, by, nowMs) => write((tables) => lift(tables, id, by, nowMs)),
    exempt: (exemption, by, nowMs) => write((tables) => exempt(tables, policy, exemption, by, nowMs)),
    allow: (allowance, by, nowMs) => write((tables) => allow(tables, policy, allowance, by, nowMs)),
    revoke: (kind, id, by, nowMs) => write((tables) => revoke(tables, kind, id, by, nowMs)),
    transaction: write,
    blastRadius: (nowMs) => readBlastRadius(state, nowMs),
  };
}
