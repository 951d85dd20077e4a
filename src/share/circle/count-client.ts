import { UserError } from "../../kit/user-error.ts";
import { countAnswerSchema, countPath } from "./count-messages.ts";
import type { CountedAccounts, CountQuestion } from "./count-messages.ts";
import { askService } from "./member-request.ts";
import type { RequestWay } from "./member-request.ts";
import type { CircleMember } from "./members.ts";

// Limits.
const answerBytesMax = 4_096;
const requestMsMax = 60_000;

/** How many accounts another member has in such campaigns, with its noise. Throws a `UserError` where it can't be asked or says no. */
export async function askCount(
  way: RequestWay,
  member: CircleMember,
  question: CountQuestion,
): Promise<CountedAccounts> {
  const body = JSON.stringify(question);
  const limits = { answerBytesMax, msMax: requestMsMax };
  const answer = await askService(way, member, { path: countPath, body, service: "counts", hints, ...limits });
  try {
    return countAnswerSchema.parse(JSON.parse(answer.toString("utf8")));
  } catch (error) {
    throw new UserError(`${member.name} answers with something that is no count`, undefined, { cause: error });
  }
}

const hints = new Map([
  [400, "it runs a version that has other questions"],
  [403, "it has to give us the role count in its members' file"],
  [404, "it runs a version that knows no counts"],
  [429, "our budget with it is spent: ask again next month; what it has answered already it answers again"],
]);
