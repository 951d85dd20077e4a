import { isToldByLines } from "../candidates/candidate.ts";
import type { Observation } from "../observation/observation.ts";

/** Of what the members send on for each other, so much, and so many requests, is other work: a queue's scheduler sends on what is in the queue. */
const besidesShareMin = 0.2;
const besidesMin = 3;

/**
 * Whether a pool is behind the members that serves more than the shared work: what is refused at one comes again at another, whatever it
 * is. So do the accounts of a relay, whose customers' programs make templates that all of its accounts share alike and nobody answers back to.
 * Of work that is told by its words, not all requests use these, so that what they are besides can't be told.
 */
function isAPool({ candidate, handedOver }: Pick<Observation, "candidate" | "handedOver">): boolean {
  const { shared, besides } = handedOver;
  return isToldByLines(candidate.source) && besides >= besidesMin && besides >= besidesShareMin * (shared + besides);
}

/**
 * Whether the members must show by words what they are after, since its shape could be a pool's: where it is one, and where only others'
 * leads drew attention to them, because a liar could name a relay.
 */
export const isLeftToWords = (observation: Pick<Observation, "candidate" | "handedOver">): boolean =>
  observation.candidate.leads !== undefined || isAPool(observation);
