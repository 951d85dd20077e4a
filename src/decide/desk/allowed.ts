import { UserError } from "../../kit/user-error.ts";
import type { Allowance } from "../../model/exemption.ts";
import type { Repositories } from "../../store/state/state.ts";
import type { AllowEntry, Policy } from "../policy/policy.ts";
import { readPages } from "./pages.ts";

// Limits.
/** Of those that people put on the list, in force at once: gateways hold it whole, and it is read twice a second. */
const allowancesMax = 2_000;

/** The allow-list in force: what the policy says, and what people put on it. */
export async function readAllowed(
  state: Pick<Repositories, "allowances">,
  policy: Pick<Policy, "allow">,
  nowMs: number,
): Promise<(AllowEntry | Allowance)[]> {
  return [...policy.allow, ...(await readPages((page) => state.allowances.inForce(nowMs, page)))];
}

/** Throws a `UserError` where there is no room for one more. */
export async function requireRoom(state: Pick<Repositories, "allowances">, nowMs: number): Promise<void> {
  if ((await readPages((page) => state.allowances.inForce(nowMs, page))).length >= allowancesMax)
    throw new UserError(
      `the allow-list is full: ${allowancesMax} entries are in force`,
      "take entries back that are no longer needed, or put the organisation on it in place of its accounts",
    );
}
