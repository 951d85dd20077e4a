import { harvestOf, totalOf } from "../observation/observation.ts";
import type { Member, Observation } from "../observation/observation.ts";

/** Of what people ask in one message so much is asked again, since it did not please; of what a queue asks, since it failed. */
const peopleShare = 0.1;
const queueShare = 0.02;
/** The second must be this much likelier (natural log), so that a few tasks do not tell: twenty to one. */
const queueLogMin = Math.log(20);
/** A queue may ask several times on purpose, and then it does most of the time. */
const sampledShareMin = 0.5;
/** Where fewer tasks have one message only, they are episodes of many steps, of which asking again can't be told. */
const singleShareMin = 0.5;

/** Whether there may be people behind the members' requests, by what is asked again now and then, of one member or, where a pool serves them, of another. */
export function mayBeAskedAgain({ members, fillings }: Asked): boolean {
  const single = totalOf(members, ({ singleTasks }) => singleTasks);
  const sampled = totalOf(members, ({ sampledTasks }) => sampledTasks);
  const atAnother = (items: number): number => (single * items) / Math.max(fillings.items, 1);
  if (
    sampled + atAnother(fillings.dealt) >= sampledShareMin * single ||
    single < singleShareMin * totalOf(members, harvestOf)
  )
    return false;
  const again = Math.min(sampled + atAnother(fillings.shared), single);
  const queueLog =
    again * Math.log(queueShare / peopleShare) + (single - again) * Math.log((1 - queueShare) / (1 - peopleShare));
  return queueLog < queueLogMin;
}

interface Asked {
  readonly members: readonly Pick<Member, "singleTasks" | "sampledTasks" | "harvestTasks">[];
  readonly fillings: Observation["fillings"];
}
