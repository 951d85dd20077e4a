import { isOfLines, isOfTraces } from "../candidates/candidate.ts";
import { formingKinds } from "../candidates/traces.ts";
import { averageLogE, logEFromLogP } from "../../math/e-value.ts";
import { logPoissonTail } from "../../math/special.ts";
import { clampLogE, outOf } from "../family.ts";
import type { Finding } from "../family.ts";
import { isOneCustomer } from "../observation/observation.ts";
import type { Observation } from "../observation/observation.ts";
import { TRACE_KINDS } from "../observation/token-kinds.ts";
import type { TraceKind } from "../observation/token-kinds.ts";

/*
 * Infrastructure. Accounts that claim to be strangers share payments, devices, phones or addresses that few others have.
 *
 * Null: each token's holders are spread over the accounts that have one of its kind, whatever the groups (the
 * configuration model: a token keeps its degree). The number of members who share a rare token with another member is then
 * about Poisson; its tail is calibrated into an e-value. A token with many holders (a public proxy, a popular client)
 * carries no surprise, because it is expected at several members anyway; beyond `holdersMax` it is not looked at.
 * Kinds are averaged: a household's payment and its address are one fact.
 *
 * The accounts of one customer, under one name that he gives himself, come together to a group that does his kind of work, and
 * share his payment as they may: a token counts where it joins others than those.
 *
 * Accounts that were brought together by traces are not asked for those: that they have some in common is how they were chosen. And among such
 * are all offices and households, who have the other kind in common as well: it is told, and can be one of two families, but no e-value of
 * theirs is multiplied by it.
 */

/** Beyond this a token is public. */
const holdersMax = 500;
/** An honest reason to share one rare token stands behind this share of all accounts: families, offices, teams. */
const honestSharers = 0.02;

const names: Readonly<Record<TraceKind, string>> = {
  payment: "a payment method",
  device: "a device",
  phone: "a phone number",
  signup_ip: "the address of their sign-up",
  ip: "an address",
  end_user: "an end-user id",
};

export function judgeInfrastructure(observation: Observation): Finding {
  const { members, tokens } = observation;
  const joiningCustomers = tokens.filter(({ members: [first, ...others] }) =>
    others.some((other) => !isOneCustomer(members[first!]!, members[other]!)),
  );
  const parts = judgeKinds({ ...observation, tokens: joiningCustomers });
  return {
    family: "infrastructure",
    logE: sumUp(parts),
    ...(isOfTraces(observation.candidate.source) ? { aside: true } : {}),
    evidence: parts
      .filter((part) => part.logE >= 1)
      .map((part) => ({
        signal: "infrastructure" as const,
        summary: `${outOf(part.sharers, observation.members.length)} accounts share ${names[part.kind]} with another of them (${part.expected < 0.1 ? "< 0.1" : part.expected.toFixed(1)} expected)`,
        strength: clampLogE(part.logE),
        accounts: part.sharers,
        against: false,
      })),
  };
}

/** log10 of the e-value of all that they share, what is one customer's included: strangers share little even of that. */
export const relatedLogE = (observation: Observation): number => sumUp(judgeKinds(observation));

const sumUp = (parts: readonly KindFinding[]): number => clampLogE(averageLogE(parts.map((part) => part.logE)));

function judgeKinds(observation: Observation): KindFinding[] {
  const { source } = observation.candidate;
  // Found by what they share; or by lines that few others use, which the accounts of a firm have in common as they have its payment.
  const chosen = source === "lead-traces" || isOfLines(source);
  if (chosen) return [];
  const forming = formingKinds(source);
  return TRACE_KINDS.flatMap((kind) => (forming.includes(kind) ? [] : (judgeKind(observation, kind) ?? [])));
}

interface KindFinding {
  readonly kind: TraceKind;
  readonly sharers: number;
  readonly expected: number;
  readonly logE: number;
}

/** Null if the log has no token of this kind: that lowers the power, it is no evidence. */
function judgeKind(observation: Observation, kind: TraceKind): KindFinding | null {
  const holders = observation.world.holders[kind];
  if (holders < 2) return null;
  const members = observation.members.length;
  const sharers = new Set<number>();
  let chance = 0;
  for (const token of observation.tokens) {
    if (token.kind !== kind || token.accounts > holdersMax) continue;
    for (const member of token.members) {
      if (sharers.has(member)) continue;
      sharers.add(member);
      chance = Math.max(chance, token.accounts - 1);
    }
  }
  // What a member would meet by chance: the other holders of its most common token, each in the group with (members - 1) / holders.
  const perMember = Math.min(1, honestSharers + (chance * (members - 1)) / holders);
  const expected = members * perMember;
  return { kind, sharers: sharers.size, expected, logE: logEFromLogP(logPoissonTail(sharers.size, expected)) };
}
