import { isOneCustomer } from "../observation/observation.ts";
import type { Observation } from "../observation/observation.ts";
import { isTrace } from "../observation/token-kinds.ts";

/** A trace with more holders than this ties nobody. */
const traceHoldersMax = 20;

/**
 * Whether a resumed request or a rare trace ties a member to the others; what it shares with other strangers does not, nor what
 * it shares with the accounts of the same customer.
 */
export function isTied({ members, tokens }: Observation, position: number, strangers: ReadonlySet<number>): boolean {
  return (
    members[position]!.ties.some((other) => !strangers.has(other)) ||
    tokens.some(
      (token) =>
        isTrace(token.kind) &&
        token.accounts <= traceHoldersMax &&
        token.members.includes(position) &&
        token.members.some(
          (other) => other !== position && !strangers.has(other) && !isOneCustomer(members[position]!, members[other]!),
        ),
    )
  );
}
