import type { Member } from "../observation/observation.ts";

/**
 * Share of the single-turn tasks that are asked again: a queue asks once, or several times on purpose; in between are people whom a text
 * did not please.
 */
const askedAgainMax = 0.05;
const sampledMin = 0.5;

/** Whether there are people behind the members' requests, by what they ask again now and then. */
export function isAskedAgain(members: readonly Pick<Member, "singleTasks" | "sampledTasks">[]): boolean {
  const single = members.reduce((sum, { singleTasks }) => sum + singleTasks, 0);
  const again = members.reduce((sum, { sampledTasks }) => sum + sampledTasks, 0);
  return again > askedAgainMax * single && again < sampledMin * single;
}
