import { isKnown } from "../observation/observation.ts";
import type { Observation, SharedToken } from "../observation/observation.ts";

/*
 * Unauthorised: does the work go against what the provider was told? One customer who openly runs several accounts under
 * his own name hides nothing, whatever he asks for: the provider knows whom to call. Accounts that pretend to be strangers
 * while one queue feeds them do hide it, and a declaration that each makes for itself doesn't mend that.
 */

/** Uses that cover bulk generation of training or test material, as agreed with the provider. */
const coveringUses = new Set(["synthetic-data", "research", "evaluation"]);
/** Shared names must cover this share of the members to make them one customer. */
const openShareMin = 0.6;
/** A mail domain is a customer's own if at most this factor more accounts than the members use it. */
const ownDomainFactor = 1.5;
/** A registered domain is cheap; with it, this share of the members must have shown who they are. */
const verifiedShareMin = 0.5;
/** With fewer facts than this nobody can say who the accounts claim to be. */
const knownShareMin = 0.3;
/** Then numbers decide: open customers with this many accounts are rare, and the accounts are at least to be asked. */
const membersOfUnknownMin = 12;

export interface Authorisation {
  /** Probability that the work is unauthorised. */
  readonly unauthorised: number;
  /** One sentence for a person. */
  readonly summary: string;
  /** True where it speaks for the accounts. */
  readonly against: boolean;
}

export function judgeAuthorisation(observation: Observation): Authorisation {
  const members = observation.members;
  const known = members.filter(isKnown);
  if (known.length < knownShareMin * members.length) {
    const many = members.length >= membersOfUnknownMin;
    return {
      unauthorised: many ? 0.6 : 0.4,
      summary: `it is not known who ${known.length === 0 ? "any" : "most"} of the accounts claim to be: accounts' facts are missing`,
      against: !many,
    };
  }
  const verified = members.filter(({ facts }) => facts?.verified === true).length / known.length;
  const declared =
    members.filter(({ facts }) => facts !== null && coveringUses.has(facts.declaredUse)).length / members.length;
  const byOrganization = coverage(observation, (token) => token.kind === "organization");
  const byDomain = coverage(
    observation,
    (token) => token.kind === "email_domain" && token.accounts <= ownDomainFactor * token.members.length,
  );
  const open = byOrganization >= openShareMin || (byDomain >= openShareMin && verified >= verifiedShareMin);
  if (open && declared >= openShareMin)
    return {
      unauthorised: 0.02,
      summary: "the accounts carry one customer's name, and their use was declared",
      against: true,
    };
  if (open)
    return {
      unauthorised: 0.3,
      summary: "the accounts openly carry one customer's name, though no such use was declared",
      against: true,
    };
  if (declared >= openShareMin)
    return {
      unauthorised: 0.8,
      summary: "each account declared its use as a customer of its own, yet one source feeds them all",
      against: false,
    };
  return {
    unauthorised: 0.95,
    summary: "the accounts claim to be unrelated customers, and none of them declared such use",
    against: false,
  };
}

/** Share of the members that hold a name which others of them hold too. */
function coverage(observation: Observation, counts: (token: SharedToken) => boolean): number {
  const covered = new Set(observation.tokens.filter(counts).flatMap((token) => token.members));
  return covered.size / observation.members.length;
}
