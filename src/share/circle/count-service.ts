import { answerCount } from "../counts/noised-counts.ts";
import type { CountDesk } from "../counts/noised-counts.ts";
import { countPath, countQuestionSchema, questionText } from "./count-messages.ts";
import type { CountedAccounts, CountQuestion } from "./count-messages.ts";
import type { CircleMember } from "./members.ts";
import { jsonAnswer, problemAnswer } from "./service.ts";
import type { Service, ServiceAnswer } from "./service.ts";

export interface CountServiceOptions extends CountDesk {
  /** The true number. It must change by one at most where an account comes or goes. */
  readonly accountsIn: (question: CountQuestion) => Promise<number>;
}

/** Counts with noise, for members with the role, each within its budget of a month. */
export function createCountService({ accountsIn, ...counting }: CountServiceOptions): Service {
  const answer = async (member: CircleMember, body: Buffer): Promise<ServiceAnswer> => {
    const question = questionIn(body);
    if (question === null) return problemAnswer(400, "this is none of the questions that there are");
    const answered = await answerCount(counting, member.id, questionText(question), await accountsIn(question));
    if (answered.kind === "over-budget") return problemAnswer(429, "the month's budget is spent");
    const { count, epsilon } = answered;
    return jsonAnswer(200, { count, epsilon } satisfies CountedAccounts);
  };
  return {
    async handle(member, { method, path, body }) {
      if (path !== countPath) return null;
      if (!member.roles.has("count")) return problemAnswer(403, "this takes the role count");
      return method === "POST" ? answer(member, body) : problemAnswer(405, "this is asked in another way");
    },
  };
}

function questionIn(body: Buffer): CountQuestion | null {
  try {
    return countQuestionSchema.parse(JSON.parse(body.toString("utf8")));
  } catch {
    return null;
  }
}
