import { logLikelihood, meanShares } from "../calibration/nulls.ts";
import { isToldByLines } from "../candidates/candidate.ts";
import type { CountTable } from "../observation/count-table.ts";
import type { Observation } from "../observation/observation.ts";

/** Of what the members send on for each other, so much, and so many requests, is other work: a queue's scheduler sends on what is in the queue. */
const besidesShareMin = 0.2;
const besidesMin = 3;

/** Accounts that go their own ways differ in their shares of a topic by a quarter at least: concentration of a Dirichlet around 1/64. */
const ownWaysConcentration = 1024;
const onePotConcentration = 65_536;

/**
 * Whether a pool is behind the members that serves more than the shared work, be it that what is refused at one comes again at another
 * whatever it is, or that all that they do besides is about the same things in the same shares. So are the accounts of a relay, whose
 * customers' programs make templates that all of its accounts share alike and nobody answers back to. Of work that is told by its words,
 * not all requests use these, so that what they are besides can't be told.
 */
function isAPool({
  candidate,
  handedOver,
  besides,
}: Pick<Observation, "candidate" | "handedOver" | "besides">): boolean {
  if (!isToldByLines(candidate.source)) return false;
  const sentOn = handedOver.besides;
  return (
    (sentOn >= besidesMin && sentOn >= besidesShareMin * (handedOver.shared + sentOn)) ||
    (besides !== null && isOutOfOnePot(besides))
  );
}

/** By the half that judges, around the mean of the other; not where that is empty and tells nothing. */
function isOutOfOnePot(topics: CountTable): boolean {
  const shares = meanShares(topics, 0);
  const logOf = (concentration: number): number => logLikelihood(topics.halves[1], shares, concentration);
  return logOf(onePotConcentration) > logOf(ownWaysConcentration);
}

/**
 * Whether the members must show by words what they are after, since its shape could be a pool's: where it is one, and where only others'
 * leads drew attention to them, because a liar could name a relay.
 */
export const isLeftToWords = (observation: Pick<Observation, "candidate" | "handedOver" | "besides">): boolean =>
  observation.candidate.leads !== undefined || isAPool(observation);
